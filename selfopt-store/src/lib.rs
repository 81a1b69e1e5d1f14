//! Where SelfOpt keeps its state: [`SqliteStore`] for the tables,
//! [`LocalArtifacts`] for the files of runs and proposals, and the
//! [`SystemClock`] that stamps both.
//!
//! Every write is idempotent and durable when it returns: a process may die at
//! any instant and be resumed by another.

mod artifacts;
mod clock;
mod ids;
mod json;
mod keys;
mod sqlite;

pub use artifacts::{ArtifactPathError, LocalArtifacts};
pub use clock::SystemClock;
pub use sqlite::{SqliteStore, SqliteUser};
