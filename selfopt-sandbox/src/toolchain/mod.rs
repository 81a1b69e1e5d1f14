//! The tools that a project needs and the host may lack: Node and the package
//! manager; and what we need ourselves, the bundler and the load driver. What
//! fits is taken from the host; the rest is obtained through the user's own npm
//! client, whose registry, proxy and certificates it uses.
//!
//! ```text
//! BASE/cache/toolchain/pnpm-9.15.0-HASH/package/…      as published
//! BASE/cache/toolchain/pnpm-9.15.0-HASH/bin/pnpm       links into it
//! BASE/cache/toolchain/pnpm-9.15.0-HASH/complete.json  written last
//! BASE/cache/toolchain/requests/HASH.json              what a request was resolved to
//! ```
//!
//! Invariants: nothing of a package is executed to obtain it; nothing is
//! unpacked whose hash was not checked (by npm, for the load driver's packages); a directory appears at once, complete,
//! or not at all; what a request was resolved to once stays, so that the next
//! run has the same tools, with or without a network.

mod bundler;
mod cache;
mod chain;
mod error;
mod host;
mod image;
mod integrity;
mod load;
mod lockfile;
mod needs;
mod npm;
mod obtain;
mod packages;
mod range;
mod repository;
mod resolve;
#[cfg(test)]
mod tests;
mod unpack;

pub use cache::{CachedTool, cached_tools};
pub use chain::{Origin, Tool, ToolChain};
pub use error::{NpmError, ToolError};
pub(crate) use image::ImageTools;
#[cfg(all(any(feature = "docker", feature = "kubernetes"), target_os = "linux"))]
pub(crate) use image::SCRIPT as IMAGE_SCRIPT;
pub use needs::ToolNeeds;
pub use packages::Program;
pub use resolve::{ToolResolver, ToolsChoice};
