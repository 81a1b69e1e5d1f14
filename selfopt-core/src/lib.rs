//! Domain types, traits, gates, statistics and the pipeline of SelfOpt.
//!
//! The crate does no I/O and knows no vendor: files, processes, clocks and
//! databases come in through [`ports`]. See `docs/architecture.md` for the way
//! of the data and the invariants that this crate keeps.

pub mod bench_output;
pub mod complexity;
pub mod config;
pub mod detection;
pub mod diagnosis;
pub mod digest;
pub mod domain;
pub mod evidence;
pub mod gates;
pub mod paths;
pub mod payoff;
pub mod pipeline;
pub mod ports;
pub mod pull_request;
pub mod report;
pub mod rulebook;
pub mod statistics;
pub mod suppression;
pub mod test_output;
pub mod workspace;

pub use domain::*;
pub use ports::*;
