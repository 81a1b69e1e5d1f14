//! Schedules and their ticks.

use async_trait::async_trait;
use selfopt_core::{
    NewRequest, RepoId, RequestId, RequestOrigin, Schedule, ScheduleStore, StoreError, Timestamp,
};

use super::{at::At, store::PostgresStore};
use crate::records::Columns as _;

#[async_trait]
impl ScheduleStore for PostgresStore {
    async fn schedules(&self) -> Result<Vec<Schedule>, StoreError> {
        let failing = self.failing("read the schedules");
        let rows = sqlx::query(
            "SELECT repo_id, schedule, greatest(schedule_set_at, (
                 SELECT max(due_at) FROM schedule_ticks
                 WHERE schedule_ticks.repo_id = settings.repo_id
             )) AS since
             FROM settings
             WHERE org_id = $1 AND schedule IS NOT NULL
                 AND NOT EXISTS (SELECT FROM pauses WHERE pauses.repo_id = settings.repo_id)
             ORDER BY repo_id",
        )
        .bind(self.organization())
        .fetch_all(self.pool())
        .await
        .map_err(&failing)?;
        rows.iter()
            .map(|row| {
                Ok(Schedule {
                    repo: RepoId(row.id("repo_id")?),
                    cron: row.text("schedule")?,
                    since: row.time("since")?,
                })
            })
            .collect::<sqlx::Result<_>>()
            .map_err(failing)
    }

    async fn tick(&self, repo: RepoId, due: Timestamp) -> Result<Option<RequestId>, StoreError> {
        let failing = self.failing(format!("keep a tick of repository {repo}"));
        let mut transaction = self.begin().await.map_err(&failing)?;
        // Of two servers one finds the other's tick.
        self.hold_repository(&mut transaction, repo).await.map_err(&failing)?;
        let kept: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM schedule_ticks WHERE repo_id = $1 AND due_at >= $2)",
        )
        .bind(repo.0)
        .bind(At(due))
        .fetch_one(&mut *transaction)
        .await
        .map_err(&failing)?;
        if kept {
            return Ok(None);
        }
        let waiting = self.waiting(&mut transaction, repo).await.map_err(&failing)?;
        let request = if let Some(waiting) = waiting {
            waiting
        } else {
            let new = NewRequest { repo, origin: RequestOrigin::Schedule, key: None };
            let made = self.insert_request(&mut transaction, &new).await.map_err(&failing)?;
            made.ok_or(sqlx::Error::RowNotFound).map_err(&failing)?
        };
        sqlx::query(
            "INSERT INTO schedule_ticks (repo_id, org_id, due_at, claimed_at, request_id)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(At(due))
        .bind(self.now_at())
        .bind(request.id.0)
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Some(request.id))
    }
}
