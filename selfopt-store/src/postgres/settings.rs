//! Settings, pauses and confirmed commands.

use async_trait::async_trait;
use selfopt_core::config::CommandsConfig;
use selfopt_core::{
    ConfirmedCommands, PausedBy, RepoId, RepoPause, RepoSettingsStore, RepositorySettings,
    StoreError,
};
use sqlx::Row;

use super::{nul, rows, store::PostgresStore};
use crate::{columns, errors, json, records::Columns as _};

#[async_trait]
impl RepoSettingsStore for PostgresStore {
    async fn settings(&self, repo: RepoId) -> Result<RepositorySettings, StoreError> {
        let failing = self.failing(format!("read the settings of repository {repo}"));
        let row = sqlx::query(
            "SELECT compute_budget_minutes, max_proposals_per_run::bigint, schedule
             FROM settings WHERE repo_id = $1 AND org_id = $2",
        )
        .bind(repo.0)
        .bind(self.organization())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(RepositorySettings::default()) };
        let most: Option<i64> = row.try_get("max_proposals_per_run").map_err(&failing)?;
        let most = most.map(u32::try_from).transpose();
        Ok(RepositorySettings {
            compute_budget_minutes: row.try_get("compute_budget_minutes").map_err(&failing)?,
            max_proposals_per_run: most.map_err(|source| {
                failing(rows::undecodable("max_proposals_per_run", source.into()))
            })?,
            schedule: row.try_get("schedule").map_err(&failing)?,
        })
    }

    async fn set_settings(
        &self,
        repo: RepoId,
        settings: &RepositorySettings,
    ) -> Result<(), StoreError> {
        let failing = self.failing(format!("keep the settings of repository {repo}"));
        let RepositorySettings { compute_budget_minutes, max_proposals_per_run, schedule } =
            settings;
        let set = sqlx::query(
            "INSERT INTO settings AS known (repo_id, org_id, compute_budget_minutes,
                 max_proposals_per_run, schedule, schedule_set_at)
             VALUES ($1, $2, $3, $4::bigint, $5, $6)
             ON CONFLICT (repo_id) DO UPDATE SET
                 compute_budget_minutes = excluded.compute_budget_minutes,
                 max_proposals_per_run = excluded.max_proposals_per_run,
                 schedule_set_at = CASE
                     WHEN known.schedule IS NOT DISTINCT FROM excluded.schedule
                     THEN known.schedule_set_at ELSE excluded.schedule_set_at
                 END,
                 schedule = excluded.schedule
             WHERE known.org_id = excluded.org_id",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(compute_budget_minutes)
        .bind(max_proposals_per_run.map(i64::from))
        .bind(schedule)
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        errors::must_be_there(set.rows_affected(), failing)
    }

    async fn pause(&self, repo: RepoId) -> Result<Option<RepoPause>, StoreError> {
        let failing = self.failing(format!("read whether repository {repo} is paused"));
        let row = sqlx::query(
            "SELECT reason, paused_by, paused_at FROM pauses WHERE repo_id = $1 AND org_id = $2",
        )
        .bind(repo.0)
        .bind(self.organization())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(RepoPause {
            reason: row.text("reason").map_err(&failing)?,
            by: row.word("paused_by").map_err(&failing)?,
            at: row.time("paused_at").map_err(&failing)?,
        }))
    }

    async fn set_pause(&self, repo: RepoId, reason: &str, by: PausedBy) -> Result<(), StoreError> {
        let failing = self.failing(format!("pause repository {repo}"));
        let paused = sqlx::query(
            "INSERT INTO pauses AS known (repo_id, org_id, reason, paused_by, paused_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (repo_id) DO UPDATE SET reason = known.reason
             WHERE known.org_id = excluded.org_id",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(nul::keep(reason))
        .bind(columns::to_word(&by))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        errors::must_be_there(paused.rows_affected(), failing)
    }

    async fn resume(&self, repo: RepoId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM pauses WHERE repo_id = $1 AND org_id = $2")
            .bind(repo.0)
            .bind(self.organization())
            .execute(self.pool())
            .await
            .map_err(self.failing(format!("let repository {repo} run again")))?;
        Ok(())
    }

    async fn confirmed(&self, repo: RepoId) -> Result<Option<ConfirmedCommands>, StoreError> {
        let what = || format!("the confirmed commands of repository {repo}");
        let failing = self.failing(format!("read {}", what()));
        let row = sqlx::query(
            "SELECT commands::text AS commands, created_at FROM confirmed_commands
             WHERE repo_id = $1 AND org_id = $2",
        )
        .bind(repo.0)
        .bind(self.organization())
        .fetch_optional(self.pool())
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(ConfirmedCommands {
            commands: json::decode(&row.json("commands").map_err(&failing)?, what)?,
            at: row.time("created_at").map_err(&failing)?,
        }))
    }

    async fn confirm(&self, repo: RepoId, commands: &CommandsConfig) -> Result<(), StoreError> {
        let what = || format!("the confirmed commands of repository {repo}");
        let failing = self.failing(format!("keep {}", what()));
        let kept = sqlx::query(
            "INSERT INTO confirmed_commands AS known (repo_id, org_id, commands, created_at)
             VALUES ($1, $2, $3::json, $4)
             ON CONFLICT (repo_id) DO UPDATE SET
                 commands = excluded.commands, created_at = excluded.created_at
             WHERE known.org_id = excluded.org_id",
        )
        .bind(repo.0)
        .bind(self.organization())
        .bind(nul::keep_json(json::encode(commands, what)?))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        errors::must_be_there(kept.rows_affected(), failing)
    }
}
