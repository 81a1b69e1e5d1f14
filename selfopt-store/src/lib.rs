//! Where SelfOpt keeps its state: [`SqliteStore`] for the tables,
//! [`LocalArtifacts`] for the files of runs and proposals, and the
//! [`SystemClock`] that stamps both. For the service there are
//! `PostgresDatabase` (feature `postgres`) and `SupabaseStorage` (feature
//! `supabase-storage`) in their places.
//!
//! Every write is idempotent and durable when it returns: a process may die at
//! any instant and be resumed by another.

mod artifacts;
mod clock;
mod columns;
mod errors;
mod ids;
mod json;
mod keys;
mod pages;
#[cfg(feature = "postgres")]
mod postgres;
mod records;
mod scan_memory;
mod spending;
mod sqlite;

pub use artifacts::{ArtifactPathError, LocalArtifacts, LocalLinks};
#[cfg(feature = "supabase-storage")]
pub use artifacts::{ServiceKey, SupabaseStorage};
pub use clock::SystemClock;
#[cfg(feature = "postgres")]
pub use postgres::{MemberRole, PostgresDatabase, PostgresStore, PostgresUser, UserClaims};
pub use scan_memory::ScanMemories;
pub use sqlite::{SqliteStore, SqliteUser};
