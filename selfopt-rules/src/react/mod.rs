//! Pack `react`: work that components do again in every render.

mod hook;
mod lazy_init;

pub(crate) use lazy_init::LazyInit;
