//! The API as a client sees it, route by route, without a network.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the test's answer")]

mod access;
mod client;
mod idempotency;
mod proposals;
mod repositories;
mod runs;
mod tokens;
