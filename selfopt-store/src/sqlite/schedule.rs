//! Schedules and their ticks.

use async_trait::async_trait;
use selfopt_core::{
    NewRequest, RepoId, RequestId, RequestOrigin, Schedule, ScheduleStore, StoreError, Timestamp,
};
use sqlx::Row;

use super::{requests, rows, store::SqliteStore};

#[async_trait]
impl ScheduleStore for SqliteStore {
    async fn schedules(&self) -> Result<Vec<Schedule>, StoreError> {
        let failing = self.failing("read the schedules");
        let rows = sqlx::query(
            "SELECT repo_id, schedule, max(schedule_set_at, coalesce((
                 SELECT max(due_at) FROM schedule_ticks
                 WHERE schedule_ticks.repo_id = settings.repo_id
             ), 0)) AS since
             FROM settings
             WHERE schedule IS NOT NULL AND repo_id NOT IN (SELECT repo_id FROM pauses)
             ORDER BY repo_id",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(&failing)?;
        rows.iter()
            .map(|row| {
                Ok(Schedule {
                    repo: RepoId(rows::uuid(row, "repo_id")?),
                    cron: row.try_get("schedule")?,
                    since: rows::time(row, "since")?,
                })
            })
            .collect::<sqlx::Result<_>>()
            .map_err(failing)
    }

    async fn tick(&self, repo: RepoId, due: Timestamp) -> Result<Option<RequestId>, StoreError> {
        let failing = self.failing(format!("keep a tick of repository {repo}"));
        let due_at = rows::integer(due.0, "the time")?;
        // The write lock comes first: of two servers one finds the other's tick.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        let kept: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM schedule_ticks WHERE repo_id = ? AND due_at >= ?)",
        )
        .bind(repo.to_string())
        .bind(due_at)
        .fetch_one(&mut *transaction)
        .await
        .map_err(&failing)?;
        if kept {
            return Ok(None);
        }
        let waiting = requests::waiting(&mut transaction, repo).await.map_err(&failing)?;
        let request = if let Some(waiting) = waiting {
            waiting
        } else {
            let new = NewRequest { repo, origin: RequestOrigin::Schedule, key: None };
            requests::insert(&mut transaction, self.new_id(), &new, self.now())
                .await
                .map_err(&failing)?
        };
        sqlx::query("INSERT INTO schedule_ticks (repo_id, due_at, request_id) VALUES (?, ?, ?)")
            .bind(repo.to_string())
            .bind(due_at)
            .bind(request.id.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Some(request.id))
    }
}
