//! Rows as domain values, the same in every database.

use selfopt_core::{
    ApiToken, ArtifactRecord, Attempt, CommitId, ExitCode, JournalEntry, NewRun, Opportunity,
    OrganizationId, ProposalId, ProposalRecord, RepoId, RepositoryRecord, RepositorySettings,
    RequestId, RunId, RunRecord, RunRequest, RunStatus, StoreError, Timestamp, TokenId,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::json;

/// A row, by the names of its columns: each database writes ids, times, texts
/// and numbers in its own way.
pub(crate) trait Columns {
    fn id(&self, column: &str) -> sqlx::Result<Uuid>;
    fn optional_id(&self, column: &str) -> sqlx::Result<Option<Uuid>>;
    fn time(&self, column: &str) -> sqlx::Result<Timestamp>;
    fn optional_time(&self, column: &str) -> sqlx::Result<Option<Timestamp>>;
    fn text(&self, column: &str) -> sqlx::Result<String>;
    fn optional_text(&self, column: &str) -> sqlx::Result<Option<String>>;
    fn json(&self, column: &str) -> sqlx::Result<String>;
    fn optional_json(&self, column: &str) -> sqlx::Result<Option<String>>;
    /// A value that JSON writes as one string.
    fn word<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T>;
    /// A number of 64 bits without a sign, which no database has.
    fn decimal(&self, column: &str) -> sqlx::Result<u64>;
    fn integer(&self, column: &str) -> sqlx::Result<i64>;
    fn optional_integer(&self, column: &str) -> sqlx::Result<Option<i64>>;
    fn flag(&self, column: &str) -> sqlx::Result<bool>;
    fn real(&self, column: &str) -> sqlx::Result<f64>;
    fn optional_real(&self, column: &str) -> sqlx::Result<Option<f64>>;
}

/// A run that begins now.
pub(crate) fn new_run(id: Uuid, run: NewRun, now: Timestamp) -> RunRecord {
    let NewRun { repo, commit, seed, config_digest } = run;
    RunRecord {
        id: RunId(id),
        repo,
        commit,
        status: RunStatus::Running,
        seed,
        config_digest,
        compute_minutes: 0.0,
        created_at: now,
    }
}

pub(crate) fn run(row: &impl Columns) -> sqlx::Result<RunRecord> {
    Ok(RunRecord {
        id: RunId(row.id("id")?),
        repo: RepoId(row.id("repo_id")?),
        commit: CommitId::new(row.text("sha")?),
        status: row.word("status")?,
        seed: row.decimal("seed")?,
        config_digest: row.word("config_digest")?,
        compute_minutes: row.real("compute_minutes")?,
        created_at: row.time("created_at")?,
    })
}

pub(crate) fn repository(
    row: &impl Columns,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<RepositoryRecord, StoreError> {
    let id = row.id("id").map(RepoId).map_err(&failing)?;
    let project = row.optional_json("project").map_err(&failing)?;
    let project = project
        .map(|project| json::decode(&project, || format!("the project of repository {id}")))
        .transpose()?;
    let plain = || -> sqlx::Result<_> {
        Ok(RepositoryRecord {
            id,
            organization: OrganizationId(row.id("org_id")?),
            locator: row.text("locator")?,
            github_repo_id: row.optional_integer("github_repo_id")?,
            default_branch: row.optional_text("default_branch")?,
            project,
            settings: RepositorySettings {
                compute_budget_minutes: row.optional_real("compute_budget_minutes")?,
                max_proposals_per_run: row
                    .optional_integer("max_proposals_per_run")?
                    .map(|most| unsigned(most, "max_proposals_per_run"))
                    .transpose()?,
                schedule: row.optional_text("schedule")?,
            },
            created_at: row.time("created_at")?,
        })
    };
    plain().map_err(failing)
}

pub(crate) fn journal_entry(
    row: &impl Columns,
    run: RunId,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<JournalEntry, StoreError> {
    let sequence = row.integer("sequence").and_then(|number| unsigned(number, "sequence"));
    let sequence = sequence.map_err(&failing)?;
    let event = row.json("event").map_err(&failing)?;
    Ok(JournalEntry {
        sequence,
        at: row.time("at").map_err(&failing)?,
        event: json::decode(&event, || format!("entry {sequence} of the journal of run {run}"))?,
    })
}

pub(crate) fn opportunity(
    row: &impl Columns,
    run: RunId,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Opportunity, StoreError> {
    let record = row.json("record").map_err(failing)?;
    json::decode(&record, || format!("an opportunity of run {run}"))
}

pub(crate) fn attempt(
    row: &impl Columns,
    run: RunId,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Attempt, StoreError> {
    let record = row.json("record").map_err(failing)?;
    json::decode(&record, || format!("an attempt of run {run}"))
}

/// An attempt of any run, and that run.
pub(crate) fn attempt_and_run(
    row: &impl Columns,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<(RunId, Attempt), StoreError> {
    let run = row.id("run_id").map(RunId).map_err(&failing)?;
    let id = row.text("id").map_err(&failing)?;
    let record = row.json("record").map_err(&failing)?;
    Ok((run, json::decode(&record, || format!("attempt {id} of run {run}"))?))
}

pub(crate) fn proposal(
    row: &impl Columns,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<ProposalRecord, StoreError> {
    let id = ProposalId::new(row.text("id").map_err(&failing)?);
    let run = row.id("run_id").map(RunId).map_err(&failing)?;
    let record = row.json("record").map_err(&failing)?;
    Ok(ProposalRecord {
        summary: json::decode(&record, || format!("proposal {id} of run {run}"))?,
        id,
        run,
        repo: row.id("repo_id").map(RepoId).map_err(&failing)?,
        created_at: row.time("created_at").map_err(&failing)?,
        pr_url: row.optional_text("pr_url").map_err(&failing)?,
    })
}

pub(crate) fn artifact(row: &impl Columns) -> sqlx::Result<ArtifactRecord> {
    Ok(ArtifactRecord {
        proposal: ProposalId::new(row.text("proposal_id")?),
        storage_path: row.text("storage_path")?,
        kind: row.word("type")?,
        created_at: row.time("created_at")?,
    })
}

/// A request for a run.
pub(crate) fn request(row: &impl Columns) -> sqlx::Result<RunRequest> {
    let exit = row.optional_integer("exit_code")?.map(exit_code).transpose()?;
    Ok(RunRequest {
        id: RequestId(row.id("id")?),
        repo: RepoId(row.id("repo_id")?),
        origin: row.word("origin")?,
        state: row.word("state")?,
        run: row.optional_id("run_id")?.map(RunId),
        tries: unsigned(row.integer("tries")?, "tries")?,
        not_before: row.time("not_before")?,
        worker: row.optional_text("worker")?,
        cancel_asked: row.flag("cancel_asked")?,
        error: row.optional_text("error")?,
        hint: row.optional_text("hint")?,
        exit,
        created_at: row.time("created_at")?,
        ended_at: row.optional_time("ended_at")?,
    })
}

fn exit_code(code: i64) -> sqlx::Result<ExitCode> {
    let code: u8 = unsigned(code, "exit_code")?;
    ExitCode::try_from(code).map_err(|source| sqlx::Error::ColumnDecode {
        index: "exit_code".to_owned(),
        source: source.into(),
    })
}

/// A token of a program.
pub(crate) fn token(row: &impl Columns) -> sqlx::Result<ApiToken> {
    Ok(ApiToken {
        id: TokenId(row.id("id")?),
        name: row.text("name")?,
        scope: row.word("scope")?,
        created_at: row.time("created_at")?,
        revoked_at: row.optional_time("revoked_at")?,
    })
}

/// A number that databases keep with a sign it never has.
fn unsigned<T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>>(
    number: i64,
    column: &str,
) -> sqlx::Result<T> {
    T::try_from(number).map_err(|source| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: source.into(),
    })
}
