//! `selfopt verify`: recomputes every verdict from a bundle.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_core::config::{CommandOverride, CommandsConfig, ProjectConfig};
use selfopt_core::evidence::{Replay, VerifyReport, verify};
use selfopt_core::report::Report;
use selfopt_core::{ArtifactKind, ArtifactStore as _, ExitCode, Phase, Project};
use serde::Serialize;

use super::no_sarif;
use crate::args::{Common, Format, Overrides, RunArgs, RunOptions, VerifyArgs};
use crate::compose::{Session, open_store};
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

pub(crate) async fn run(common: &Common, args: VerifyArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (name, bytes) = read(common, &args.bundle).await?;
    let report = verify(name.as_deref(), &bytes)?;
    // A rerun takes long: people see the verdict of the bundle before it. JSON
    // is one document, so it waits.
    match common.format {
        Format::Json => {}
        Format::Markdown => render::text(&render::markdown::verification(&report)),
        _ => render::text(&render::summary::verification(&report)),
    }
    let valid = report.valid;
    let rerun =
        if valid && args.rerun { Some(Box::pin(rerun(common, args, &bytes)).await?) } else { None };
    let code = match &rerun {
        _ if !valid => ExitCode::EvidenceInvalid,
        Some(rerun) => rerun.exit.code,
        None => ExitCode::Success,
    };
    match (common.format, &rerun) {
        (Format::Json, _) => render::json(&VerifyDocument { report, rerun })?,
        (Format::Markdown, Some(rerun)) => {
            render::text(&format!("\n{}", render::markdown::report(rerun)));
        }
        (_, Some(rerun)) => render::text(&render::summary::rerun(rerun)),
        (_, None) => {}
    }
    Ok(code)
}

/// What `verify --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VerifyDocument {
    #[serde(flatten)]
    report: VerifyReport,
    /// The run that repeated everything, with `--rerun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rerun: Option<Report>,
}

/// Repeats build, typecheck, tests and measurements in the bundle's commit. A
/// store of its own keeps the repetition from counting as another attempt.
async fn rerun(common: &Common, args: VerifyArgs, bytes: &[u8]) -> Result<Report, CliError> {
    let replay = Replay::read(bytes)?;
    let place = tempfile::tempdir()
        .map_err(|source| CliError::Io { doing: "make a temporary directory".into(), source })?;
    let own = Common { store: Some(place.path().to_owned()), ..common.clone() };
    let run = RunArgs {
        path: args.repo,
        options: RunOptions {
            isolation: args.isolation,
            require_enforced: false,
            tools: args.tools,
            allow_dirty: false,
            #[cfg(feature = "packs")]
            locked: false,
            overrides: Overrides::default(),
        },
    };
    let session = Session::open(&own, &run, Purpose::Proofs).await?;
    if session.checkout.commit != replay.commit {
        return Err(CliError::usage(
            format!(
                "`{}` is at commit {}, the bundle is about {}",
                run.path.display(),
                session.checkout.commit,
                replay.commit
            ),
            format!("`git checkout {}` there first", replay.commit),
        ));
    }
    let candidate = replay.candidate(&*session.checkout.tree).map_err(|error| {
        CliError::usage(error.to_string(), "name the project's directory with `--repo DIR`")
    })?;
    render::isolation_warning(&session.isolation);
    let mut input = session.input(&own, cancel_flag());
    input.config.commands = commands(&replay.project);
    input.config.http = replay.project.load().cloned().unwrap_or_default();
    input.config.project = ProjectConfig::of(&replay.project);
    input.config.benchmark.confirmations = replay.parameters.confirmations.get();
    input.config.benchmark.min_gain = replay.parameters.min_improvement;
    let observer = Arc::new(LiveObserver::new(false, session.checkout.tree.clone()));
    let report = session.engine.prove(input, candidate, observer.clone()).await;
    observer.finish();
    let mut report = report?;
    for proposal in &mut report.proposals {
        // It lies in the store that goes away with this function.
        proposal.bundle.clear();
    }
    Ok(report)
}

/// Exactly the commands of the bundle: what flags, an edited `selfopt.toml` or
/// a newer detection would choose is not what was proved.
fn commands(project: &Project) -> CommandsConfig {
    let exactly = |cmd: Option<&str>| {
        Some(
            cmd.map_or(CommandOverride::Off(false), |cmd| CommandOverride::Command(cmd.to_owned())),
        )
    };
    CommandsConfig {
        install: exactly(project.command(Phase::Install)),
        build: exactly(project.command(Phase::Build)),
        typecheck: exactly(project.command(Phase::Typecheck)),
        test: exactly(project.command(Phase::Test)),
        // What starts a server is no command that ends.
        bench: exactly(project.command(Phase::Benchmark).filter(|_| project.load().is_none())),
    }
}

/// The bundle's file name and bytes, from a path or from the store.
async fn read(common: &Common, bundle: &str) -> Result<(Option<String>, Vec<u8>), CliError> {
    let path = Path::new(bundle);
    let is_archive = path.extension().is_some_and(|extension| extension == "tar");
    if path.exists() || is_archive || bundle.contains(std::path::MAIN_SEPARATOR) {
        if !path.is_file() {
            let problem = if path.is_dir() { "is a directory" } else { "does not exist" };
            return Err(CliError::usage(
                format!("`{bundle}` {problem}"),
                "give a `bundle-….tar` as `selfopt optimize` wrote it, or a proposal's id",
            ));
        }
        let bytes = std::fs::read(path)
            .map_err(|source| CliError::Io { doing: format!("read `{bundle}`"), source })?;
        return Ok((path.file_name().map(|name| name.to_string_lossy().into_owned()), bytes));
    }
    let (store, artifacts, _) = open_store(common).await?;
    let record = super::proposals::one(&*store, bundle).await?;
    let missing = || {
        CliError::usage(
            format!("the bundle of `{}` is not in the store", record.id),
            "give the bundle's path",
        )
    };
    let place = store
        .artifacts(&record.id)
        .await?
        .into_iter()
        .rev()
        .find(|artifact| artifact.kind == ArtifactKind::Bundle)
        .ok_or_else(missing)?
        .storage_path;
    let bytes = artifacts.get(&place).await?.ok_or_else(missing)?;
    Ok((place.rsplit('/').next().map(str::to_owned), bytes))
}
