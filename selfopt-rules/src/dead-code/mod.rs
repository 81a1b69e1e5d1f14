//! Pack `dead-code`: work whose result nobody uses.

mod unused_pure_result;

pub(crate) use unused_pure_result::UnusedPureResult;
