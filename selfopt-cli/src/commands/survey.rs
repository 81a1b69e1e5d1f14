//! `selfopt workload survey`: which functions the tests call, and how each
//! could be judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_compose::RunLock;
use selfopt_core::report::{ExitReport, PauseReport};
use selfopt_core::{
    CallShares, ExitCode, Overhead, SurveyRequest, SurveyedFunction, TouchedFunction, Way,
};
use serde::Serialize;

use super::no_sarif;
use super::visiting::exit_report;
use crate::args::{Common, Format, SurveyArgs};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

/// The schema of [`SurveyDocument`].
const SURVEY_SCHEMA: &str = "selfopt.survey/1";

/// `workload survey --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SurveyDocument {
    /// `selfopt.survey/1`.
    schema: String,
    /// The commit.
    commit: String,
    /// The functions, in the order of files and lines.
    pub(crate) functions: Vec<SurveyedRow>,
    /// By way, how many functions and calls.
    pub(crate) ways: BTreeMap<Way, WayTotal>,
    /// What recording costs the tests; absent when it was not asked for.
    pub(crate) overhead: Option<Overhead>,
    /// CPU time of the recording test runs to that of the plain ones.
    pub(crate) overhead_ratio: Option<f64>,
    /// Why the repository is broken, if so.
    pub(crate) paused: Option<PauseReport>,
    /// The exit code and its meaning.
    pub(crate) exit: ExitReport,
}

/// One function.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SurveyedRow {
    /// Which.
    pub(crate) function: TouchedFunction,
    /// Functions inside of it that are judged with it.
    pub(crate) inside: u64,
    /// How it can be judged.
    pub(crate) way: Way,
    /// Calls that were seen.
    pub(crate) seen: u64,
    /// How these can be judged.
    pub(crate) calls: CallShares,
    /// Why not better, with the number of calls where that is known.
    pub(crate) reasons: BTreeMap<String, u64>,
}

/// What goes one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WayTotal {
    /// Functions that changes are judged by.
    pub(crate) functions: u64,
    /// Functions inside of them.
    pub(crate) inside: u64,
    /// Calls, of whatever function.
    pub(crate) calls: u64,
}

impl From<SurveyedFunction> for SurveyedRow {
    fn from(one: SurveyedFunction) -> Self {
        Self {
            inside: one.inside,
            way: one.way(),
            seen: one.seen(),
            calls: one.calls(),
            reasons: one.reasons(),
            function: one.function,
        }
    }
}

/// By way.
fn totals(functions: &[SurveyedRow]) -> BTreeMap<Way, WayTotal> {
    let mut ways = BTreeMap::<Way, WayTotal>::new();
    for one in functions {
        let own = ways.entry(one.way).or_default();
        own.functions += 1;
        own.inside += one.inside;
        let CallShares { detached, in_place, not_at_all } = one.calls;
        let shares =
            [(Way::Detached, detached), (Way::InPlace, in_place), (Way::NotAtAll, not_at_all)];
        for (way, calls) in shares {
            ways.entry(way).or_default().calls += calls;
        }
    }
    ways
}

pub(crate) async fn run(common: &Common, args: SurveyArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let session = Session::open(common, &args.run, Purpose::Proofs).await?;
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    render::isolation_warning(&session.isolation);
    let request = SurveyRequest {
        functions: args.functions,
        overhead_runs: args.overhead_runs,
        seed: common.seed,
    };
    let observer = Arc::new(LiveObserver::new(false, session.checkout.tree.clone()));
    let input = session.input(common, cancel_flag());
    let surveyed = session.engine.survey(input, &request, observer.clone()).await;
    observer.finish();
    let (survey, paused) = match surveyed? {
        Ok(survey) => (survey, None),
        Err(pause) => (selfopt_core::Survey::default(), Some(pause)),
    };
    let functions: Vec<_> = survey.functions.into_iter().map(SurveyedRow::from).collect();
    let code = match &paused {
        Some(_) => ExitCode::RepositoryBroken,
        None if functions.is_empty() => ExitCode::NothingFound,
        None => ExitCode::Success,
    };
    let document = SurveyDocument {
        schema: SURVEY_SCHEMA.to_owned(),
        commit: session.checkout.commit.as_str().to_owned(),
        ways: totals(&functions),
        functions,
        overhead_ratio: survey.overhead.as_ref().and_then(Overhead::ratio),
        overhead: survey.overhead,
        paused,
        exit: exit_report(code, "the functions were looked at", "no function was found"),
    };
    match common.format {
        Format::Json => render::json(&document)?,
        Format::Markdown => render::text(&render::survey::markdown(&document)),
        _ => render::text(&render::survey::human(&document)),
    }
    Ok(code)
}
