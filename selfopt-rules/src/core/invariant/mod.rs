//! Calls that give the same in every step of a loop.

mod call;
mod result;

pub(super) use call::{Call, Kind};
pub(super) use result::is_only_read;
