//! Finds out, from files alone, how a JavaScript or TypeScript repository
//! installs, builds, type-checks, tests and benchmarks.
//!
//! Every detector reads a [`SourceTree`](selfopt_core::SourceTree) and makes
//! claims with a confidence and the lines that support them; the core weighs
//! them ([`selfopt_core::detection`]). Nothing is executed, and broken files
//! end in a note with the place and a way out, never in a panic.

mod choose;
mod ci;
mod detectors;
mod diagnose;
mod evidence;
mod kind;
mod manager;
mod manifest;
mod scripts;
mod shell;
mod tree_facts;
mod version_files;

pub use detectors::detectors;
