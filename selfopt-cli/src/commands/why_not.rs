//! `selfopt why-not`: the gate, the numbers, and the change that would flip it.

use selfopt_core::{Attempt, AttemptStatus, ExitCode, Opportunity, RunId, RunRecord, Store};
use serde::Serialize;
use serde_json::json;

use super::no_sarif;
use crate::args::{Common, Format, WhyNotArgs};
use crate::compose::open_store;
use crate::error::CliError;
use crate::render;

/// What was refused: attempts that ended at a gate, and places without a patch.
pub(crate) struct Refused {
    pub(crate) attempts: Vec<(Option<Opportunity>, Attempt)>,
    pub(crate) declined: Vec<Opportunity>,
}

/// An attempt with the place it is about, which it does not know itself.
#[derive(Serialize)]
struct PlacedAttempt<'a> {
    path: Option<&'a str>,
    line: Option<u32>,
    #[serde(flatten)]
    attempt: &'a Attempt,
}

impl<'a> PlacedAttempt<'a> {
    fn new((place, attempt): &'a (Option<Opportunity>, Attempt)) -> Self {
        Self {
            path: place.as_ref().map(|place| place.path.as_str()),
            line: place.as_ref().map(|place| place.line),
            attempt,
        }
    }
}

pub(crate) async fn run(common: &Common, args: WhyNotArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (store, _, _) = open_store(common).await?;
    let refused = refused(&*store, args.id.as_deref()).await?;
    match common.format {
        Format::Json => render::json(&json!({
            "attempts": refused.attempts.iter().map(PlacedAttempt::new).collect::<Vec<_>>(),
            "declined": refused.declined,
        }))?,
        Format::Markdown => render::text(&render::markdown::refused(&refused)),
        _ => render::text(&render::refusal::refused(&refused)),
    }
    Ok(ExitCode::Success)
}

async fn refused(store: &dyn Store, id: Option<&str>) -> Result<Refused, CliError> {
    let Some(newest) = store.latest_run().await? else {
        return Err(CliError::usage(
            "there is no run in this store",
            "`selfopt optimize` makes one",
        ));
    };
    let runs = store.runs(newest.repo).await?;
    match id {
        Some(id) => by_id(store, &runs, id).await,
        None => of_last_run_with_candidates(store, newest.id, &runs).await,
    }
}

/// The newest run that came as far as the scan, or to a change from outside:
/// `baseline` and runs that stopped before it refused nothing.
async fn of_last_run_with_candidates(
    store: &dyn Store,
    newest: RunId,
    runs: &[RunRecord],
) -> Result<Refused, CliError> {
    let (mut run, mut opportunities) = (newest, Vec::new());
    for earlier in runs {
        let found = store.opportunities(earlier.id).await?;
        if !found.is_empty() || !store.attempts(earlier.id).await?.is_empty() {
            (run, opportunities) = (earlier.id, found);
            break;
        }
    }
    let mut attempts = store.attempts(run).await?;
    attempts.retain(|attempt| attempt.status != AttemptStatus::Accepted);
    Ok(Refused {
        attempts: placed(attempts, &opportunities),
        declined: opportunities.into_iter().filter(is_declined).collect(),
    })
}

/// What the newest run that knows the id says about it; a candidate's id is
/// also found in other repositories.
async fn by_id(store: &dyn Store, runs: &[RunRecord], id: &str) -> Result<Refused, CliError> {
    for run in runs {
        let opportunities = store.opportunities(run.id).await?;
        let mut attempts = store.attempts(run.id).await?;
        attempts.retain(|attempt| {
            attempt.id.as_str().starts_with(id) || attempt.opportunity.as_str().starts_with(id)
        });
        let attempts = placed(attempts, &opportunities);
        let declined: Vec<Opportunity> = opportunities
            .into_iter()
            .filter(|opportunity| {
                is_declined(opportunity) && opportunity.id.as_str().starts_with(id)
            })
            .collect();
        if !attempts.is_empty() || !declined.is_empty() {
            return Ok(Refused { attempts, declined });
        }
    }
    let mut attempts = Vec::new();
    for (run, attempt) in store.find_attempts(id).await? {
        attempts.extend(placed(vec![attempt], &store.opportunities(run).await?));
    }
    if attempts.is_empty() {
        return Err(CliError::usage(
            format!("there is no candidate or opportunity `{id}`"),
            "`selfopt why-not` lists those of the last run",
        ));
    }
    Ok(Refused { attempts, declined: Vec::new() })
}

fn is_declined(opportunity: &Opportunity) -> bool {
    opportunity.finding.declined.is_some()
}

fn placed(
    attempts: Vec<Attempt>,
    opportunities: &[Opportunity],
) -> Vec<(Option<Opportunity>, Attempt)> {
    attempts
        .into_iter()
        .map(|attempt| {
            let place =
                opportunities.iter().find(|opportunity| opportunity.id == attempt.opportunity);
            (place.cloned(), attempt)
        })
        .collect()
}
