//! The keys by which lists are paged, the same in every database.

use selfopt_core::{
    Cursor, Opportunity, PageError, ProposalRecord, RepositoryRecord, RunRecord, Timestamp,
};
use uuid::Uuid;

pub(crate) const REPOSITORIES: &str = "repositories";
pub(crate) const RUNS: &str = "runs";
const OPPORTUNITIES: &str = "opportunities";
const ATTEMPTS: &str = "attempts";
const PROPOSALS: &str = "proposals";

pub(crate) fn of_repository(row: &RepositoryRecord) -> Cursor {
    Cursor::new(REPOSITORIES, [millis(row.created_at), row.id.to_string()])
}

pub(crate) fn of_run(row: &RunRecord) -> Cursor {
    Cursor::new(RUNS, [millis(row.created_at), row.id.to_string()])
}

pub(crate) fn of_opportunity(row: &Opportunity) -> Cursor {
    Cursor::new(OPPORTUNITIES, [row.rank.to_string(), row.id.to_string()])
}

pub(crate) fn of_number(number: i64) -> Cursor {
    Cursor::new(ATTEMPTS, [number.to_string()])
}

pub(crate) fn of_proposal(row: &ProposalRecord, number: i64) -> Cursor {
    Cursor::new(PROPOSALS, [millis(row.created_at), row.run.to_string(), number.to_string()])
}

/// The key of repositories and runs.
pub(crate) fn time_and_id(cursor: &Cursor, list: &str) -> Result<(i64, Uuid), PageError> {
    let [at, id] = cursor.key(list)?;
    Ok((integer(at)?, uuid(id)?))
}

pub(crate) fn rank_and_id(cursor: &Cursor) -> Result<(i64, &str), PageError> {
    let [rank, id] = cursor.key(OPPORTUNITIES)?;
    Ok((integer(rank)?, id))
}

/// The key of attempts within their run.
pub(crate) fn number(cursor: &Cursor) -> Result<i64, PageError> {
    let [number] = cursor.key(ATTEMPTS)?;
    integer(number)
}

pub(crate) fn time_run_and_number(cursor: &Cursor) -> Result<(i64, Uuid, i64), PageError> {
    let [at, run, number] = cursor.key(PROPOSALS)?;
    Ok((integer(at)?, uuid(run)?, integer(number)?))
}

/// A number as databases take it, held at their largest: nothing lies beyond.
pub(crate) fn held(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn millis(at: Timestamp) -> String {
    at.0.to_string()
}

fn integer(text: &str) -> Result<i64, PageError> {
    text.parse().map_err(|_| PageError::Cursor)
}

fn uuid(text: &str) -> Result<Uuid, PageError> {
    Uuid::parse_str(text).map_err(|_| PageError::Cursor)
}
