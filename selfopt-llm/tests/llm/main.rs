//! A model is asked over loopback by the forms that providers publish, and its
//! runs are replayed.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the test's answer")]

#[cfg(feature = "http")]
mod accounting;
mod injection;
mod parts;
mod replay;
#[cfg(feature = "http")]
mod server;
#[cfg(feature = "http")]
mod wire;
