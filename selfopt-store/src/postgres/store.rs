//! The handle on one organization.

use selfopt_core::{OrganizationId, RunId, StoreError, Timestamp};
use sqlx::{PgConnection, PgPool, PgTransaction};
use uuid::Uuid;

use super::{at::At, database::PostgresDatabase};

/// All state of one organization. What belongs to another does not exist here.
/// Cheap to clone.
#[derive(Clone)]
pub struct PostgresStore {
    database: PostgresDatabase,
    organization: OrganizationId,
}

impl PostgresStore {
    pub(super) fn new(database: PostgresDatabase, organization: OrganizationId) -> Self {
        Self { database, organization }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.database.pool
    }

    pub(super) fn organization(&self) -> Uuid {
        self.organization.0
    }

    /// Turns what went wrong while `doing` something into the port's error.
    pub(super) fn failing(&self, doing: impl Into<String>) -> impl Fn(sqlx::Error) -> StoreError {
        self.database.failing(doing.into())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.database.clock.now()
    }

    pub(super) fn now_at(&self) -> At {
        At(self.now())
    }

    pub(super) fn new_id(&self) -> Uuid {
        self.database.ids.next(self.now())
    }

    pub(super) async fn begin(&self) -> sqlx::Result<PgTransaction<'static>> {
        self.database.begin("BEGIN").await
    }

    /// Holds a run of the organization until the transaction ends, so that of
    /// two who number its attempts or proposals one waits.
    pub(super) async fn hold_run(
        &self,
        transaction: &mut PgConnection,
        run: RunId,
    ) -> sqlx::Result<()> {
        sqlx::query("SELECT id FROM runs WHERE id = $1 AND org_id = $2 FOR NO KEY UPDATE")
            .bind(run.0)
            .bind(self.organization())
            .fetch_one(transaction)
            .await
            .map(drop)
    }
}
