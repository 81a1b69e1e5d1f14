//! Proof at the level of the function: instruments sources, records the calls
//! that a project's own commands make, replays them on two versions, times
//! both in lock-step, and profiles.

pub mod instrument;
pub mod machine;
pub mod profile;
pub mod recorder;
mod session;

pub use session::NodeProbe;
