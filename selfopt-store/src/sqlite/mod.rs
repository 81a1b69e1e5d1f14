//! The embedded store: one SQLite file in a directory, one module a noun.
//!
//! Queries are checked when they run, so that a build needs no database; the
//! contract tests run every one of them.

mod artifacts;
mod attempts;
mod baselines;
mod errors;
mod journal;
mod opportunities;
mod proposals;
mod repositories;
mod rows;
mod runs;
mod schema;
mod spending;
mod store;
mod user;

pub(crate) use errors::from_io;
pub use store::SqliteStore;
pub use user::SqliteUser;
