//! Pack `react`: work that components do again in every render.

mod context_value;
mod derived_state;
mod hook;
mod index_key;
mod lazy_init;
mod memo;
mod stable_props_to_memo;
mod usememo_expensive;

use context_value::ContextValue;
use derived_state::DerivedState;
use index_key::IndexKey;
use lazy_init::LazyInit;
use stable_props_to_memo::StablePropsToMemo;
use usememo_expensive::UsememoExpensive;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] =
    &[&ContextValue, &DerivedState, &IndexKey, &LazyInit, &StablePropsToMemo, &UsememoExpensive];
