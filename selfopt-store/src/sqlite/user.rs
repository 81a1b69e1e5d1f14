//! What the one user of an embedded store may read: everything.

use async_trait::async_trait;
use selfopt_core::{
    Attempt, MAX_JOURNAL_ENTRIES, Opportunity, OrganizationId, Page, PageRequest, ProposalFilter,
    ProposalId, ProposalRecord, ProposalWithArtifacts, RepoId, RepositoryRecord,
    RepositorySettings, RunFilter, RunId, RunRecord, RunWithJournal, StoreError, UserReads,
};
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool, sqlite::SqliteRow};

use super::{artifacts, errors, journal, proposals, rows, runs, store::SqliteStore};
use crate::{json, keys};

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
        let read = rows.iter().map(|row| self.repository_of(row)).collect::<Result<_, _>>()?;
        Ok(Page::of(read, page, keys::of_repository))
    }

    async fn repository(&self, repo: RepoId) -> Result<Option<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(REPOSITORIES);
        query.push(" AND repositories.id = ").push_bind(repo.to_string());
        let row = query
            .build()
            .fetch_optional(&self.pool)
            .await
            .map_err(self.failing(format!("read repository {repo}")))?;
        row.as_ref().map(|row| self.repository_of(row)).transpose()
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
        let read = rows.iter().map(runs::record).collect::<sqlx::Result<_>>();
        Ok(Page::of(read.map_err(self.failing("read runs"))?, page, keys::of_run))
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
            .map(|row| journal::entry(row, run, &failing))
            .collect::<Result<_, _>>()?;
        let run = runs::record(&row).map_err(&failing)?;
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
        let read = rows
            .iter()
            .map(|row| {
                let record = row.try_get("record").map_err(self.failing(&*doing))?;
                json::decode(record, || format!("an opportunity of run {run}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Page::of(read, page, keys::of_opportunity))
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
        let read = rows
            .iter()
            .map(|row| {
                let number: i64 = row.try_get("number").map_err(self.failing(&*doing))?;
                let record = row.try_get("record").map_err(self.failing(&*doing))?;
                Ok((number, json::decode(record, || format!("an attempt of run {run}"))?))
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Page::of(read, page, |(number, _)| keys::of_number(*number)).map(|(_, made)| made))
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
        let failing = self.failing("read proposals");
        let rows = self.page(query, page, "read proposals").await?;
        let read = rows
            .iter()
            .map(|row| {
                let number: i64 = row.try_get("number").map_err(&failing)?;
                Ok((number, proposals::proposal(row, &failing)?))
            })
            .collect::<Result<_, StoreError>>()?;
        let cursor = |(number, made): &(i64, ProposalRecord)| keys::of_proposal(made, *number);
        Ok(Page::of(read, page, cursor).map(|(_, made)| made))
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
        let proposal = proposals::proposal(&row, &failing)?;
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

    fn repository_of(&self, row: &SqliteRow) -> Result<RepositoryRecord, StoreError> {
        let failing = self.failing("read repositories");
        let id = rows::uuid(row, "id").map(RepoId).map_err(&failing)?;
        let project: Option<&str> = row.try_get("project").map_err(&failing)?;
        let project = project
            .map(|project| json::decode(project, || format!("the project of repository {id}")))
            .transpose()?;
        let plain = || -> sqlx::Result<_> {
            Ok(RepositoryRecord {
                id,
                organization: OrganizationId(rows::uuid(row, "org_id")?),
                locator: row.try_get("locator")?,
                github_repo_id: row.try_get("github_repo_id")?,
                default_branch: row.try_get("default_branch")?,
                project,
                settings: RepositorySettings {
                    compute_budget_minutes: row.try_get("compute_budget_minutes")?,
                    max_proposals_per_run: row.try_get("max_proposals_per_run")?,
                    schedule: row.try_get("schedule")?,
                },
                created_at: rows::time(row, "created_at")?,
            })
        };
        plain().map_err(failing)
    }

    fn failing(&self, doing: impl Into<String>) -> impl Fn(sqlx::Error) -> StoreError {
        errors::failing(self.place.clone(), doing.into())
    }
}
