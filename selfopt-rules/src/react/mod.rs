//! Pack `react`: work that components do again in every render.

mod derived_state;
mod hook;
mod index_key;
mod lazy_init;

pub(crate) use derived_state::DerivedState;
pub(crate) use index_key::IndexKey;
pub(crate) use lazy_init::LazyInit;
