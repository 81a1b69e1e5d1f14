//! The rows that were read for a page, as that page, the same in every
//! database. There is one row more than asked for where more pages follow.

use selfopt_core::{
    Attempt, Opportunity, Page, PageRequest, ProposalRecord, RepositoryRecord, RunId, RunRecord,
    StoreError,
};

use crate::{
    keys,
    records::{self, Columns},
};

pub(crate) fn repositories(
    rows: &[impl Columns],
    asked: &PageRequest,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Page<RepositoryRecord>, StoreError> {
    let read = rows.iter().map(|row| records::repository(row, &failing));
    Ok(Page::of(read.collect::<Result<_, _>>()?, asked, keys::of_repository))
}

pub(crate) fn runs(
    rows: &[impl Columns],
    asked: &PageRequest,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Page<RunRecord>, StoreError> {
    let read = rows.iter().map(records::run).collect::<sqlx::Result<_>>().map_err(failing)?;
    Ok(Page::of(read, asked, keys::of_run))
}

pub(crate) fn opportunities(
    rows: &[impl Columns],
    run: RunId,
    asked: &PageRequest,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Page<Opportunity>, StoreError> {
    let read = rows.iter().map(|row| records::opportunity(row, run, &failing));
    Ok(Page::of(read.collect::<Result<_, _>>()?, asked, keys::of_opportunity))
}

pub(crate) fn attempts(
    rows: &[impl Columns],
    run: RunId,
    asked: &PageRequest,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Page<Attempt>, StoreError> {
    let read = rows.iter().map(|row| {
        let number = row.integer("number").map_err(&failing)?;
        Ok((number, records::attempt(row, run, &failing)?))
    });
    let read = read.collect::<Result<_, StoreError>>()?;
    Ok(Page::of(read, asked, |(number, _)| keys::of_number(*number)).map(|(_, made)| made))
}

pub(crate) fn proposals(
    rows: &[impl Columns],
    asked: &PageRequest,
    failing: impl Fn(sqlx::Error) -> StoreError,
) -> Result<Page<ProposalRecord>, StoreError> {
    let read = rows.iter().map(|row| {
        let number = row.integer("number").map_err(&failing)?;
        Ok((number, records::proposal(row, &failing)?))
    });
    let read = read.collect::<Result<_, StoreError>>()?;
    let cursor = |(number, made): &(i64, ProposalRecord)| keys::of_proposal(made, *number);
    Ok(Page::of(read, asked, cursor).map(|(_, made)| made))
}
