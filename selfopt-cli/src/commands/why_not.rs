//! `selfopt why-not`: the gate, the numbers, and the change that would flip it.

use selfopt_core::{Attempt, AttemptStatus, ExitCode, Opportunity, Store};
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

pub(crate) async fn run(common: &Common, args: WhyNotArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (store, _, _) = open_store(common).await?;
    let refused = refused(&*store, args.id.as_deref()).await?;
    match common.format {
        Format::Json => render::json(&json!({
            "attempts": refused.attempts.iter().map(|(_, attempt)| attempt).collect::<Vec<_>>(),
            "declined": refused.declined,
        }))?,
        Format::Markdown => render::text(&render::markdown::refused(&refused)),
        _ => render::text(&render::refusal::refused(&refused)),
    }
    Ok(ExitCode::Success)
}

async fn refused(store: &dyn Store, id: Option<&str>) -> Result<Refused, CliError> {
    let Some(run) = store.latest_run().await? else {
        return Err(CliError::usage(
            "there is no run in this store",
            "`selfopt optimize` makes one",
        ));
    };
    let mut opportunities = store.opportunities(run.id).await?;
    let mut attempts: Vec<Attempt> = store
        .attempts(run.id)
        .await?
        .into_iter()
        .filter(|attempt| attempt.status != AttemptStatus::Accepted || id.is_some())
        .collect();
    if let Some(id) = id {
        attempts.retain(|attempt| {
            attempt.id.as_str().starts_with(id) || attempt.opportunity.as_str().starts_with(id)
        });
        if attempts.is_empty() {
            let found = store.find_attempts(id).await?;
            for (run, attempt) in found {
                opportunities.extend(store.opportunities(run).await?);
                attempts.push(attempt);
            }
        }
    }
    let declined: Vec<Opportunity> = opportunities
        .iter()
        .filter(|opportunity| opportunity.finding.declined.is_some())
        .filter(|opportunity| id.is_none_or(|id| opportunity.id.as_str().starts_with(id)))
        .cloned()
        .collect();
    if let Some(id) = id
        && attempts.is_empty()
        && declined.is_empty()
    {
        return Err(CliError::usage(
            format!("there is no candidate or opportunity `{id}`"),
            "`selfopt why-not` lists those of the last run",
        ));
    }
    let attempts = attempts
        .into_iter()
        .map(|attempt| {
            let place =
                opportunities.iter().find(|opportunity| opportunity.id == attempt.opportunity);
            (place.cloned(), attempt)
        })
        .collect();
    Ok(Refused { attempts, declined })
}
