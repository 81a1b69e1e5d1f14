//! Scanners that are no rules: what they find is reported and never patched.

mod text_patterns;

pub use text_patterns::{BadPattern, TextPatterns};
