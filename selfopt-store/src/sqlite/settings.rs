//! Settings, pauses and confirmed commands.

use async_trait::async_trait;
use selfopt_core::config::CommandsConfig;
use selfopt_core::{
    ConfirmedCommands, PausedBy, RepoId, RepoPause, RepoSettingsStore, RepositorySettings,
    StoreError,
};
use sqlx::Row;

use super::{rows, store::SqliteStore};
use crate::json;

#[async_trait]
impl RepoSettingsStore for SqliteStore {
    async fn settings(&self, repo: RepoId) -> Result<RepositorySettings, StoreError> {
        let failing = self.failing(format!("read the settings of repository {repo}"));
        let row = sqlx::query(
            "SELECT compute_budget_minutes, max_proposals_per_run, schedule
             FROM settings WHERE repo_id = ?",
        )
        .bind(repo.to_string())
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        let Some(row) = row else { return Ok(RepositorySettings::default()) };
        Ok(RepositorySettings {
            compute_budget_minutes: row.try_get("compute_budget_minutes").map_err(&failing)?,
            max_proposals_per_run: row.try_get("max_proposals_per_run").map_err(&failing)?,
            schedule: row.try_get("schedule").map_err(&failing)?,
        })
    }

    async fn set_settings(
        &self,
        repo: RepoId,
        settings: &RepositorySettings,
    ) -> Result<(), StoreError> {
        let RepositorySettings { compute_budget_minutes, max_proposals_per_run, schedule } =
            settings;
        sqlx::query(
            "INSERT INTO settings (
                 repo_id, compute_budget_minutes, max_proposals_per_run, schedule, schedule_set_at
             ) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (repo_id) DO UPDATE SET
                 compute_budget_minutes = excluded.compute_budget_minutes,
                 max_proposals_per_run = excluded.max_proposals_per_run,
                 schedule_set_at = iif(
                     schedule IS excluded.schedule, schedule_set_at, excluded.schedule_set_at
                 ),
                 schedule = excluded.schedule",
        )
        .bind(repo.to_string())
        .bind(compute_budget_minutes)
        .bind(max_proposals_per_run)
        .bind(schedule)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep the settings of repository {repo}")))?;
        Ok(())
    }

    async fn pause(&self, repo: RepoId) -> Result<Option<RepoPause>, StoreError> {
        let failing = self.failing(format!("read whether repository {repo} is paused"));
        let row = sqlx::query("SELECT reason, paused_by, created_at FROM pauses WHERE repo_id = ?")
            .bind(repo.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(RepoPause {
            reason: row.try_get("reason").map_err(&failing)?,
            by: rows::word(&row, "paused_by").map_err(&failing)?,
            at: rows::time(&row, "created_at").map_err(&failing)?,
        }))
    }

    async fn set_pause(&self, repo: RepoId, reason: &str, by: PausedBy) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO pauses (repo_id, reason, paused_by, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (repo_id) DO NOTHING",
        )
        .bind(repo.to_string())
        .bind(reason)
        .bind(rows::to_word(&by))
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("pause repository {repo}")))?;
        Ok(())
    }

    async fn resume(&self, repo: RepoId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM pauses WHERE repo_id = ?")
            .bind(repo.to_string())
            .execute(&self.pool)
            .await
            .map_err(self.failing(format!("let repository {repo} run again")))?;
        Ok(())
    }

    async fn confirmed(&self, repo: RepoId) -> Result<Option<ConfirmedCommands>, StoreError> {
        let what = || format!("the confirmed commands of repository {repo}");
        let failing = self.failing(format!("read {}", what()));
        let row =
            sqlx::query("SELECT commands, created_at FROM confirmed_commands WHERE repo_id = ?")
                .bind(repo.to_string())
                .fetch_optional(&self.pool)
                .await
                .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        let commands = row.try_get("commands").map_err(&failing)?;
        Ok(Some(ConfirmedCommands {
            commands: json::decode(commands, what)?,
            at: rows::time(&row, "created_at").map_err(&failing)?,
        }))
    }

    async fn confirm(&self, repo: RepoId, commands: &CommandsConfig) -> Result<(), StoreError> {
        let what = || format!("the confirmed commands of repository {repo}");
        sqlx::query(
            "INSERT INTO confirmed_commands (repo_id, commands, created_at) VALUES (?, ?, ?)
             ON CONFLICT (repo_id) DO UPDATE SET
                 commands = excluded.commands, created_at = excluded.created_at",
        )
        .bind(repo.to_string())
        .bind(json::encode(commands, what)?)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep {}", what())))?;
        Ok(())
    }
}
