//! What a user may read, page by page. No query names an organization that the
//! user did not ask for: the policies do.

use async_trait::async_trait;
use selfopt_core::{
    Attempt, MAX_JOURNAL_ENTRIES, Opportunity, OrganizationId, Page, PageRequest, ProposalFilter,
    ProposalId, ProposalRecord, ProposalWithArtifacts, RepoId, RepositoryRecord,
    RepositorySettings, RunFilter, RunId, RunRecord, RunWithJournal, StoreError, Timestamp,
    UserReads,
};
use sqlx::{Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{
    artifacts, at::At, journal, nul, proposals, rows, runs, runs::select_runs, user::PostgresUser,
};
use crate::{columns, json, keys};

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
        let read = rows.iter().map(|row| self.repository_of(row)).collect::<Result<_, _>>()?;
        Ok(Page::of(read, page, keys::of_repository))
    }

    async fn repository(&self, repo: RepoId) -> Result<Option<RepositoryRecord>, StoreError> {
        let mut query = QueryBuilder::new(REPOSITORIES);
        query.push(" AND id = ").push_bind(repo.0);
        let rows = self.read(query, &format!("read repository {repo}")).await?;
        rows.first().map(|row| self.repository_of(row)).transpose()
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
        let read = rows.iter().map(runs::record).collect::<sqlx::Result<_>>();
        Ok(Page::of(read.map_err(self.failing("read runs"))?, page, keys::of_run))
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
        let read = rows
            .iter()
            .map(|row| {
                let record = rows::json(row, "record").map_err(self.failing(&*doing))?;
                json::decode(&record, || format!("an opportunity of run {run}"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Page::of(read, page, keys::of_opportunity))
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
        let read = rows
            .iter()
            .map(|row| {
                let number: i64 = row.try_get("number").map_err(self.failing(&*doing))?;
                let record = rows::json(row, "record").map_err(self.failing(&*doing))?;
                Ok((number, json::decode(&record, || format!("an attempt of run {run}"))?))
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
        let failing = self.failing("read proposals");
        let rows = self.page(query, page, "read proposals").await?;
        let read = rows
            .iter()
            .map(|row| {
                let number: i32 = row.try_get("number").map_err(&failing)?;
                Ok((number, proposals::proposal(row, &failing)?))
            })
            .collect::<Result<_, StoreError>>()?;
        let cursor =
            |(number, made): &(i32, ProposalRecord)| keys::of_proposal(made, (*number).into());
        Ok(Page::of(read, page, cursor).map(|(_, made)| made))
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
        let proposal = proposals::proposal(&row, &failing)?;
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
    "SELECT run_id, id, number, org_id, repo_id, record::text, created_at, pr_url
     FROM proposals WHERE true";

const NEWEST_PROPOSAL_FIRST: &str = " ORDER BY created_at DESC, run_id DESC, number DESC";

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

    fn repository_of(&self, row: &PgRow) -> Result<RepositoryRecord, StoreError> {
        let failing = self.failing("read repositories");
        let id = row.try_get("id").map(RepoId).map_err(&failing)?;
        let project: Option<String> = row.try_get("project").map_err(&failing)?;
        let project = project
            .map(nul::read_json)
            .map(|project| json::decode(&project, || format!("the project of repository {id}")))
            .transpose()?;
        let max_proposals: Option<i64> = row.try_get("max_proposals_per_run").map_err(&failing)?;
        let plain = || -> sqlx::Result<_> {
            Ok(RepositoryRecord {
                id,
                organization: OrganizationId(row.try_get("org_id")?),
                locator: rows::text(row, "locator")?,
                github_repo_id: row.try_get("github_repo_id")?,
                default_branch: row.try_get("default_branch")?,
                project,
                settings: RepositorySettings {
                    compute_budget_minutes: row.try_get("compute_budget_minutes")?,
                    max_proposals_per_run: max_proposals.and_then(|max| u32::try_from(max).ok()),
                    schedule: row.try_get("schedule")?,
                },
                created_at: rows::time(row, "created_at")?,
            })
        };
        plain().map_err(failing)
    }
}
