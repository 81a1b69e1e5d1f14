//! Repositories by where they are.

use async_trait::async_trait;
use selfopt_core::{Project, RepoId, RepositoryStore, StoreError};

use super::{rows, store::SqliteStore};
use crate::{errors, json};

#[async_trait]
impl RepositoryStore for SqliteStore {
    async fn repository(&self, locator: &str) -> Result<RepoId, StoreError> {
        let failing = self.failing(format!("look up the repository `{locator}`"));
        if let Some(known) = self.find_repository(locator).await.map_err(&failing)? {
            return Ok(known);
        }
        let created_at = rows::integer(self.now().0, "the time")?;
        // Another process may have been faster; then its row stays.
        sqlx::query(
            "INSERT INTO repositories (id, org_id, locator, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (org_id, locator) DO NOTHING",
        )
        .bind(self.new_id().to_string())
        .bind(self.organization.to_string())
        .bind(locator)
        .bind(created_at)
        .execute(&self.pool)
        .await
        .map_err(&failing)?;
        let made = self.find_repository(locator).await.map_err(&failing)?;
        made.ok_or(sqlx::Error::RowNotFound).map_err(failing)
    }

    async fn locator(&self, repo: RepoId) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar("SELECT locator FROM repositories WHERE id = ?")
            .bind(repo.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failing(format!("read where repository {repo} is")))
    }

    async fn set_project(&self, repo: RepoId, project: &Project) -> Result<(), StoreError> {
        let project = json::encode(project, || format!("the project of repository {repo}"))?;
        let failing = self.failing(format!("keep the project of repository {repo}"));
        let updated = sqlx::query("UPDATE repositories SET project = ? WHERE id = ?")
            .bind(project)
            .bind(repo.to_string())
            .execute(&self.pool)
            .await
            .map_err(&failing)?;
        errors::must_be_there(updated.rows_affected(), failing)
    }
}

impl SqliteStore {
    async fn find_repository(&self, locator: &str) -> sqlx::Result<Option<RepoId>> {
        sqlx::query("SELECT id FROM repositories WHERE org_id = ? AND locator = ?")
            .bind(self.organization.to_string())
            .bind(locator)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| rows::uuid(&row, "id").map(RepoId))
            .transpose()
    }
}
