//! Why a command of the project is red: known shapes of output, each with its
//! cause and a way out. Pure functions on text; one recognizer a file. A shape
//! is the wording of the tool that failed, never a word alone, so that a test
//! whose name speaks of an error is not taken for one.

mod browser;
mod database;
mod disk;
mod engine;
mod forge;
mod integrity;
mod lock;
mod memory;
mod missing_version;
mod native;
mod network;
mod no_tests;
mod program;
mod refused_host;
mod registry_access;
mod secrets;
mod stuck;
mod submodule;
mod transient;
mod withheld;
mod words;

use crate::domain::{NetworkUse, Project};
use crate::ports::{Phase, StepStatus};

pub use stuck::{Awaits, awaits};
pub(crate) use transient::passing_trouble;

/// A red command that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What went wrong.
    pub cause: String,
    /// What a person can do.
    pub way_out: String,
    /// The line of the output that says so.
    pub evidence: String,
}

/// A command that did not end with 0.
#[derive(Debug, Clone, Copy)]
pub struct RedStep<'a> {
    /// Its phase.
    pub phase: Phase,
    /// The command.
    pub cmd: &'a str,
    /// How it ended.
    pub status: StepStatus,
    /// What it printed, without escape codes.
    pub output: &'a str,
    /// The project, as detection saw it.
    pub project: &'a Project,
    /// What network it had.
    pub network: Option<&'a NetworkUse>,
}

type Recognizer = fn(&Red<'_>) -> Option<Diagnosis>;

/// In this order for an install: what a package manager says in so many words
/// comes before what has to be concluded.
const OF_INSTALLS: [Recognizer; 12] = [
    stuck::recognize,
    disk::recognize,
    memory::recognize,
    lock::recognize,
    withheld::recognize,
    missing_version::recognize,
    refused_host::named,
    registry_access::recognize,
    integrity::recognize,
    engine::recognize,
    native::of_install,
    forge::recognize,
];

/// What an install may also die of, when it is none of these.
const OF_INSTALLS_LAST: [Recognizer; 3] =
    [refused_host::any, transient::recognize, program::recognize];

/// In this order for everything else: what keeps all tests from running comes
/// before what may be the trouble of one of them.
const OF_OTHERS: [Recognizer; 12] = [
    stuck::recognize,
    disk::recognize,
    memory::recognize,
    submodule::recognize,
    no_tests::recognize,
    browser::recognize,
    database::recognize,
    secrets::recognize,
    native::of_run,
    engine::recognize,
    program::recognize,
    network::recognize,
];

/// What is known about a red command; `None` when nothing is.
pub fn diagnose(step: &RedStep<'_>) -> Option<Diagnosis> {
    let red = Red::new(*step);
    let (first, last): (&[Recognizer], &[Recognizer]) =
        if red.is_install() { (&OF_INSTALLS, &OF_INSTALLS_LAST) } else { (&OF_OTHERS, &[]) };
    first.iter().chain(last).find_map(|recognize| recognize(&red))
}

/// A red command, its output in lines.
struct Red<'a> {
    step: RedStep<'a>,
    /// Without the lines of tests that passed: their names may say anything.
    lines: Vec<&'a str>,
}

impl<'a> Red<'a> {
    fn new(step: RedStep<'a>) -> Self {
        Self {
            lines: step.output.lines().filter(|line| !words::is_passed_test(line)).collect(),
            step,
        }
    }

    /// The first line that fits.
    fn find(&self, fits: impl Fn(&str) -> bool) -> Option<&'a str> {
        self.lines.iter().copied().find(|line| fits(line))
    }

    /// The first line that holds one of these.
    fn find_any(&self, parts: &[&str]) -> Option<&'a str> {
        self.find(|line| parts.iter().any(|part| line.contains(part)))
    }

    /// Whether any line holds one of these.
    fn has_any(&self, parts: &[&str]) -> bool {
        self.find_any(parts).is_some()
    }

    fn is_install(&self) -> bool {
        self.step.phase == Phase::Install
    }
}

/// A diagnosis with the line quoted as it is, at most 300 characters of it.
fn diagnosis(cause: impl Into<String>, way_out: impl Into<String>, line: &str) -> Diagnosis {
    Diagnosis {
        cause: cause.into(),
        way_out: way_out.into(),
        evidence: words::without_credentials(line.trim()).chars().take(300).collect(),
    }
}

#[cfg(test)]
mod tests;
