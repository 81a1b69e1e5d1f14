//! What a user may read, page by page. No query names an organization that the
//! user did not ask for: the policies do.

use async_trait::async_trait;
use selfopt_core::{
    Attempt, MAX_JOURNAL_ENTRIES, Opportunity, OrganizationId, Page, PageRequest, ProposalFilter,
    ProposalId, ProposalRecord, ProposalWithArtifacts, RepoId, RepositoryRecord, RunFilter, RunId,
    RunRecord, RunWithJournal, StoreError, Timestamp, UserReads,
};
use sqlx::{Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{artifacts, at::At, nul, runs::select_runs, user::PostgresUser};
use crate::{columns, keys, pages, records};

#[async_trait]
impl UserReads for PostgresUser {
    async fn repositories(
        &self,
        organization: Option<OrganizationId>,
        page: &PageRequest,
    ) -> Result<Page<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::new(REPOSITORIES);
        if let Some(organization) = organization {
            query.push(" AND repositories.org_id = ").push_bind(organization.0);
        }
        if let Some(cursor) = page.after() {
            let (at, id) = keys::time_and_id(cursor, keys::REPOSITORIES)?;
            query.push(" AND (created_at, id) < (").push_bind(at_of(at));
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY created_at DESC, id DESC");
        let rows = self.page(query, page, "read repositories").await?;
        pages::repositories(&rows, page, self.failing("read repositories"))
    }

    async fn repository(&self, repo: RepoId) -> Result<Option<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::new(REPOSITORIES);
        query.push(" AND id = ").push_bind(repo.0);
        let rows = self.read(query, &format!("read repository {repo}")).await?;
        let failing = self.failing("read repositories");
        rows.first().map(|row| records::repository(row, &failing)).transpose()
    }

    async fn runs(
        &self,
        filter: &RunFilter,
        page: &PageRequest,
    ) -> Result<Page<RunRecord>, StoreError> {
        let RunFilter { repo, status } = filter;
        let mut query = QueryBuilder::new(select_runs!("true"));
        if let Some(repo) = repo {
            query.push(" AND repo_id = ").push_bind(repo.0);
        }
        if let Some(status) = status {
            query.push(" AND status = ").push_bind(columns::to_word(status));
            query.push("::text::run_status");
        }
        if let Some(cursor) = page.after() {
            let (at, id) = keys::time_and_id(cursor, keys::RUNS)?;
            query.push(" AND (created_at, id) < (").push_bind(at_of(at));
            query.push(", ").push_bind(id).push(")");
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
        let mut transaction = self.begin().await.map_err(&failing)?;
        let row = sqlx::query(select_runs!("id = $1"))
            .bind(run.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        let entries = sqlx::query(
            "SELECT sequence, at, event::text FROM run_journal
             WHERE run_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        )
        .bind(run.0)
        .bind(journal_after.map_or(-1, keys::held))
        .bind(i64::from(MAX_JOURNAL_ENTRIES))
        .fetch_all(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
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
        let mut query = QueryBuilder::new("SELECT record::text FROM opportunities WHERE run_id = ");
        query.push_bind(run.0);
        if let Some(cursor) = page.after() {
            let (rank, id) = keys::rank_and_id(cursor)?;
            query.push(" AND (rank, id) > (").push_bind(rank);
            query.push(", ").push_bind(nul::keep(id).into_owned()).push(")");
        }
        query.push(" ORDER BY rank, id");
        let doing = format!("read the opportunities of run {run}");
        let rows = self.page(query, page, &doing).await?;
        pages::opportunities(&rows, run, page, self.failing(doing))
    }

    async fn attempts(&self, run: RunId, page: &PageRequest) -> Result<Page<Attempt>, StoreError> {
        let mut query =
            QueryBuilder::new("SELECT number::bigint, record::text FROM attempts WHERE run_id = ");
        query.push_bind(run.0);
        if let Some(cursor) = page.after() {
            query.push(" AND number > ").push_bind(keys::number(cursor)?);
        }
        query.push(" ORDER BY attempts.number");
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
            query.push(" AND repo_id = ").push_bind(repo.0);
        }
        if let Some(run) = run {
            query.push(" AND run_id = ").push_bind(run.0);
        }
        if let Some(cursor) = page.after() {
            let (at, run, number) = keys::time_run_and_number(cursor)?;
            query.push(" AND (created_at, run_id, number) < (").push_bind(at_of(at));
            query.push(", ").push_bind(run).push(", ").push_bind(number).push(")");
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
        let mut query = QueryBuilder::<Postgres>::new(PROPOSALS);
        query.push(" AND id = ").push_bind(nul::keep(id.as_str()).into_owned());
        if let Some(run) = run {
            query.push(" AND run_id = ").push_bind(run.0);
        }
        query.push(NEWEST_PROPOSAL_FIRST).push(" LIMIT 1");
        let mut transaction = self.begin().await.map_err(&failing)?;
        let row = query.build().fetch_optional(&mut *transaction).await.map_err(&failing)?;
        let Some(row) = row else { return Ok(None) };
        let proposal = records::proposal(&row, &failing)?;
        let organization = row.try_get("org_id").map_err(&failing)?;
        let artifacts =
            artifacts::of(&mut *transaction, organization, id).await.map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Some(ProposalWithArtifacts { proposal, artifacts }))
    }
}

const REPOSITORIES: &str = "SELECT id, repositories.org_id, locator, github_repo_id,
     default_branch, project::text, created_at, compute_budget_minutes,
     max_proposals_per_run::bigint, schedule
     FROM repositories LEFT JOIN settings ON settings.repo_id = repositories.id WHERE true";

const PROPOSALS: &str =
    "SELECT run_id, id, number::bigint, org_id, repo_id, record::text, created_at, pr_url
     FROM proposals WHERE true";

const NEWEST_PROPOSAL_FIRST: &str = " ORDER BY created_at DESC, run_id DESC, proposals.number DESC";

/// The time in a cursor. What is before 1970 comes from no row; nothing is older.
fn at_of(millis: i64) -> At {
    At(Timestamp(u64::try_from(millis).unwrap_or_default()))
}

impl PostgresUser {
    /// The rows of a page, and one more if there are more.
    async fn page(
        &self,
        mut query: QueryBuilder<Postgres>,
        page: &PageRequest,
        doing: &str,
    ) -> Result<Vec<PgRow>, StoreError> {
        query.push(" LIMIT ").push_bind(i64::from(page.limit()) + 1);
        self.read(query, doing).await
    }
}
