//! Puts an engine together from the adapters. The command line and the service
//! run the same engine because both take it from here. Nothing here prints:
//! what a person may want to know goes to a [`Say`].

mod config;
mod engine;
mod error;
mod host;
mod lock;
mod say;
mod tools;

pub use config::{check_rules, check_workloads, patterns, read_config};
pub use engine::with_builtins;
pub use error::ComposeError;
pub use host::{HostClock, threads};
pub use lock::RunLock;
pub use say::{Said, Say};
pub use tools::{Purpose, equipped};
