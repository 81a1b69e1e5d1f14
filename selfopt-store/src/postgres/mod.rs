//! The service's store: Supabase Postgres, or any other Postgres 15 and newer
//! with Supabase's roles; one module a noun.
//!
//! A [`PostgresStore`] works on one organization, whose id is in every query:
//! the service connects with a role that bypasses row level security. A
//! [`PostgresUser`] reads with the role and claims of a user, so that the
//! database itself keeps organizations apart.
//!
//! Queries are checked when they run, so that a build needs no database; the
//! contract tests run every one of them.

mod artifacts;
mod at;
mod attempts;
mod baselines;
mod budgets;
mod database;
mod dismissals;
mod errors;
mod idempotency;
mod journal;
mod nul;
mod opportunities;
mod organizations;
mod proposals;
mod queue;
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
mod user_reads;

pub use database::PostgresDatabase;
pub use organizations::MemberRole;
pub use store::PostgresStore;
pub use user::{PostgresUser, UserClaims};
