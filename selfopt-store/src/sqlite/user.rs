//! What the one user of an embedded store may read: everything.

use async_trait::async_trait;
use selfopt_core::{
    Attempt, MAX_JOURNAL_ENTRIES, Opportunity, OrganizationId, Page, PageRequest, ProposalFilter,
    ProposalId, ProposalRecord, ProposalWithArtifacts, RepoId, RepositoryRecord, RunFilter, RunId,
    RunRecord, RunWithJournal, StoreError, UserReads,
};
use sqlx::{QueryBuilder, Sqlite, SqlitePool, sqlite::SqliteRow};

use super::{artifacts, errors, rows, store::SqliteStore};
use crate::{keys, pages, records};

/// The reads of the one local user.
#[derive(Debug, Clone)]
pub struct SqliteUser {
    pool: SqlitePool,
    place: String,
}

impl SqliteStore {
    /// The reads of the one local user, to whom everything belongs.
    pub fn as_local_user(&self) -> SqliteUser {
        SqliteUser { pool: self.pool.clone(), place: self.place.clone() }
    }
}

#[async_trait]
impl UserReads for SqliteUser {
    async fn repositories(
        &self,
        organization: Option<OrganizationId>,
        page: &PageRequest,
    ) -> Result<Page<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::new(REPOSITORIES);
        if let Some(organization) = organization {
            query.push(" AND org_id = ").push_bind(organization.to_string());
        }
        if let Some(cursor) = page.after() {
            let (at, id) = keys::time_and_id(cursor, keys::REPOSITORIES)?;
            query.push(" AND (created_at, repositories.id) < (").push_bind(at);
            query.push(", ").push_bind(id.to_string()).push(")");
        }
        query.push(" ORDER BY created_at DESC, repositories.id DESC");
        let rows = self.page(query, page, "read repositories").await?;
        pages::repositories(&rows, page, self.failing("read repositories"))
    }

    async fn repository(&self, repo: RepoId) -> Result<Option<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(REPOSITORIES);
        query.push(" AND repositories.id = ").push_bind(repo.to_string());
        let row = query
            .build()
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failing(format!("read repository {repo}")))?;
        let failing = self.failing("read repositories");
        row.as_ref().map(|row| records::repository(row, &failing)).transpose()
    }

    async fn runs(
        &self,
        filter: &RunFilter,
        page: &PageRequest,
    ) -> Result<Page<RunRecord>, StoreError> {
        let RunFilter { repo, status } = filter;
        let mut query = QueryBuilder::new("SELECT * FROM runs WHERE true");
        if let Some(repo) = repo {
            query.push(" AND repo_id = ").push_bind(repo.to_string());
        }
        if let Some(status) = status {
            query.push(" AND status = ").push_bind(rows::to_word(status));
        }
        if let Some(cursor) = page.after() {
            let (at, id) = keys::time_and_id(cursor, keys::RUNS)?;
            query.push(" AND (created_at, id) < (").push_bind(at);
            query.push(", ").push_bind(id.to_string()).push(")");
        }
        query.push(" ORDER BY created_at DESC, id DESC");
        let rows = self.page(query, page, "read runs").await?;
        pages::runs(&rows, page, self.failing("read runs"))
    }

    async fn run(
        &self,
        run: RunId,
        journal_after: Option<u64>,
    ) -> Result<Option<RunWithJournal>, StoreError> {
        let failing = self.failing(format!("read run {run}"));
        // One snapshot: the journal never tells of more than the run's state.
        let mut transaction = self.pool.begin().await.map_err(&failing)?;
        let row = sqlx::query("SELECT * FROM runs WHERE id = ?")
            .bind(run.to_string())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        let entries = sqlx::query(
            "SELECT sequence, at, event FROM run_journal WHERE run_id = ? AND sequence > ?
             ORDER BY sequence LIMIT ?",
        )
        .bind(run.to_string())
        .bind(journal_after.map_or(-1, keys::held))
        .bind(MAX_JOURNAL_ENTRIES)
        .fetch_all(&mut *transaction)
        .await
        .map_err(&failing)?;
        let journal = entries
            .iter()
            .map(|row| records::journal_entry(row, run, &failing))
            .collect::<Result<_, _>>()?;
        let run = records::run(&row).map_err(&failing)?;
        Ok(Some(RunWithJournal { run, journal }))
    }

    async fn opportunities(
        &self,
        run: RunId,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>, StoreError> {
        let mut query = QueryBuilder::new("SELECT record FROM opportunities WHERE run_id = ");
        query.push_bind(run.to_string());
        if let Some(cursor) = page.after() {
            let (rank, id) = keys::rank_and_id(cursor)?;
            query.push(" AND (rank, id) > (").push_bind(rank);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY rank, id");
        let doing = format!("read the opportunities of run {run}");
        let rows = self.page(query, page, &doing).await?;
        pages::opportunities(&rows, run, page, self.failing(doing))
    }

    async fn attempts(&self, run: RunId, page: &PageRequest) -> Result<Page<Attempt>, StoreError> {
        let mut query = QueryBuilder::new("SELECT number, record FROM attempts WHERE run_id = ");
        query.push_bind(run.to_string());
        if let Some(cursor) = page.after() {
            query.push(" AND number > ").push_bind(keys::number(cursor)?);
        }
        query.push(" ORDER BY number");
        let doing = format!("read the attempts of run {run}");
        let rows = self.page(query, page, &doing).await?;
        pages::attempts(&rows, run, page, self.failing(doing))
    }

    async fn proposals(
        &self,
        filter: &ProposalFilter,
        page: &PageRequest,
    ) -> Result<Page<ProposalRecord>, StoreError> {
        let ProposalFilter { repo, run } = filter;
        let mut query = QueryBuilder::new(PROPOSALS);
        if let Some(repo) = repo {
            query.push(" AND repo_id = ").push_bind(repo.to_string());
        }
        if let Some(run) = run {
            query.push(" AND run_id = ").push_bind(run.to_string());
        }
        if let Some(cursor) = page.after() {
            let (at, run, number) = keys::time_run_and_number(cursor)?;
            query.push(" AND (created_at, run_id, number) < (").push_bind(at);
            query.push(", ").push_bind(run.to_string());
            query.push(", ").push_bind(number).push(")");
        }
        query.push(NEWEST_PROPOSAL_FIRST);
        let rows = self.page(query, page, "read proposals").await?;
        pages::proposals(&rows, page, self.failing("read proposals"))
    }

    async fn proposal(
        &self,
        id: &ProposalId,
        run: Option<RunId>,
    ) -> Result<Option<ProposalWithArtifacts>, StoreError> {
        let failing = self.failing(format!("read proposal {id}"));
        let mut query = QueryBuilder::<Sqlite>::new(PROPOSALS);
        query.push(" AND id = ").push_bind(id.as_str());
        if let Some(run) = run {
            query.push(" AND run_id = ").push_bind(run.to_string());
        }
        query.push(NEWEST_PROPOSAL_FIRST).push(" LIMIT 1");
        let row = query.build().fetch_optional(&self.pool).await.map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        let proposal = records::proposal(&row, &failing)?;
        let artifacts = artifacts::of(&self.pool, id).await.map_err(&failing)?;
        Ok(Some(ProposalWithArtifacts { proposal, artifacts }))
    }
}

const REPOSITORIES: &str = "SELECT id, org_id, locator, github_repo_id, default_branch, project,
     created_at, compute_budget_minutes, max_proposals_per_run, schedule
     FROM repositories LEFT JOIN settings ON settings.repo_id = repositories.id WHERE true";

const PROPOSALS: &str = "SELECT run_id, id, number, repo_id, record, created_at, pr_url
     FROM proposals WHERE true";

const NEWEST_PROPOSAL_FIRST: &str = " ORDER BY created_at DESC, run_id DESC, number DESC";

impl SqliteUser {
    /// The rows of a page, and one more if there are more.
    async fn page(
        &self,
        mut query: QueryBuilder<Sqlite>,
        page: &PageRequest,
        doing: &str,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        query.push(" LIMIT ").push_bind(page.limit() + 1);
        query.build().fetch_all(&self.pool).await.map_err(self.failing(doing))
    }

    fn failing(&self, doing: impl Into<String>) -> impl Fn(sqlx::Error) -> StoreError {
        errors::failing(self.place.clone(), doing.into())
    }
}
