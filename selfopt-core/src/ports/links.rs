//! Links to artifacts for those who have no account of the store.

use async_trait::async_trait;

use super::StoreError;

/// Makes URLs that open one artifact for a while, for whoever has them.
#[async_trait]
pub trait ArtifactLinks: Send + Sync {
    /// The URL of an artifact, for so many seconds; `None` if there is no such
    /// artifact. Whether the asker may read it is the caller's to know.
    async fn link(&self, path: &str, seconds: u32) -> Result<Option<String>, StoreError>;
}
