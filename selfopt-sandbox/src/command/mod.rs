//! Running one command to its end: its environment, its limits, watching and
//! killing its whole process tree, and what it cost.

mod body;
mod disk;
pub(crate) mod environment;
mod limits;
mod log;
mod marker;
mod npm_config;
mod output;
mod owner;
mod pace;
#[cfg_attr(not(target_os = "linux"), path = "process_tree_portable.rs")]
mod process_tree;
mod silence;
mod spawned;
mod supervise;
mod usage;
mod wait;

pub(crate) use body::{Body, Ended, Pipes};
pub(crate) use disk::{Care, DiskUse};
pub(crate) use limits::{Namespaces, SHELL, THREADS_OF_A_PROCESS, shell_arguments};
pub(crate) use marker::{MARKER, Marker};
pub(crate) use npm_config::NpmConfig;
pub(crate) use owner::Owner;
pub(crate) use process_tree::kill_orphans;
pub(crate) use spawned::Spawned;
#[cfg(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"))]
pub(crate) use supervise::run_here;
pub(crate) use supervise::{Supervision, run};
