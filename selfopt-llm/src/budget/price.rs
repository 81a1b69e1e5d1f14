//! Prices, from a versioned table or from the user.

use std::collections::BTreeMap;

use selfopt_core::{Spend, TokenUsage};
use serde::Deserialize;

/// Millionths of a dollar for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Tokens of the request.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}

const MILLION: u128 = 1_000_000;

impl Price {
    /// From dollars for a million tokens; `None` unless both are from 0 to a
    /// million dollars.
    pub fn from_dollars(input: f64, output: f64) -> Option<Self> {
        let micro = |dollars: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be from 0 to 1e12"
            )]
            let micro = (dollars * 1e6).ceil() as u64;
            (0.0..=1e6).contains(&dollars).then_some(micro)
        };
        Some(Self { input: micro(input)?, output: micro(output)? })
    }

    /// What so many tokens cost, rounded up.
    pub fn of(self, usage: TokenUsage) -> Spend {
        let cost = u128::from(usage.input) * u128::from(self.input)
            + u128::from(usage.output) * u128::from(self.output);
        Spend {
            tokens: usage.input.saturating_add(usage.output),
            micro_dollars: u64::try_from(cost.div_ceil(MILLION)).unwrap_or(u64::MAX),
        }
    }
}

/// `prices/v1.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// The version of the form.
    pub version: u32,
    /// The day the prices were written down.
    pub as_of: String,
    /// By provider and model: dollars for a million tokens in and out.
    prices: BTreeMap<String, BTreeMap<String, [f64; 2]>>,
}

impl PriceTable {
    /// The table that comes with this version.
    pub fn bundled() -> Self {
        // A test reads it; an empty table knows no price and refuses nothing else.
        toml::from_str(include_str!("../../prices/v1.toml")).unwrap_or(Self {
            version: 1,
            as_of: String::new(),
            prices: BTreeMap::new(),
        })
    }

    /// The price of a model; a date at the end of its name does not count.
    pub fn price(&self, provider: &str, model: &str) -> Option<Price> {
        let known = self.prices.get(provider)?;
        let [input, output] = known.get(model).or_else(|| known.get(undated(model)))?;
        Price::from_dollars(*input, *output)
    }
}

/// A name without `-20250929` or `-2025-04-14` at its end. Any other ending is
/// another model with another price.
fn undated(model: &str) -> &str {
    let is_date = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        digits == 8 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    let cut = |length: usize| {
        let (name, end) = model.split_at_checked(model.len().checked_sub(length)?)?;
        is_date(end.strip_prefix('-')?).then_some(name)
    };
    cut(9).or_else(|| cut(11)).unwrap_or(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_rounded_up() {
        let price = Price::from_dollars(3.0, 15.0).unwrap();
        let spend = price.of(TokenUsage { input: 1, output: 0 });
        assert_eq!(spend, Spend { tokens: 1, micro_dollars: 3 });
        let fine = Price::from_dollars(0.1, 0.0).unwrap();
        assert_eq!(fine.of(TokenUsage { input: 11, output: 5 }).micro_dollars, 2);
        assert_eq!(Price::from_dollars(-1.0, 0.0), None);
        assert_eq!(Price::from_dollars(f64::NAN, 0.0), None);
    }

    #[test]
    fn the_bundled_table_reads_and_a_date_does_not_count() {
        let table = PriceTable::bundled();
        assert_eq!(table.version, 1);
        assert!(!table.as_of.is_empty());
        let price = |model| table.price("openai", model);
        assert_eq!(price("gpt-4.1-mini-2025-04-14"), price("gpt-4.1-mini"));
        assert!(price("gpt-4.1-mini").unwrap().input < price("gpt-4.1").unwrap().input);
        assert!(table.price("anthropic", "claude-haiku-4-5-20251001").is_some());
        for other in ["gpt-4.1-max", "gpt-4.1-20", "a-model-of-my-own", "gpt-4.1-2025x0414"] {
            assert_eq!(price(other), None, "{other}");
        }
        for (provider, models) in &table.prices {
            for model in models.keys() {
                assert!(table.price(provider, model).is_some(), "{provider}/{model}");
            }
        }
    }
}
