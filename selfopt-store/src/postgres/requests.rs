//! Requests for runs, as those who ask see them.

use async_trait::async_trait;
use selfopt_core::{NewRequest, RepoId, RequestId, Requested, RunRequest, RunRequests, StoreError};
use sqlx::PgConnection;

use super::{nul, store::PostgresStore};
use crate::{columns, records};

#[async_trait]
impl RunRequests for PostgresStore {
    async fn request_run(&self, new: NewRequest) -> Result<Requested, StoreError> {
        let failing = self.failing("ask for a run");
        let mut transaction = self.begin().await.map_err(&failing)?;
        // Of two who ask for a run of a repository, the second finds the first's.
        self.hold_repository(&mut transaction, new.repo).await.map_err(&failing)?;
        if let Some(same) = self.keyed(&mut transaction, &new).await.map_err(&failing)? {
            return Ok(Requested::Same(same));
        }
        let waiting = self.waiting(&mut transaction, new.repo).await.map_err(&failing)?;
        if let Some(waiting) = waiting {
            return Ok(Requested::Waiting(waiting));
        }
        let made = self.insert_request(&mut transaction, &new).await.map_err(&failing)?;
        if let Some(made) = made {
            transaction.commit().await.map_err(&failing)?;
            return Ok(Requested::New(made));
        }
        // The key was used meanwhile, for another repository.
        let same = self.keyed(&mut transaction, &new).await.map_err(&failing)?;
        same.map(Requested::Same).ok_or(sqlx::Error::RowNotFound).map_err(failing)
    }

    async fn run_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("read the request {id}"));
        let row = sqlx::query("SELECT * FROM run_requests WHERE id = $1 AND org_id = $2")
            .bind(id.0)
            .bind(self.organization())
            .fetch_optional(self.pool())
            .await
            .map_err(&failing)?;
        row.as_ref().map(records::request).transpose().map_err(failing)
    }

    async fn run_requests(
        &self,
        repo: RepoId,
        older_than: Option<RequestId>,
        limit: u32,
    ) -> Result<Vec<RunRequest>, StoreError> {
        let failing = self.failing(format!("read the requests of repository {repo}"));
        // Ids grow with time.
        let rows = sqlx::query(
            "SELECT * FROM run_requests
             WHERE repo_id = $1 AND org_id = $2 AND ($3::uuid IS NULL OR id < $3)
             ORDER BY id DESC LIMIT $4",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(older_than.map(|id| id.0))
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter().map(records::request).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn cancel_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("cancel the request {id}"));
        let row = sqlx::query(
            "UPDATE run_requests SET
                 ended_at = CASE state WHEN 'queued' THEN $3 ELSE ended_at END,
                 cancel_asked = cancel_asked OR state IN ('queued', 'running'),
                 state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END
             WHERE id = $1 AND org_id = $2 RETURNING *",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(self.now_at())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::request).transpose().map_err(failing)
    }

    async fn requeue_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("queue the request {id} again"));
        sqlx::query(
            "UPDATE run_requests SET state = 'queued', tries = 0, not_before = $3,
                 cancel_asked = false, error = NULL, hint = NULL, exit_code = NULL, ended_at = NULL
             WHERE id = $1 AND org_id = $2 AND state IN ('dead', 'cancelled')",
        )
        .bind(id.0)
        .bind(self.organization())
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        self.run_request(id).await
    }
}

impl PostgresStore {
    /// Holds a repository of the organization until the transaction ends.
    pub(super) async fn hold_repository(
        &self,
        transaction: &mut PgConnection,
        repo: RepoId,
    ) -> sqlx::Result<()> {
        sqlx::query("SELECT id FROM repositories WHERE id = $1 AND org_id = $2 FOR NO KEY UPDATE")
            .bind(repo.0)
            .bind(self.organization())
            .fetch_one(transaction)
            .await
            .map(drop)
    }

    /// The request of a repository that waits.
    pub(super) async fn waiting(
        &self,
        connection: &mut PgConnection,
        repo: RepoId,
    ) -> sqlx::Result<Option<RunRequest>> {
        let row = sqlx::query(
            "SELECT * FROM run_requests WHERE repo_id = $1 AND org_id = $2 AND state = 'queued'
             ORDER BY id LIMIT 1",
        )
        .bind(repo.0)
        .bind(self.organization())
        .fetch_optional(connection)
        .await?;
        row.as_ref().map(records::request).transpose()
    }

    /// A new request that waits; none where its key is used already.
    pub(super) async fn insert_request(
        &self,
        connection: &mut PgConnection,
        new: &NewRequest,
    ) -> sqlx::Result<Option<RunRequest>> {
        let row = sqlx::query(
            "INSERT INTO run_requests (id, org_id, repo_id, origin, key, state, tries,
                 not_before, cancel_asked, created_at)
             VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, false, $6)
             ON CONFLICT (org_id, key) DO NOTHING RETURNING *",
        )
        .bind(self.new_id())
        .bind(self.organization())
        .bind(new.repo.0)
        .bind(columns::to_word(&new.origin))
        .bind(new.key.as_deref().map(nul::keep))
        .bind(self.now_at())
        .fetch_optional(connection)
        .await?;
        row.as_ref().map(records::request).transpose()
    }

    async fn keyed(
        &self,
        connection: &mut PgConnection,
        new: &NewRequest,
    ) -> sqlx::Result<Option<RunRequest>> {
        let Some(key) = &new.key else { return Ok(None) };
        let row = sqlx::query("SELECT * FROM run_requests WHERE org_id = $1 AND key = $2")
            .bind(self.organization())
            .bind(nul::keep(key))
            .fetch_optional(connection)
            .await?;
        row.as_ref().map(records::request).transpose()
    }
}
