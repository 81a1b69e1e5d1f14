//! Why a run stops at its baseline, and what a person is told.

use crate::domain::{ExitCode, TestCounts};
use crate::ports::Phase;
use crate::report::PauseReport;

/// Lines of a failing command's output that are shown.
const TAIL_LINES: usize = 30;

/// Why the run stops here.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::pipeline) struct Pause {
    /// The exit code.
    pub(in crate::pipeline) exit: ExitCode,
    /// What a person is told.
    pub(in crate::pipeline) report: PauseReport,
}

pub(super) fn counts(tests: Option<TestCounts>) -> String {
    tests.map_or_else(
        || "no tests counted".to_owned(),
        |tests| format!("{} passed and {} failed", tests.passed, tests.failed),
    )
}

pub(super) fn key(phase: Phase) -> &'static str {
    match phase {
        Phase::Install => "install",
        Phase::Build => "build",
        Phase::Typecheck => "typecheck",
        Phase::Test => "test",
        Phase::Benchmark => "bench",
    }
}

pub(super) fn broken(reason: String, hint: &str, log_tail: Option<String>) -> Pause {
    Pause {
        exit: ExitCode::RepositoryBroken,
        report: PauseReport { reason, hint: Some(hint.to_owned()), log_tail },
    }
}

pub(super) fn too_noisy() -> Pause {
    Pause {
        exit: ExitCode::TooNoisy,
        report: PauseReport {
            reason: "identical code differs by more than 20 % from run to run: nothing can be measured on this machine now".into(),
            hint: Some("stop other work on the machine, or run on a quieter one".into()),
            log_tail: None,
        },
    }
}

pub(super) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
