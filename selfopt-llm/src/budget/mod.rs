//! What calls cost: prices, the most that a call can take, and the months that
//! budgets are counted by. What was spent is kept by the core's
//! `SpendingStore`.

mod memory;
mod month;
mod price;

pub use memory::MemorySpending;
pub(crate) use month::month;
pub use price::{Price, PriceTable};

use selfopt_core::{Spend, TokenUsage};

use crate::hash::canonical;
use crate::request::ChatRequest;

/// What a provider may add to a request: tokens of roles, of the schema in its
/// own words, of tools.
const ADDED_TOKENS: u64 = 2048;

/// The most that a call can take. A token is at least one byte of what is sent.
pub fn upper_bound(request: &ChatRequest, price: Price) -> Spend {
    let value = serde_json::to_value(request).unwrap_or_default();
    let sent = u64::try_from(canonical(&value).len()).unwrap_or(u64::MAX);
    price.of(TokenUsage {
        input: sent.saturating_add(ADDED_TOKENS),
        output: u64::from(request.parameters.max_output_tokens),
    })
}
