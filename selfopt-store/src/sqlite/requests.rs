//! Requests for runs, as those who ask see them.

use async_trait::async_trait;
use selfopt_core::{
    NewRequest, RepoId, RequestId, Requested, RunRequest, RunRequests, StoreError, Timestamp,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{rows, store::SqliteStore};
use crate::records;

#[async_trait]
impl RunRequests for SqliteStore {
    async fn request_run(&self, new: NewRequest) -> Result<Requested, StoreError> {
        let failing = self.failing("ask for a run");
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        if let Some(key) = &new.key {
            let same = sqlx::query("SELECT * FROM run_requests WHERE key = ?")
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(&failing)?;
            if let Some(row) = same {
                return records::request(&row).map(Requested::Same).map_err(failing);
            }
        }
        let waiting = waiting(&mut transaction, new.repo).await.map_err(&failing)?;
        if let Some(waiting) = waiting {
            return Ok(Requested::Waiting(waiting));
        }
        let made = insert(&mut transaction, self.new_id(), &new, self.now()).await;
        let made = made.map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Requested::New(made))
    }

    async fn run_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("read the request {id}"));
        let row = sqlx::query("SELECT * FROM run_requests WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.pool)
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
        // Ids grow with time, and no id is greater than this.
        let end = older_than.map_or_else(|| "~".to_owned(), |id| id.to_string());
        let rows = sqlx::query(
            "SELECT * FROM run_requests WHERE repo_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(repo.to_string())
        .bind(end)
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(&failing)?;
        rows.iter().map(records::request).collect::<sqlx::Result<_>>().map_err(failing)
    }

    async fn cancel_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("cancel the request {id}"));
        let row = sqlx::query(
            "UPDATE run_requests SET
                 ended_at = CASE state WHEN 'queued' THEN ?2 ELSE ended_at END,
                 cancel_asked = CASE WHEN state IN ('queued', 'running') THEN 1 ELSE cancel_asked END,
                 state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END
             WHERE id = ?1 RETURNING *",
        )
        .bind(id.to_string())
        .bind(rows::integer(self.now().0, "the time")?)
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        row.as_ref().map(records::request).transpose().map_err(failing)
    }

    async fn requeue_request(&self, id: RequestId) -> Result<Option<RunRequest>, StoreError> {
        let failing = self.failing(format!("queue the request {id} again"));
        sqlx::query(
            "UPDATE run_requests SET state = 'queued', tries = 0, not_before = ?2,
                 cancel_asked = 0, error = NULL, hint = NULL, exit_code = NULL, ended_at = NULL
             WHERE id = ?1 AND state IN ('dead', 'cancelled')",
        )
        .bind(id.to_string())
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(&failing)?;
        self.run_request(id).await
    }
}

/// The request of a repository that waits.
pub(super) async fn waiting(
    connection: &mut SqliteConnection,
    repo: RepoId,
) -> sqlx::Result<Option<RunRequest>> {
    let row = sqlx::query(
        "SELECT * FROM run_requests WHERE repo_id = ? AND state = 'queued' ORDER BY id LIMIT 1",
    )
    .bind(repo.to_string())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(records::request).transpose()
}

/// A new request that waits.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    id: Uuid,
    new: &NewRequest,
    now: Timestamp,
) -> sqlx::Result<RunRequest> {
    let at = i64::try_from(now.0).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let row = sqlx::query(
        "INSERT INTO run_requests
             (id, repo_id, origin, key, state, tries, not_before, cancel_asked, created_at)
         VALUES (?1, ?2, ?3, ?4, 'queued', 0, ?5, 0, ?5) RETURNING *",
    )
    .bind(id.to_string())
    .bind(new.repo.to_string())
    .bind(rows::to_word(&new.origin))
    .bind(new.key.as_deref())
    .bind(at)
    .fetch_one(connection)
    .await?;
    records::request(&row)
}
