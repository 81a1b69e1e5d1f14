//! Comments that switch rules off at one place, with a reason.
//!
//! They are read from the syntax tree and applied behind all scanners, so that
//! built-in rules and rules of packs obey them alike. A comment that cannot be
//! obeyed is named and changes nothing: a typing mistake must not hide a
//! finding, and must not be lost either.

mod apply;
mod comment;

pub(crate) use apply::judge;
pub use apply::{ScanNote, Suppressed};
pub(crate) use comment::{Directives, read};
