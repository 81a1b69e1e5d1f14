//! The embedded store: one SQLite file in a directory, one module a noun.
//!
//! Queries are checked when they run, so that a build needs no database; the
//! contract tests run every one of them.

mod artifacts;
mod attempts;
mod baselines;
mod budgets;
mod deliveries;
mod dismissals;
mod errors;
mod hosted;
mod idempotency;
mod journal;
mod opportunities;
mod proposals;
mod pull_requests;
mod repositories;
mod requests;
mod rows;
mod runs;
mod schedule;
mod schema;
mod settings;
mod spending;
mod store;
mod tokens;
mod user;
mod work_queue;

pub(crate) use errors::from_io;
pub use store::SqliteStore;
pub use user::SqliteUser;
