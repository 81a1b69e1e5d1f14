//! The list of built-in rules, sorted by id. A new rule adds one line here.

use crate::core::SpreadObjectAccumulator;
use crate::rule::Rule;

/// Every built-in rule.
pub fn all() -> &'static [&'static dyn Rule] {
    &[&SpreadObjectAccumulator]
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| rule.meta().id == id)
}
