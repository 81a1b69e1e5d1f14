//! What is particular to Postgres: opening, the schema, and who sees what.

mod cluster;
mod long;
mod migrations;
mod pgtap;
mod queue;
mod schema;
mod tenants;

use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::{
    OrganizationId, ServiceStore, SpendingStore, Store, Timestamp, UserId, UserReads,
};
use selfopt_store::{PostgresDatabase, PostgresStore, UserClaims};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{backend::Backend, clock::StoppedClock};

/// Claims that last until 2099.
pub(crate) fn claims(user: UserId) -> UserClaims {
    UserClaims::new(user, Timestamp(4_070_908_800_000))
}

/// A user who is told by a number.
pub(crate) fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// One organization in a database of its own.
pub(crate) struct TempPostgres {
    url: String,
    clock: Arc<StoppedClock>,
    organization: OnceCell<OrganizationId>,
}

impl TempPostgres {
    pub(crate) fn new() -> Self {
        Self {
            url: cluster::new_database(),
            clock: Arc::new(StoppedClock::new()),
            organization: OnceCell::new(),
        }
    }

    pub(crate) async fn database(&self) -> PostgresDatabase {
        PostgresDatabase::open_with_clock(&self.url, self.clock.clone()).await.unwrap()
    }

    /// The store of the one organization, whose owner is user 1.
    pub(crate) async fn store(&self) -> PostgresStore {
        let database = self.database().await;
        let made = self.organization.get_or_init(async || {
            database.add_user(user(1), Some("owner@example.com")).await.unwrap();
            database.add_organization("acme", user(1)).await.unwrap()
        });
        database.organization(*made.await)
    }

    /// The database itself, behind the store's back.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

#[async_trait]
impl Backend for TempPostgres {
    async fn open(&self) -> Box<dyn Store> {
        Box::new(self.store().await)
    }

    async fn open_with_user(&self) -> (Box<dyn Store>, Box<dyn UserReads>) {
        let store = self.store().await;
        let user = self.database().await.as_user(&claims(user(1)));
        (Box::new(store), Box::new(user))
    }

    async fn open_with_spending(&self) -> (Box<dyn Store>, Arc<dyn SpendingStore>) {
        let store = self.store().await;
        (Box::new(store.clone()), Arc::new(store))
    }

    async fn open_service(&self) -> Box<dyn ServiceStore> {
        Box::new(self.store().await)
    }

    fn clock(&self) -> &Arc<StoppedClock> {
        &self.clock
    }
}
