//! `selfopt profile`: where the CPU time of the project's own code goes.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use selfopt_compose::RunLock;
use selfopt_core::pipeline::{Ran, Visit};
use selfopt_core::report::{ExitReport, PauseReport};
use selfopt_core::{ExitCode, Phase, SourceTree, StepResult};
use selfopt_probe::profile::{FlameGraph, Profile, ProfileRequest, Recording, SourceMaps};
use serde::Serialize;

use super::no_sarif;
use super::visiting::{clean, collect, command_line, exit_report, red_hint};
use crate::args::{Common, Format, ProfileArgs, ProfiledArg};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

/// The schema of [`ProfileDocument`].
const PROFILE_SCHEMA: &str = "selfopt.profile/1";

/// `profile --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProfileDocument {
    /// `selfopt.profile/1`.
    schema: String,
    /// The commit.
    commit: String,
    /// The command and what it cost; absent when it was not reached.
    pub(crate) command: Option<StepResult>,
    /// What was seen; absent when the repository is broken.
    pub(crate) profile: Option<Profile>,
    /// Why nothing of the project was seen, if so.
    pub(crate) nothing: Option<String>,
    /// Why the repository is broken, if so.
    pub(crate) paused: Option<PauseReport>,
    /// The exit code and its meaning.
    pub(crate) exit: ExitReport,
}

pub(crate) async fn run(common: &Common, args: ProfileArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let draw = match args.flame.as_deref() {
        Some(path) => Some((path, drawing(path)?)),
        None => None,
    };
    // A flame graph of an earlier profile in the same place is no change.
    let flame = args.flame.as_ref().and_then(|path| path.canonicalize().ok());
    let checkout = clean(&args.run, |path| flame.as_deref() == Some(path))?;
    let session = Session::on(checkout, common, &args.run.options, Purpose::Commands).await?;
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    let input = session.input(common, cancel_flag());
    let project = session.engine.project(&input)?;
    let target = Target::of(&args, |phase| project.command(phase).is_some())?;
    render::isolation_warning(&session.isolation);
    let observer = Arc::new(LiveObserver::new(false, session.checkout.tree.clone()));
    let visited = visit(&session, input, &target, observer.clone()).await;
    observer.finish();
    let visited = visited?;
    let nothing = visited.recording().and_then(|recording| {
        let cmd = visited.ran.as_ref().map_or("", |ran| ran.step.cmd.as_str());
        why_nothing(&recording.profile, cmd, &*session.checkout.tree, &project.working_directory)
    });
    if let (Some((path, kind)), Some(recording)) = (draw, visited.recording()) {
        let name = project.name.as_deref().unwrap_or("project");
        let cmd = visited.ran.as_ref().map_or("", |ran| ran.step.cmd.as_str());
        write_flame(path, kind, &format!("{name}: {cmd}"), recording)?;
    }
    let code = match (&visited.red, &nothing) {
        (Some(_), _) => ExitCode::RepositoryBroken,
        (None, Some(_)) => ExitCode::NothingFound,
        (None, None) => ExitCode::Success,
    };
    let document = ProfileDocument {
        schema: PROFILE_SCHEMA.to_owned(),
        commit: session.checkout.commit.as_str().to_owned(),
        command: visited.ran.map(|ran| ran.step),
        profile: visited.recording.map(|recording| recording.profile),
        nothing,
        paused: visited.red,
        exit: exit_report(code, "a profile was taken", "nothing of the project was seen"),
    };
    match common.format {
        Format::Json => render::json(&document)?,
        Format::Markdown => render::text(&render::profile::markdown(&document, args.top)),
        _ => render::text(&render::profile::human(&document, args.top)),
    }
    Ok(code)
}

/// What is profiled.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    phase: Phase,
    /// The command; the project's own of the phase when absent.
    cmd: Option<String>,
}

impl Target {
    fn of(args: &ProfileArgs, has: impl Fn(Phase) -> bool) -> Result<Self, CliError> {
        if !args.command.is_empty() {
            return Ok(Self { phase: Phase::Test, cmd: Some(command_line(&args.command)?) });
        }
        let (phase, key) = match args.of {
            Some(ProfiledArg::Bench) => (Phase::Benchmark, "bench"),
            None if !has(Phase::Test) && has(Phase::Benchmark) => (Phase::Benchmark, "bench"),
            Some(ProfiledArg::Tests) | None => (Phase::Test, "test"),
        };
        if has(phase) {
            return Ok(Self { phase, cmd: None });
        }
        Err(CliError::usage(
            format!("the project has no command for its {phase}"),
            format!(
                "name one in selfopt.toml (`[commands]` `{key} = \"...\"`) or with `--{key} CMD`, or write any command after `--`"
            ),
        ))
    }
}

/// How a visit went.
struct Visited {
    ran: Option<Ran>,
    recording: Option<Recording>,
    red: Option<PauseReport>,
}

impl Visited {
    fn recording(&self) -> Option<&Recording> {
        self.recording.as_ref()
    }
}

async fn visit(
    session: &Session,
    input: selfopt_core::pipeline::RunInput,
    target: &Target,
    observer: Arc<LiveObserver>,
) -> Result<Visited, CliError> {
    let mut visit = match session.engine.visit(input, target.phase, observer).await? {
        Ok(visit) => visit,
        Err(red) => return Ok(Visited { ran: None, recording: None, red: Some(red) }),
    };
    let visited = profiled(&mut visit, target).await?;
    visit.leave().await?;
    Ok(visited)
}

async fn profiled(visit: &mut Visit, target: &Target) -> Result<Visited, CliError> {
    let project_command = visit.project_command(target.phase);
    let cmd = target.cmd.clone().or(project_command).unwrap_or_default();
    let request = ProfileRequest::new(&visit.project().working_directory);
    visit.write(&request.files()).await?;
    let command = visit.command(target.phase, &request.wrap(&cmd));
    let mut ran = visit.run(&command, &cmd).await?;
    if let Some(mut red) = ran.red.take() {
        if target.cmd.is_some() {
            red.hint = Some(red_hint(visit));
        }
        return Ok(Visited { ran: Some(ran), recording: None, red: Some(red) });
    }
    let files = collect(visit, &request.globs(), request.limits()).await?.map_err(|what| {
        CliError::usage(
            format!("the profile is larger than any that is read: {what}"),
            "profile a shorter command, such as some of the tests, after `--`",
        )
    })?;
    let maps = match collect(visit, &SourceMaps::globs(), SourceMaps::limits()).await? {
        Ok(maps) => SourceMaps::new(maps),
        Err(what) => {
            render::warning(&format!(
                "source maps are not used, places are those of the build: {what}"
            ));
            SourceMaps::default()
        }
    };
    Ok(Visited { ran: Some(ran), recording: Some(request.read(&files, maps)), red: None })
}

/// Why a profile has nothing of the project's own code in it.
fn why_nothing(
    profile: &Profile,
    cmd: &str,
    tree: &dyn SourceTree,
    working_directory: &str,
) -> Option<String> {
    if profile.own_us > 0 {
        return None;
    }
    let lost = profile.lost;
    if lost.slices + lost.unreadable > 0 {
        return Some(
            "what was recorded could not be kept or read: profile a shorter command".into(),
        );
    }
    if profile.samples > 0 {
        return Some(format!(
            "{} samples were taken in {} processes and threads, none in a file of the project: it ran an installed or bundled copy of itself, another runtime than Node, or was too short to be seen",
            profile.samples, profile.processes
        ));
    }
    let manifest = match working_directory {
        "." | "" => "package.json".to_owned(),
        directory => format!("{directory}/package.json"),
    };
    let scripts = tree.text(&manifest).unwrap_or_default();
    let other = ["bun", "deno"].into_iter().find(|name| {
        let calls = |text: &str| text.split([' ', '"']).any(|word| word == *name);
        calls(cmd) || calls(&scripts)
    });
    Some(match other {
        Some(name) => format!(
            "no process of Node was seen: `{name}` is another runtime, and only Node's is profiled"
        ),
        None => "no process of Node was seen: the command runs something else, gives Node an environment of its own, or Node was built without its inspector".into(),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawing {
    Html,
    Svg,
}

/// What a flame graph's file is to hold, by its name. Asked before anything
/// runs.
fn drawing(path: &Path) -> Result<Drawing, CliError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(Drawing::Html),
        Some("svg") => Ok(Drawing::Svg),
        _ => Err(CliError::usage(
            format!("`{}` is no name for a flame graph", path.display()),
            "end it with `.html` or `.svg`",
        )),
    }
}

fn write_flame(
    path: &Path,
    kind: Drawing,
    title: &str,
    recording: &Recording,
) -> Result<(), CliError> {
    let graph = FlameGraph::new(title, recording);
    let text = match kind {
        Drawing::Html => graph.html(),
        Drawing::Svg => graph.svg(),
    };
    std::fs::write(path, text).map_err(|source| CliError::Io {
        doing: format!("write the flame graph `{}`", path.display()),
        source,
    })?;
    render::progress(&format!("flame graph: {}", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use selfopt_core::MemoryTree;

    use super::*;
    use crate::args::{Cli, Command};

    fn target(line: &[&str], has: &[Phase]) -> Result<Target, CliError> {
        let cli = Cli::try_parse_from([&["selfopt", "profile"], line].concat()).expect("it parses");
        let Command::Profile(args) = cli.command else { panic!("another command") };
        Target::of(&args, |phase| has.contains(&phase))
    }

    #[test]
    fn what_is_profiled_follows_from_the_flags_and_the_project() {
        let both = [Phase::Test, Phase::Benchmark];
        let own = |phase| Target { phase, cmd: None };
        assert_eq!(target(&[], &both).unwrap(), own(Phase::Test));
        assert_eq!(target(&["--of", "bench"], &both).unwrap(), own(Phase::Benchmark));
        assert_eq!(target(&[], &[Phase::Benchmark]).unwrap(), own(Phase::Benchmark));
        let cmd = |line: &[&str]| target(line, &[]).unwrap().cmd.unwrap();
        assert_eq!(cmd(&["--", "node", "a b.js", "-x"]), "node 'a b.js' -x");
        assert_eq!(cmd(&[".", "--", "npm test && node a.js"]), "npm test && node a.js");
        for (line, missing) in [(&[][..], "tests"), (&["--of", "bench"], "benchmark")] {
            let error = target(line, &[]).unwrap_err();
            assert!(error.to_string().contains(missing), "{error}");
        }
        assert!(target(&["--", " "], &both).is_err());
    }

    #[test]
    fn a_flame_graph_has_a_form() {
        assert_eq!(drawing(Path::new("a/b.HTML")).unwrap(), Drawing::Html);
        assert_eq!(drawing(Path::new("b.svg")).unwrap(), Drawing::Svg);
        for name in ["flame", "flame.png", ".svg"] {
            assert!(drawing(Path::new(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn nothing_seen_has_a_reason() {
        let why = |profile: &Profile, scripts: &str| {
            let tree = MemoryTree::new([("package.json", scripts.to_owned())]);
            why_nothing(profile, "npm test", &tree, ".").unwrap_or_default()
        };
        let empty = Profile::default();
        assert!(why(&empty, r#"{"scripts":{"test":"bun test"}}"#).contains("`bun` is another"));
        assert!(why(&empty, "{}").contains("environment of its own"));
        let elsewhere = Profile { samples: 7, processes: 2, ..Profile::default() };
        assert!(why(&elsewhere, "{}").starts_with("7 samples were taken in 2 processes"));
        assert_eq!(why(&Profile { own_us: 1, ..elsewhere }, "{}"), "");
    }
}
