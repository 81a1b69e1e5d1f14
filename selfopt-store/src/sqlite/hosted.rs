//! Installations and the repositories that they reach.

use async_trait::async_trait;
use selfopt_core::{
    CommitId, HostedRepositories, HostedRepository, NewHosted, RepoId, SetUp, StoreError, Timestamp,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use super::{rows, store::SqliteStore};

macro_rules! select_hosted {
    ($condition:literal) => {
        concat!(
            "SELECT repo_id, github_repo_id, name, installation_id, head_sha, introduction_url,
                 default_branch, set_up, set_up_tries, set_up_error,
                 suspended_at IS NOT NULL AS suspended
             FROM hosted_repositories
             JOIN repositories ON repositories.id = repo_id
             LEFT JOIN installations ON installations.id = installation_id
             WHERE ",
            $condition
        )
    };
}

const NUMBER: &str = "GitHub's number";

#[async_trait]
impl HostedRepositories for SqliteStore {
    async fn keep_installation(&self, installation: u64, account: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO installations (id, org_id, account, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, suspended_at = NULL",
        )
        .bind(rows::integer(installation, NUMBER)?)
        .bind(self.organization.to_string())
        .bind(account)
        .bind(rows::integer(self.now().0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep the installation {installation}")))?;
        Ok(())
    }

    async fn suspend_installation(&self, installation: u64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE installations SET suspended_at = coalesce(suspended_at, ?) WHERE id = ?",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .bind(rows::integer(installation, NUMBER)?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("suspend the installation {installation}")))?;
        Ok(())
    }

    async fn remove_installation(&self, installation: u64) -> Result<(), StoreError> {
        let failing = self.failing(format!("remove the installation {installation}"));
        let number = rows::integer(installation, NUMBER)?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        for statement in [
            "UPDATE hosted_repositories SET installation_id = NULL WHERE installation_id = ?",
            "DELETE FROM installations WHERE id = ?",
        ] {
            sqlx::query(statement)
                .bind(number)
                .execute(&mut *transaction)
                .await
                .map_err(&failing)?;
        }
        transaction.commit().await.map_err(failing)
    }

    async fn connect(&self, installation: u64, hosted: &NewHosted) -> Result<RepoId, StoreError> {
        let NewHosted { host_id, name, locator } = hosted;
        let failing = self.failing(format!("connect the repository `{name}`"));
        let now = rows::integer(self.now().0, "the time")?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        let place = Place {
            organization: self.organization,
            host_id: rows::integer(*host_id, NUMBER)?,
            locator,
            now,
        };
        let repo = placed(&mut transaction, &place, self.new_id()).await.map_err(&failing)?;
        sqlx::query(
            "INSERT INTO hosted_repositories (
                 repo_id, installation_id, name, set_up, set_up_tries, set_up_not_before
             ) VALUES (?1, ?2, ?3, 'wanted', 0, ?4)
             ON CONFLICT (repo_id) DO UPDATE SET
                 name = excluded.name,
                 set_up = iif(installation_id IS ?2, set_up, 'wanted'),
                 set_up_tries = iif(installation_id IS ?2, set_up_tries, 0),
                 set_up_not_before = iif(installation_id IS ?2, set_up_not_before, ?4),
                 installation_id = ?2",
        )
        .bind(repo.to_string())
        .bind(rows::integer(installation, NUMBER)?)
        .bind(name)
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(failing)?;
        Ok(repo)
    }

    async fn disconnect(&self, installation: u64, host_id: u64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE hosted_repositories SET installation_id = NULL
             WHERE installation_id = ? AND repo_id = (
                 SELECT id FROM repositories WHERE org_id = ? AND github_repo_id = ?
             )",
        )
        .bind(rows::integer(installation, NUMBER)?)
        .bind(self.organization.to_string())
        .bind(rows::integer(host_id, NUMBER)?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("disconnect the repository {host_id}")))?;
        Ok(())
    }

    async fn hosted(&self, repo: RepoId) -> Result<Option<HostedRepository>, StoreError> {
        let failing = self.failing(format!("read where repository {repo} is hosted"));
        let row = sqlx::query(select_hosted!("repo_id = ?"))
            .bind(repo.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        row.as_ref().map(record).transpose().map_err(failing)
    }

    async fn hosted_by(&self, host_id: u64) -> Result<Option<HostedRepository>, StoreError> {
        let failing = self.failing(format!("look up the hosted repository {host_id}"));
        let row = sqlx::query(select_hosted!("repositories.org_id = ? AND github_repo_id = ?"))
            .bind(self.organization.to_string())
            .bind(rows::integer(host_id, NUMBER)?)
            .fetch_optional(&self.pool)
            .await
            .map_err(&failing)?;
        row.as_ref().map(record).transpose().map_err(failing)
    }

    async fn set_head(
        &self,
        repo: RepoId,
        branch: &str,
        head: &CommitId,
    ) -> Result<(), StoreError> {
        let failing = self.failing(format!("keep the newest commit of repository {repo}"));
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        for (statement, value) in [
            ("UPDATE repositories SET default_branch = ? WHERE id = ?", branch),
            ("UPDATE hosted_repositories SET head_sha = ? WHERE repo_id = ?", head.as_str()),
        ] {
            sqlx::query(statement)
                .bind(value)
                .bind(repo.to_string())
                .execute(&mut *transaction)
                .await
                .map_err(&failing)?;
        }
        transaction.commit().await.map_err(failing)
    }

    async fn set_introduction(&self, repo: RepoId, url: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosted_repositories SET introduction_url = ? WHERE repo_id = ?")
            .bind(url)
            .bind(repo.to_string())
            .execute(&self.pool)
            .await
            .map_err(self.failing(format!("keep the introduction of repository {repo}")))?;
        Ok(())
    }

    async fn want_set_up(&self, repo: RepoId) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE hosted_repositories SET
                 set_up = 'wanted', set_up_tries = 0, set_up_not_before = ?
             WHERE repo_id = ?",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .bind(repo.to_string())
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("ask for repository {repo} to be set up")))?;
        Ok(())
    }

    async fn next_set_up(&self) -> Result<Option<HostedRepository>, StoreError> {
        let failing = self.failing("read which repository is to be set up");
        let taken = sqlx::query(
            "UPDATE hosted_repositories SET set_up_tries = set_up_tries + 1
             WHERE repo_id = (
                 SELECT repo_id FROM hosted_repositories
                 WHERE set_up = 'wanted' AND installation_id IS NOT NULL
                     AND set_up_not_before <= ?
                 ORDER BY set_up_not_before, repo_id LIMIT 1
             )
             RETURNING repo_id",
        )
        .bind(rows::integer(self.now().0, "the time")?)
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        let Some(row) = taken else { return Ok(None) };
        self.hosted(rows::uuid(&row, "repo_id").map(RepoId).map_err(failing)?).await
    }

    async fn end_set_up(&self, repo: RepoId) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE hosted_repositories SET set_up = 'done', set_up_error = NULL
             WHERE repo_id = ?",
        )
        .bind(repo.to_string())
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("note that repository {repo} is set up")))?;
        Ok(())
    }

    async fn fail_set_up(
        &self,
        repo: RepoId,
        error: &str,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let again = again.map(|at| rows::integer(at.0, "the time")).transpose()?;
        sqlx::query(
            "UPDATE hosted_repositories SET
                 set_up = iif(?3 IS NULL, 'failed', 'wanted'), set_up_error = ?2,
                 set_up_not_before = coalesce(?3, set_up_not_before)
             WHERE repo_id = ?1",
        )
        .bind(repo.to_string())
        .bind(error)
        .bind(again)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("note why repository {repo} is not set up")))?;
        Ok(())
    }
}

/// Where a repository is to be found.
struct Place<'a> {
    organization: Uuid,
    host_id: i64,
    locator: &'a str,
    now: i64,
}

/// The row of a repository with its present address.
async fn placed(
    connection: &mut SqliteConnection,
    place: &Place<'_>,
    new: Uuid,
) -> sqlx::Result<RepoId> {
    let Place { organization, host_id, locator, now } = place;
    // Another one had this address: it was renamed or deleted since.
    sqlx::query(
        "UPDATE repositories SET locator = locator || '#' || id
         WHERE org_id = ? AND locator = ? AND github_repo_id IS NOT ?",
    )
    .bind(organization.to_string())
    .bind(locator)
    .bind(host_id)
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query(
        "INSERT INTO repositories (id, org_id, locator, github_repo_id, created_at)
         VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (org_id, github_repo_id) DO UPDATE SET locator = excluded.locator
         RETURNING id",
    )
    .bind(new.to_string())
    .bind(organization.to_string())
    .bind(locator)
    .bind(host_id)
    .bind(now)
    .fetch_one(connection)
    .await?;
    rows::uuid(&row, "id").map(RepoId)
}

fn record(row: &SqliteRow) -> sqlx::Result<HostedRepository> {
    let error: Option<String> = row.try_get("set_up_error")?;
    let set_up = match row.try_get("set_up")? {
        "done" => SetUp::Done,
        "failed" => SetUp::Failed { error: error.unwrap_or_default() },
        _ => SetUp::Wanted { tries: row.try_get("set_up_tries")? },
    };
    let head: Option<String> = row.try_get("head_sha")?;
    Ok(HostedRepository {
        repo: RepoId(rows::uuid(row, "repo_id")?),
        host_id: row.try_get("github_repo_id")?,
        name: row.try_get("name")?,
        installation: row.try_get("installation_id")?,
        suspended: row.try_get("suspended")?,
        default_branch: row.try_get("default_branch")?,
        head: head.map(CommitId::new),
        introduction: row.try_get("introduction_url")?,
        set_up,
    })
}
