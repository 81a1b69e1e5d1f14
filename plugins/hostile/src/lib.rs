//! A rule pack that does what no pack may: the host's tests run it.
//!
//! It has one rule a misdeed, and a file gets the rule whose name it contains
//! behind an `@`. Only the WebAssembly build does anything.

#[cfg(target_arch = "wasm32")]
mod misdeeds;
