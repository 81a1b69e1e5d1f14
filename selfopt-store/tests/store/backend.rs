//! What the contract runs on.

use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::{NewRun, RepoId, RunRecord, ServiceStore, SpendingStore, Store, UserReads};

use crate::{clock::StoppedClock, values};

/// A place for one store, empty at first.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// One more handle on the store.
    async fn open(&self) -> Box<dyn Store>;

    /// The same, and what a user may read to whom all of it belongs.
    async fn open_with_user(&self) -> (Box<dyn Store>, Box<dyn UserReads>);

    /// The same, and what models cost.
    async fn open_with_spending(&self) -> (Box<dyn Store>, Arc<dyn SpendingStore>);

    /// One more handle on all that a service keeps.
    async fn open_service(&self) -> Box<dyn ServiceStore>;

    /// The clock of all handles.
    fn clock(&self) -> &Arc<StoppedClock>;
}

/// A repository with a run, which most nouns hang on.
pub(crate) async fn run_in(store: &dyn Store, locator: &str) -> RunRecord {
    let repo: RepoId = store.repository(locator).await.unwrap();
    let run: NewRun = values::new_run(repo);
    store.create_run(run).await.unwrap()
}
