//! `selfopt workload record`: keeps the calls that a real run makes of named
//! functions, as a workload file for later proofs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_compose::RunLock;
use selfopt_core::pipeline::{Ran, RunInput, Visit};
use selfopt_core::report::{ExitReport, PauseReport};
use selfopt_core::{ExitCode, Phase, StepResult};
use selfopt_probe::recorder::{Kept, KeptFunction, RecordRequest};
use serde::Serialize;

use super::no_sarif;
use super::visiting::{clean, collect, command_line, exit_report, red_hint};
use crate::args::{Common, Format, RecordArgs, WorkloadArgs, WorkloadCommand};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

/// The schema of [`WorkloadDocument`].
const WORKLOAD_SCHEMA: &str = "selfopt.workload/1";
/// Where files go that are not named.
const FOLDER: &str = "selfopt-workloads";
const EXTENSION: &str = "calls";

/// `workload record --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WorkloadDocument {
    /// `selfopt.workload/1`.
    schema: String,
    /// The commit.
    commit: String,
    /// The command and what it cost; absent when it was not reached.
    pub(crate) command: Option<StepResult>,
    /// The workload file; absent when no call could be kept.
    pub(crate) file: Option<String>,
    /// Its path as `workloads` under `[proof]` in `selfopt.toml` takes it;
    /// absent when it is outside of the project.
    pub(crate) workload: Option<String>,
    /// What was kept, by function.
    pub(crate) functions: Vec<KeptFunction>,
    /// Why the repository is broken, if so.
    pub(crate) paused: Option<PauseReport>,
    /// The exit code and its meaning.
    pub(crate) exit: ExitReport,
}

pub(crate) async fn run(common: &Common, args: WorkloadArgs) -> Result<ExitCode, CliError> {
    match args.command {
        WorkloadCommand::Record(args) => record(common, args).await,
        WorkloadCommand::Survey(args) => super::survey::run(common, args).await,
    }
}

async fn record(common: &Common, args: RecordArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let cmd = command_line(&args.command)?;
    let checkout = clean(&args.run, |path| path.extension().is_some_and(|end| end == EXTENSION))?;
    let root = checkout.root.clone();
    let out = Out::of(&args, &root)?;
    let functions = unique(&args.functions);
    let session = Session::on(checkout, common, &args.run.options, Purpose::Commands).await?;
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    let input = session.input(common, cancel_flag());
    let project = session.engine.project(&input)?;
    let directory = &project.working_directory;
    let request = RecordRequest::new(&*input.tree, directory, &functions, common.seed)?;
    render::isolation_warning(&session.isolation);
    let observer = Arc::new(LiveObserver::new(false, session.checkout.tree.clone()));
    let visited = visit(&session, input, &request, &cmd, observer.clone()).await;
    observer.finish();
    let Visited { ran, kept, red } = visited?;
    let kept = kept.unwrap_or(Kept { bytes: None, functions: Vec::new() });
    if let Some(bytes) = &kept.bytes {
        out.write(bytes, args.force)?;
    }
    let code = match (&red, &kept.bytes) {
        (Some(_), _) => ExitCode::RepositoryBroken,
        (None, None) => ExitCode::NothingFound,
        (None, Some(_)) => ExitCode::Success,
    };
    let document = WorkloadDocument {
        schema: WORKLOAD_SCHEMA.to_owned(),
        commit: session.checkout.commit.as_str().to_owned(),
        command: ran.map(|ran| ran.step),
        file: kept.bytes.as_ref().map(|_| out.path.display().to_string()),
        workload: kept.bytes.as_ref().and_then(|_| out.in_project(&root)),
        functions: kept.functions,
        paused: red,
        exit: exit_report(code, "a workload file was written", "no call could be kept"),
    };
    match common.format {
        Format::Json => render::json(&document)?,
        Format::Markdown => render::text(&render::recorded::markdown(&document)),
        _ => render::text(&render::recorded::human(&document)),
    }
    Ok(code)
}

/// Each function once, in the order given.
fn unique(functions: &[String]) -> Vec<String> {
    let mut seen = Vec::new();
    for function in functions {
        if !seen.contains(function) {
            seen.push(function.clone());
        }
    }
    seen
}

/// Where the workload file goes.
#[derive(Debug)]
struct Out {
    path: PathBuf,
}

impl Out {
    /// Refuses what is already there before anything runs.
    fn of(args: &RecordArgs, project: &Path) -> Result<Self, CliError> {
        let path = args.out.clone().unwrap_or_else(|| {
            let first = args.functions.first().map_or("recorded", String::as_str);
            project.join(FOLDER).join(format!("{}.{EXTENSION}", file_name(first)))
        });
        if path.extension().is_none_or(|end| end != EXTENSION) {
            return Err(CliError::usage(
                format!("`{}` is no name for a workload file", path.display()),
                "end it with `.calls`",
            ));
        }
        if path.exists() && !args.force {
            return Err(Self::taken(&path));
        }
        Ok(Self { path })
    }

    fn taken(path: &Path) -> CliError {
        CliError::usage(
            format!("`{}` is already there", path.display()),
            "give another name with `--out FILE`, or overwrite it with `--force`",
        )
    }

    fn write(&self, bytes: &[u8], force: bool) -> Result<(), CliError> {
        use std::io::Write as _;

        let path = &self.path;
        let io = |source| CliError::Io {
            doing: format!("write the workload file `{}`", path.display()),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).create_new(!force);
        match options.open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Self::taken(path))
            }
            opened => opened.and_then(|mut file| file.write_all(bytes)).map_err(io),
        }
    }

    /// The path from the project's folder, with `/`.
    fn in_project(&self, project: &Path) -> Option<String> {
        let (path, project) = (self.path.canonicalize().ok()?, project.canonicalize().ok()?);
        let inside = path.strip_prefix(project).ok()?.to_str()?;
        Some(inside.replace(std::path::MAIN_SEPARATOR, "/"))
    }
}

/// The function's own name as that of a file.
fn file_name(function: &str) -> String {
    let name = function.rsplit(':').next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._$-".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(80).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { "recorded".to_owned() } else { name.to_owned() }
}

/// How a visit went.
struct Visited {
    ran: Option<Ran>,
    kept: Option<Kept>,
    red: Option<PauseReport>,
}

async fn visit(
    session: &Session,
    input: RunInput,
    request: &RecordRequest,
    cmd: &str,
    observer: Arc<LiveObserver>,
) -> Result<Visited, CliError> {
    let mut visit = match session.engine.visit(input, Phase::Test, observer).await? {
        Ok(visit) => visit,
        Err(red) => return Ok(Visited { ran: None, kept: None, red: Some(red) }),
    };
    let visited = recorded(&mut visit, request, cmd).await?;
    visit.leave().await?;
    Ok(visited)
}

async fn recorded(
    visit: &mut Visit,
    request: &RecordRequest,
    cmd: &str,
) -> Result<Visited, CliError> {
    visit.write(&request.files()).await?;
    // What was built does not record yet.
    if let Some(build) = visit.project_command(Phase::Build) {
        let ran = visit.run(&visit.command(Phase::Build, &build), &build).await?;
        if let Some(mut red) = ran.red {
            red.hint = Some(
                "the build of the recording code failed, that of the project did not: run what needs no build, or record another function".into(),
            );
            return Ok(Visited { ran: None, kept: None, red: Some(red) });
        }
    }
    let mut ran = visit.run(&visit.command(Phase::Test, &request.wrap(cmd)), cmd).await?;
    if let Some(mut red) = ran.red.take() {
        red.hint = Some(red_hint(visit));
        return Ok(Visited { ran: Some(ran), kept: None, red: Some(red) });
    }
    let adding_up = visit.command(Phase::Test, &request.collect_command());
    let collected = visit.run(&adding_up, "collecting the calls").await?;
    if !collected.step.succeeded() {
        return Err(CliError::usage(
            format!(
                "the recorded calls cannot be read: {}",
                request.failure(&collected.outcome.text())
            ),
            "record a shorter command, or fewer functions",
        ));
    }
    let files = collect(visit, &request.globs(), request.limits()).await?.map_err(|what| {
        CliError::usage(
            format!("the workload file is larger than any that is read: {what}"),
            "record fewer functions at once",
        )
    })?;
    Ok(Visited { ran: Some(ran), kept: Some(request.read(files)?), red: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_the_function() {
        for (function, name) in [
            ("src/a.js:unique", "unique"),
            ("src/graph.ts:Graph.walk", "Graph.walk"),
            ("src/a.js:outer/inner#2", "outer-inner-2"),
            ("src/a.js:../..", "recorded"),
        ] {
            assert_eq!(file_name(function), name, "{function}");
        }
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let out = Out { path: dir.path().join("a/b.calls") };
        out.write(b"first", false).unwrap();
        assert!(out.write(b"second", false).unwrap_err().to_string().contains("already there"));
        assert_eq!(std::fs::read(&out.path).unwrap(), b"first");
        out.write(b"2", true).unwrap();
        assert_eq!(std::fs::read(&out.path).unwrap(), b"2");
        assert_eq!(out.in_project(dir.path()).as_deref(), Some("a/b.calls"));
        assert_eq!(out.in_project(&dir.path().join("a/..")).as_deref(), Some("a/b.calls"));
        assert_eq!(out.in_project(Path::new("/none")), None);
    }
}
