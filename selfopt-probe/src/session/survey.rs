//! How the functions of a project could be judged: each is recorded, replayed
//! and run beside itself, as a candidate's would be beside the base's.

use std::collections::BTreeMap;

use selfopt_core::config::Config;
use selfopt_core::pipeline::{RunError, scannable_files};
use selfopt_core::{
    FunctionPlace, Lab, Overhead, Phase, Provenance, SourceTree, Study as _, Survey, SurveyRequest,
    SurveyedFunction,
};

use super::hooked::{Mode, ProbeConfig, built, prepare};
use super::room::Room;
use super::sources::{Sources, registered, with_registration};
use super::study::FunctionStudy;
use super::unchecked::unchecked;
use crate::instrument::{self, FunctionAt, Whole};

/// Compares every function with itself.
pub(super) async fn survey(lab: &mut dyn Lab, request: &SurveyRequest) -> Result<Survey, RunError> {
    let (sources, inside) = of_project(lab, &request.functions)?;
    if sources.touches.functions.is_empty() {
        return Ok(Survey::default());
    }
    let overhead = match request.overhead_runs {
        0 => None,
        runs => Some(overhead(lab, &sources, runs, request.seed).await?),
    };
    let mut study = Box::new(FunctionStudy::of(sources, Vec::new(), request.seed).apart());
    let mut compared = study.compare(lab).await?;
    let functions = study
        .touches()
        .functions
        .iter()
        .map(|function| {
            let (own, others) = std::mem::take(&mut compared)
                .into_iter()
                .partition(|one| one.function == function.id);
            compared = others;
            let inside = inside.get(&function.id).copied().unwrap_or_default();
            SurveyedFunction { function: function.clone(), inside, compared: own }
        })
        .collect();
    study.close().await?;
    Ok(Survey { functions, overhead })
}

/// The functions of the project's files, in the order of files and places.
pub(super) fn places(tree: &dyn SourceTree, config: &Config) -> Vec<FunctionPlace> {
    // Globs that do not read are told of where the configuration is.
    let files = scannable_files(tree, &config.paths).unwrap_or_default();
    let mut places = Vec::new();
    for file in files {
        let whole =
            tree.text(&file.path).and_then(|text| instrument::whole(&file.path, &text).ok());
        for function in whole.into_iter().flat_map(|whole| whole.touched.functions) {
            let FunctionAt { name, span, .. } = function.base;
            places.push(FunctionPlace { path: file.path.clone(), name, span });
        }
    }
    places
}

/// The project's functions, all or those asked for, and how many others are
/// judged with each.
fn of_project(lab: &dyn Lab, only: &[String]) -> Result<(Sources, BTreeMap<u32, u64>), RunError> {
    let mut sources = Sources::default();
    let mut inside = BTreeMap::new();
    for file in scannable_files(lab.tree(), &lab.config().paths)? {
        let Some(text) = lab.tree().text(&file.path) else { continue };
        // What no parser reads whole has no functions that can be judged.
        let Ok(Whole { mut touched, inside: with }) = instrument::whole(&file.path, &text) else {
            continue;
        };
        let is_wanted = |name: &str| {
            only.is_empty() || only.iter().any(|one| *one == format!("{}:{name}", file.path))
        };
        let (functions, with): (Vec<_>, Vec<_>) = touched
            .functions
            .into_iter()
            .zip(with)
            .filter(|(one, _)| is_wanted(&one.base.name))
            .unzip();
        touched.functions = functions;
        if touched.functions.is_empty() {
            continue;
        }
        let ids = sources.add(file.path, touched);
        inside.extend(ids.into_iter().zip(with));
    }
    Ok((sources, inside))
}

/// Runs of the tests by turns, without a recorder and with all functions
/// recording.
async fn overhead(
    lab: &mut dyn Lab,
    sources: &Sources,
    runs: u32,
    seed: u64,
) -> Result<Overhead, RunError> {
    let plain = Room::open(lab).await?;
    let recording = Room::open(lab).await?;
    let wanted = sources.detached();
    let mut texts = registered(lab.tree());
    for file in sources.files.iter().filter(|file| file.holds(&wanted)) {
        let text = file.recording(&wanted).text;
        texts.insert(file.path.clone(), with_registration(&file.touched.before, text));
    }
    let texts = unchecked(lab.tree(), texts);
    recording.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let mut overhead = Overhead::default();
    for room in [&plain, &recording] {
        if let Err(why) = built(lab, room).await? {
            overhead.failed = Some(why.clause(&Provenance::Tests));
        }
    }
    let config = ProbeConfig::new(Mode::Record, &recording)
        .functions(sources.described(&wanted, |one| &one.base), seed);
    for _ in 0..runs {
        if overhead.failed.is_some() {
            break;
        }
        let Some(test) = lab.command(Phase::Test) else { break };
        let outcome = plain.run(lab, &test).await?;
        overhead.plain_us.push(outcome.usage.cpu_us);
        prepare(&recording, &config).await?;
        let hooked = recording.run_hooked(lab, &test).await?;
        overhead.recording_us.push(hooked.usage.cpu_us);
        if !outcome.succeeded() || !hooked.succeeded() {
            overhead.failed = Some("the tests are red, with a recorder or without".into());
        }
    }
    plain.close().await?;
    recording.close().await?;
    Ok(overhead)
}
