//! Arguments. Long help says what a flag does and what its default is.

mod model;
#[cfg(feature = "packs")]
mod pack;
mod scan;
mod schema;
#[cfg(feature = "server")]
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use model::ModelArgs;
#[cfg(feature = "packs")]
pub(crate) use pack::*;
pub(crate) use scan::{RulesArgs, RulesCommand, ScanArgs};
pub(crate) use schema::{Document, SchemaArgs};
#[cfg(feature = "server")]
pub(crate) use serve::{ServeArgs, ServiceArgs, WorkerArgs};

const EXIT_CODES: &str = "\
Exit codes:
  0    proposals found, the change proved, or the command did what was asked
  2    wrong usage: flags, paths or configuration
  3    the repository is broken: install, build or tests are red or flaky
  4    the machine is too noisy to measure on
  5    `verify`: the evidence does not hold
  10   the run came to its end, nothing to propose; `prove`: not proved;
       `profile`: nothing seen; `workload record`: no call kept
  70   internal error, or the store or disk failed
  130  stopped by Ctrl-C; `selfopt optimize --resume` goes on";

/// Finds, proves and packages performance improvements in JavaScript and
/// TypeScript repositories.
#[derive(Debug, Parser)]
#[command(name = "selfopt", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// How to print the result.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Where runs, proposals and evidence are kept [default: the platform's data directory].
    #[arg(long, global = true, value_name = "DIR", env = "SELFOPT_STORE")]
    pub(crate) store: Option<PathBuf>,
    /// The seed of all measuring schedules.
    #[arg(long, global = true, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Whether `--store` was on the command line, and not in the environment,
    /// where the next command finds it too.
    #[arg(skip)]
    pub(crate) store_was_named: bool,
}

impl Common {
    /// ` --store DIR` for a command that is suggested; empty when the command
    /// finds the store without it.
    pub(crate) fn store_flag(&self) -> String {
        match &self.store {
            Some(dir) if self.store_was_named => {
                format!(" --store {}", shell_word(&dir.display().to_string()))
            }
            _ => String::new(),
        }
    }
}

/// Text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+:@%,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// How to print a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Human,
    /// One JSON document.
    Json,
    /// For a comment or a job summary.
    Markdown,
    /// SARIF 2.1.0 (`scan` only).
    Sarif,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find improvements, prove them, package what holds.
    Optimize(OptimizeArgs),
    /// Prove one change that you or another tool wrote.
    Prove(ProveArgs),
    /// Install, build, typecheck, test and benchmark the unchanged code.
    Baseline(RunArgs),
    /// Show where the CPU time of the project's own code goes.
    Profile(ProfileArgs),
    /// Keep the calls of a real run to measure on.
    Workload(WorkloadArgs),
    /// Measure identical code against itself: what can be told apart here.
    Noise(NoiseArgs),
    /// Find out how a project installs, builds, tests and benchmarks.
    Detect(DetectArgs),
    /// Write a commented selfopt.toml from what is detected.
    Init(InitArgs),
    /// Find opportunities without running anything.
    Scan(ScanArgs),
    /// List, show and apply proved proposals.
    Proposals(ProposalsArgs),
    /// Recompute every verdict of an evidence bundle.
    Verify(VerifyArgs),
    /// Explain why candidates and opportunities were refused.
    WhyNot(WhyNotArgs),
    /// Write, build and check rule packs, and use them in a project.
    #[cfg(feature = "packs")]
    Pack(PackArgs),
    /// The built-in rules, their pages, and what became of their work.
    Rules(RulesArgs),
    /// What is here, what is missing, how to get it.
    Doctor,
    /// Serve the API, work on what it is asked, and keep its schedules; ends at Ctrl-C.
    #[cfg(feature = "server")]
    Serve(ServeArgs),
    /// Work beside a `serve` on the same data folder.
    #[cfg(feature = "server")]
    Worker(WorkerArgs),
    /// Print the JSON schema of a document.
    Schema(SchemaArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
}

/// What a run takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// The project's directory, in a git repository.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

/// What a run takes beside its project.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunOptions {
    /// What keeps the project's code apart from this machine.
    #[arg(long, value_enum, default_value_t = IsolationArg::Auto)]
    pub(crate) isolation: IsolationArg,
    /// Refuse to run unless the isolation enforces every one of its guarantees.
    #[arg(long)]
    pub(crate) require_enforced: bool,
    /// Where Node, the package manager and the bundler come from.
    #[arg(long, value_enum, default_value_t = ToolsArg::Auto)]
    pub(crate) tools: ToolsArg,
    /// Work on the last commit although the working tree differs from it.
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Refuse to run unless the packs are exactly those of selfopt.lock.
    #[cfg(feature = "packs")]
    #[arg(long)]
    pub(crate) locked: bool,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct OptimizeArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Go on with the interrupted run of this commit, seed and configuration.
    #[arg(long)]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

const PROFILE_EXAMPLES: &str = "\
Examples:
  selfopt profile
  selfopt profile --of bench --flame flame.html
  selfopt profile packages/parser --format json
  selfopt profile -- node examples/large.js --rows 100000

Exit codes: 0 a profile was taken; 10 nothing of the project was seen, and the
reason is printed; 2 wrong usage; 3 install, build or the command is red.";

#[derive(Debug, Clone, Args)]
#[command(after_help = PROFILE_EXAMPLES)]
pub(crate) struct ProfileArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// What to profile [default: the tests, without tests the benchmark].
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "command")]
    pub(crate) of: Option<ProfiledArg>,
    /// Also draw a flame graph into this file: `.html` to search and zoom, `.svg` for a picture.
    #[arg(long, value_name = "FILE")]
    pub(crate) flame: Option<PathBuf>,
    /// Functions in the table, at most; JSON holds all.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
    /// Profile this command instead, run in the project's directory; one word is taken as a line of a shell.
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfiledArg {
    /// The project's tests.
    Tests,
    /// The project's benchmark.
    Bench,
}

const RECORD_EXAMPLES: &str = "\
Examples:
  selfopt workload record --function src/unique.js:unique -- node examples/large.js
  selfopt workload record packages/graph --function src/graph.ts:Graph.walk -- npm run e2e

Exit codes: 0 a workload file was written; 10 no call could be kept, and the
reason is printed; 2 wrong usage; 3 install, build or the command is red.";

#[derive(Debug, Clone, Args)]
pub(crate) struct WorkloadArgs {
    #[command(subcommand)]
    pub(crate) command: WorkloadCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum WorkloadCommand {
    /// Run a command and keep the calls that it makes of named functions.
    Record(RecordArgs),
    /// Show which functions the tests call, and how each could be judged.
    Survey(SurveyArgs),
}

const SURVEY_EXAMPLES: &str = "\
Examples:
  selfopt workload survey
  selfopt workload survey packages/graph --overhead-runs 3 --format json

Exit codes: 0 the functions were looked at; 10 there is none; 2 wrong usage;
3 install, build or tests are red.";

#[derive(Debug, Clone, Args)]
#[command(after_help = SURVEY_EXAMPLES)]
pub(crate) struct SurveyArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Only this function, `path:name`, as `selfopt prove` prints it; repeatable.
    #[arg(long = "function", value_name = "PATH:NAME")]
    pub(crate) functions: Vec<String>,
    /// How often the tests run with and without a recorder to see what it costs.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) overhead_runs: u32,
}

#[derive(Debug, Clone, Args)]
#[command(after_help = RECORD_EXAMPLES)]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// A function of the project, `path:name`, as `selfopt prove` prints it; repeatable.
    #[arg(long = "function", value_name = "PATH:NAME", required = true)]
    pub(crate) functions: Vec<String>,
    /// The workload file [default: selfopt-workloads/NAME.calls in the project].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite a workload file that is there.
    #[arg(long)]
    pub(crate) force: bool,
    /// The command, run in the project's directory; one word is taken as a line of a shell.
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<String>,
}

const PROVE_EXAMPLES: &str = "\
Examples:
  git diff | selfopt prove -
  selfopt prove faster.patch --repo packages/parser
  selfopt prove --range origin/main...HEAD --format markdown
  selfopt prove faster.patch --workload bench/large-inputs.js

Exit codes: 0 the change is proved; 10 it is not, and the reason is printed
with what would change the verdict; 2 wrong usage, or the patch does not fit;
3 the repository is broken; 4 the machine is too noisy.";

#[derive(Debug, Clone, Args)]
#[command(after_help = PROVE_EXAMPLES)]
pub(crate) struct ProveArgs {
    /// A patch as `git diff` writes it, for the last commit; `-` for standard input.
    #[arg(required_unless_present = "range", conflicts_with = "range")]
    pub(crate) patch: Option<PathBuf>,
    /// The change between two commits: BASE..HEAD, or BASE...HEAD for what HEAD adds to their merge base.
    #[arg(long, value_name = "RANGE")]
    pub(crate) range: Option<String>,
    /// The project's directory, in a git repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// What the change does [default: the file and the functions that it changes].
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// A committed file of inputs to measure on, a module or recorded calls; adds to `workloads` in selfopt.toml.
    #[arg(long = "workload", value_name = "FILE")]
    pub(crate) workloads: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) options: RunOptions,
}

/// Flags that override `selfopt.toml`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Overrides of selfopt.toml")]
pub(crate) struct Overrides {
    /// Work on this package of the workspace alone, by its name or folder.
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Install command.
    #[arg(long, value_name = "CMD")]
    pub(crate) install: Option<String>,
    /// Build command.
    #[arg(long, value_name = "CMD")]
    pub(crate) build: Option<String>,
    /// Type-check command.
    #[arg(long, value_name = "CMD")]
    pub(crate) typecheck: Option<String>,
    /// Test command.
    #[arg(long, value_name = "CMD")]
    pub(crate) test: Option<String>,
    /// Benchmark command.
    #[arg(long, value_name = "CMD")]
    pub(crate) bench: Option<String>,
    /// Run only these rules.
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// Candidates tried, at most.
    #[arg(long, value_name = "N")]
    pub(crate) max_candidates: Option<u32>,
    /// CPU minutes of all commands together, at most.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) compute_minutes: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IsolationArg {
    /// The best that is there.
    Auto,
    /// Plain processes: no barrier, only limits.
    Process,
    /// bubblewrap: own namespaces, no network, a read-only system.
    Bubblewrap,
    /// Docker: a container of its own for each command, with limits on memory,
    /// processes and cores.
    Docker,
    /// Jobs of a Kubernetes cluster, over a volume that all its nodes mount.
    Kubernetes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToolsArg {
    /// The host's where they fit, else from the npm registry.
    Auto,
    /// The host's; nothing is downloaded.
    Host,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct NoiseArgs {
    /// Put identical code to the whole test this often, for each kernel.
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub(crate) trials: u32,
    /// Measure this kernel alone; repeatable.
    #[arg(long = "kernel", value_name = "NAME")]
    pub(crate) kernels: Vec<String>,
    /// Put versions to the test that do this much less work, in percent, and not identical code.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=90))]
    pub(crate) gain: u32,
    /// Keep the raw samples of every trial in this file, a JSON document a line. Trials that it
    /// holds, by kernel, gain, seed and number, are not run again, and noise that it holds for a
    /// kernel and seed is used.
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// What keeps the code apart from this machine.
    #[arg(long, value_enum, default_value_t = IsolationArg::Auto)]
    pub(crate) isolation: IsolationArg,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DetectArgs {
    /// The project's directory; git is not needed.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Run every command on a copy of the last commit before trusting it.
    #[arg(long = "try")]
    pub(crate) try_commands: bool,
    /// Show every line behind each command, and what was set aside, with its reason.
    #[arg(long, conflicts_with = "try_commands")]
    pub(crate) explain: bool,
    /// Work on this package of the workspace alone, by its name or folder.
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// What keeps the project's code apart from this machine, with `--try`.
    #[arg(long, value_enum, default_value_t = IsolationArg::Auto)]
    pub(crate) isolation: IsolationArg,
    /// Where Node and the package manager come from, with `--try`.
    #[arg(long, value_enum, default_value_t = ToolsArg::Auto)]
    pub(crate) tools: ToolsArg,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct InitArgs {
    /// The project's directory; git is not needed.
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) path: PathBuf,
    /// Overwrite a selfopt.toml that is there.
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the file and write nothing.
    #[arg(long, conflicts_with = "force")]
    pub(crate) stdout: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ProposalsArgs {
    #[command(subcommand)]
    pub(crate) command: ProposalsCommand,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ProposalsCommand {
    /// List proved proposals, newest first.
    List,
    /// Show one with its diff and figures.
    Show {
        /// The proposal's id, or its beginning.
        id: String,
    },
    /// Write one into the working tree; refuses on conflicts.
    Apply {
        /// The proposal's id, or its beginning.
        id: String,
        /// The project's directory [default: where it was proved].
        #[arg(long, value_name = "DIR")]
        repo: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct VerifyArgs {
    /// The bundle, or the id of a proposal in the store.
    pub(crate) bundle: String,
    /// Also repeat build, typecheck, tests and measurements.
    #[arg(long)]
    pub(crate) rerun: bool,
    /// The project's directory at the bundle's commit, for `--rerun`.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// What keeps the project's code apart from this machine, with `--rerun`.
    #[arg(long, value_enum, default_value_t = IsolationArg::Auto)]
    pub(crate) isolation: IsolationArg,
    /// Where Node and the package manager come from, with `--rerun`.
    #[arg(long, value_enum, default_value_t = ToolsArg::Auto)]
    pub(crate) tools: ToolsArg,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct WhyNotArgs {
    /// A candidate's or opportunity's id, or its beginning; all of the last run when absent.
    pub(crate) id: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
