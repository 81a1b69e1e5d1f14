//! Repositories by where they are.

use async_trait::async_trait;
use selfopt_core::{Project, RepoId, RepositoryStore, StoreError};

use super::{nul, store::PostgresStore};
use crate::{errors, json};

#[async_trait]
impl RepositoryStore for PostgresStore {
    async fn repository(&self, locator: &str) -> Result<RepoId, StoreError> {
        let failing = self.failing(format!("look up the repository `{locator}`"));
        if let Some(known) = self.find_repository(locator).await.map_err(&failing)? {
            return Ok(known);
        }
        // Another process may have been faster; then its row stays.
        sqlx::query(
            "INSERT INTO repositories (id, org_id, locator, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, locator) DO NOTHING",
        )
        .bind(self.new_id())
        .bind(self.organization())
        .bind(nul::keep(locator))
        .bind(self.now_at())
        .execute(self.pool())
        .await
        .map_err(&failing)?;
        let made = self.find_repository(locator).await.map_err(&failing)?;
        made.ok_or(sqlx::Error::RowNotFound).map_err(failing)
    }

    async fn locator(&self, repo: RepoId) -> Result<Option<String>, StoreError> {
        let locator: Option<String> =
            sqlx::query_scalar("SELECT locator FROM repositories WHERE id = $1 AND org_id = $2")
                .bind(repo.0)
                .bind(self.organization())
                .fetch_optional(self.pool())
                .await
                .map_err(self.failing(format!("read where repository {repo} is")))?;
        Ok(locator.map(nul::read))
    }

    async fn set_project(&self, repo: RepoId, project: &Project) -> Result<(), StoreError> {
        let project = json::encode(project, || format!("the project of repository {repo}"))?;
        let failing = self.failing(format!("keep the project of repository {repo}"));
        let updated =
            sqlx::query("UPDATE repositories SET project = $1::json WHERE id = $2 AND org_id = $3")
                .bind(nul::keep_json(project))
                .bind(repo.0)
                .bind(self.organization())
                .execute(self.pool())
                .await
                .map_err(&failing)?;
        errors::must_be_there(updated.rows_affected(), failing)
    }
}

impl PostgresStore {
    async fn find_repository(&self, locator: &str) -> sqlx::Result<Option<RepoId>> {
        let found =
            sqlx::query_scalar("SELECT id FROM repositories WHERE org_id = $1 AND locator = $2")
                .bind(self.organization())
                .bind(nul::keep(locator))
                .fetch_optional(self.pool())
                .await?;
        Ok(found.map(RepoId))
    }
}
