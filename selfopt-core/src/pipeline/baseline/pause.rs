//! Why a run stops at its baseline, and what a person is told.

use crate::diagnosis::{RedStep, diagnose};
use crate::domain::{ExitCode, Project, StepResult, TestCounts};
use crate::ports::{Phase, StepStatus};
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

/// Why a command is red, if that is known.
pub(super) fn cause(project: &Project, step: &StepResult, output: &str) -> Option<String> {
    let StepResult { phase, cmd, status, wall: _, cpu: _, tests: _, network } = step;
    let step =
        RedStep { phase: *phase, cmd, status: *status, output, project, network: network.as_ref() };
    diagnose(&step).map(|found| found.cause)
}

/// A command that did not end with 0: what is known of the cause first, then
/// what is true of every red command.
pub(in crate::pipeline) fn red(project: &Project, step: &StepResult, output: &str) -> Pause {
    let StepResult { phase, cmd, status, wall: _, cpu: _, tests: _, network } = step;
    let key = key(*phase);
    let plain = match (phase, status) {
        (_, StepStatus::TimedOut) => format!("raise `baseline.timeout_seconds` in selfopt.toml, or name a command that ends: `[commands]` `{key} = \"...\"`"),
        (Phase::Install, _) => "make a fresh clone install; if the command is wrong, name the right one in selfopt.toml: `[commands]` `install = \"...\"`".to_owned(),
        _ => format!("make `{cmd}` green on a fresh clone; if the command is wrong, name the right one in selfopt.toml: `[commands]` `{key} = \"...\"`"),
    };
    let step =
        RedStep { phase: *phase, cmd, status: *status, output, project, network: network.as_ref() };
    let is_red = format!("{phase}: `{cmd}` is red, {status}");
    match diagnose(&step) {
        Some(found) => {
            let said = if found.evidence.is_empty() {
                String::new()
            } else {
                format!("; it says `{}`", found.evidence.replace('`', "'"))
            };
            broken(
                format!("{} ({is_red}{said})", found.cause),
                &format!("{}. Otherwise: {plain}", found.way_out),
                Some(tail(output)),
            )
        }
        None => broken(is_red, &plain, Some(tail(output))),
    }
}

fn key(phase: Phase) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::weigh;
    use crate::domain::Millis;

    fn paused(phase: Phase, status: StepStatus, output: &str) -> PauseReport {
        let step = StepResult {
            phase,
            cmd: "npm run x".into(),
            status,
            wall: Millis(1),
            cpu: Millis(1),
            tests: None,
            network: None,
        };
        red(&weigh(&[]), &step, output).report
    }

    #[test]
    fn a_cause_that_is_known_comes_first() {
        let watcher =
            paused(Phase::Test, StepStatus::Stuck, "ok\nWatch Usage: Press w to show more.\n");
        assert!(watcher.reason.starts_with("`npm run x` is a watcher"), "{}", watcher.reason);
        assert!(watcher.reason.contains("it says `Watch Usage: Press w to show more.`"));
        let hint = watcher.hint.unwrap();
        assert!(hint.starts_with("name the form that runs once"), "{hint}");
        assert!(hint.contains("`test = \"...\"`"), "{hint}");
        let lock = paused(
            Phase::Install,
            StepStatus::Exited { code: 1 },
            "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.\n",
        );
        assert!(lock.reason.starts_with("the lock file is out of date"), "{}", lock.reason);
        assert_eq!(lock.reason.matches('`').count() % 2, 0, "{}", lock.reason);
    }

    #[test]
    fn an_unknown_one_is_told_as_it_is() {
        let report = paused(Phase::Build, StepStatus::Exited { code: 2 }, "what?\n");
        assert_eq!(report.reason, "build: `npm run x` is red, exit code 2");
        assert_eq!(report.log_tail.as_deref(), Some("what?"));
    }
}
