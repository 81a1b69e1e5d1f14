//! Puts an engine together from the adapters. The command line and the service
//! run the same engine because both take it from here. Nothing here prints:
//! what a person may want to know goes to a [`Say`].

mod config;
mod config_file;
mod engine;
mod error;
mod host;
mod lock;
mod say;
mod tools;
mod words;

pub use config::{check_rules, check_workloads, patterns, read_config};
pub use config_file::config_file;
pub use engine::with_builtins;
pub use error::ComposeError;
pub use host::{HostClock, threads};
pub use lock::RunLock;
pub use say::{Said, Say};
pub use tools::{Purpose, equipped};
pub use words::{one_line, source_words};
