//! What is particular to SQLite: opening, refusing, and the schema.

mod opening;
mod schema;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use selfopt_core::{ServiceStore, SpendingStore, Store, UserReads};
use selfopt_store::SqliteStore;
use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::{backend::Backend, clock::StoppedClock};

pub(crate) struct TempStore {
    dir: TempDir,
    clock: Arc<StoppedClock>,
}

impl TempStore {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Arc::new(StoppedClock::new()) }
    }
}

#[async_trait]
impl Backend for TempStore {
    async fn open(&self) -> Box<dyn Store> {
        self.open_with_user().await.0
    }

    async fn open_with_user(&self) -> (Box<dyn Store>, Box<dyn UserReads>) {
        let store = SqliteStore::open_with_clock(self.dir.path(), self.clock.clone()).await;
        let store = store.unwrap();
        let user = store.as_local_user();
        (Box::new(store), Box::new(user))
    }

    async fn open_with_spending(&self) -> (Box<dyn Store>, Arc<dyn SpendingStore>) {
        let spending =
            SqliteStore::open_with_clock(self.dir.path(), self.clock.clone()).await.unwrap();
        (self.open().await, Arc::new(spending))
    }

    async fn open_service(&self) -> Box<dyn ServiceStore> {
        let store = SqliteStore::open_with_clock(self.dir.path(), self.clock.clone()).await;
        Box::new(store.unwrap())
    }

    fn clock(&self) -> &Arc<StoppedClock> {
        &self.clock
    }
}

/// The database itself, behind the store's back.
async fn database(dir: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(dir.join("selfopt.db")).connect().await.unwrap()
}
