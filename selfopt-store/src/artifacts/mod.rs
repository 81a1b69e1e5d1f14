//! The files of runs and proposals.

mod links;
mod local;
mod path;
#[cfg(feature = "supabase-storage")]
mod supabase;

pub use links::LocalLinks;
pub use local::LocalArtifacts;
pub use path::ArtifactPathError;
#[cfg(feature = "supabase-storage")]
pub use supabase::{ServiceKey, SupabaseStorage};
