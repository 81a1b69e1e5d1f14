//! The backend `kubernetes` against a stand-in for a cluster (`fake/mod.rs`
//! says what that is and is not).

mod commands;
mod fake;
mod leftovers;
mod needs;
mod network;
