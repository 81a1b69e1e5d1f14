//! Where repository code runs: a plain process, bubblewrap, a container or a Job,
//! behind the ports of `selfopt-core`, and the way in and out: a checkout of a
//! git commit, and accepted patches back into the user's files.
//!
//! Invariants: host git never runs, and libgit2 never looks, in a tree that a
//! sandbox wrote; clones never share a file by hard link; nothing of the host's
//! environment enters but what `command::environment` lists.

mod backend;
pub mod checkout;
mod choose;
mod command;
mod egress;
mod failure;
#[cfg(target_os = "linux")]
mod group;
mod toolchain;
mod workspace;

pub use backend::{BubblewrapOptions, KubernetesOptions, LocalSandbox};
pub use choose::{IsolationChoice, choose, choose_local};
pub use toolchain::{
    CachedTool, NpmError, Origin, Program, Tool, ToolChain, ToolError, ToolNeeds, ToolResolver,
    ToolsChoice, cached_tools,
};
pub use workspace::prune_snapshots;
