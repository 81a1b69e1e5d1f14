//! Pack `dead-code`: work whose result nobody uses.

mod unused_pure_result;

use unused_pure_result::UnusedPureResult;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] = &[&UnusedPureResult];
