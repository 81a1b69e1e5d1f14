//! Requests for runs, as those who ask see them.

use async_trait::async_trait;
use selfopt_core::{
    ExitCode, NewRequest, RepoId, RequestId, Requested, RunId, RunRequest, RunRequests, StoreError,
};
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{at::At, nul, rows, store::PostgresStore};
use crate::{columns, records::Columns as _};

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
        row.as_ref().map(record).transpose().map_err(failing)
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
        rows.iter().map(record).collect::<sqlx::Result<_>>().map_err(failing)
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
        row.as_ref().map(record).transpose().map_err(failing)
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
        row.as_ref().map(record).transpose()
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
        row.as_ref().map(record).transpose()
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
        row.as_ref().map(record).transpose()
    }
}

/// A row as a request.
pub(super) fn record(row: &PgRow) -> sqlx::Result<RunRequest> {
    let exit = row.try_get::<Option<i32>, _>("exit_code")?.map(exit_code).transpose()?;
    Ok(RunRequest {
        id: RequestId(row.id("id")?),
        repo: RepoId(row.id("repo_id")?),
        origin: row.word("origin")?,
        state: row.word("state")?,
        run: row.try_get::<Option<_>, _>("run_id")?.map(RunId),
        tries: tries(row)?,
        not_before: row.time("not_before")?,
        worker: row.optional_text("worker")?,
        cancel_asked: row.try_get("cancel_asked")?,
        error: row.optional_text("error")?,
        hint: row.optional_text("hint")?,
        exit,
        created_at: row.time("created_at")?,
        ended_at: row.try_get::<Option<At>, _>("ended_at")?.map(|At(at)| at),
    })
}

fn tries(row: &PgRow) -> sqlx::Result<u32> {
    let tries: i32 = row.try_get("tries")?;
    tries
        .try_into()
        .map_err(|source: std::num::TryFromIntError| rows::undecodable("tries", source.into()))
}

fn exit_code(code: i32) -> sqlx::Result<ExitCode> {
    let undecodable = |source| rows::undecodable("exit_code", source);
    let code = u8::try_from(code).map_err(|source| undecodable(source.into()))?;
    ExitCode::try_from(code).map_err(|source| undecodable(source.into()))
}
