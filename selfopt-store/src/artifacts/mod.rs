//! The files of runs and proposals.

mod local;
mod path;

pub use local::LocalArtifacts;
pub use path::ArtifactPathError;
