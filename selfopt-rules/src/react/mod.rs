//! Pack `react`: work that components do again in every render.

mod derived_state;
mod hook;
mod index_key;
mod lazy_init;

use derived_state::DerivedState;
use index_key::IndexKey;
use lazy_init::LazyInit;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] = &[&DerivedState, &IndexKey, &LazyInit];
