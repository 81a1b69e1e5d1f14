//! Why a script of the runtime gave no result, in words for people.

use selfopt_core::{CommandLimits, Outcome, StepStatus};

/// A script of the runtime did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptError(pub(crate) String);

/// V8's last words when its own heap is full.
const HEAP_IS_FULL: &str = "JavaScript heap out of memory";

/// What `replay-host.cjs` says of a bundle.
const NOT_LOADED: &str = " does not load: ";

impl ScriptError {
    /// Of a script that did not end well under these limits.
    pub(super) fn of(name: &str, outcome: &Outcome, limits: &CommandLimits) -> Self {
        let text = outcome.text();
        let what = match outcome.status {
            StepStatus::OutOfMemory => {
                format!("was stopped at its {} memory limit", memory(limits.memory.0))
            }
            StepStatus::DiskExceeded => {
                format!("was stopped at its {} disk limit", memory(limits.disk.0))
            }
            StepStatus::TimedOut => {
                format!("was stopped at its time limit of {} s", limits.wall.0.div_ceil(1000))
            }
            _ if text.contains(HEAP_IS_FULL) => "ran out of memory".to_owned(),
            status => {
                let ended = match status {
                    StepStatus::Exited { .. } => "ended with",
                    _ => "was",
                };
                match reason(name, &text) {
                    Some(line) => format!("{ended} {status}: {line}"),
                    None => format!("{ended} {status}"),
                }
            }
        };
        Self(format!("`{name}` {what}"))
    }

    /// What a bundle of the project threw as it was loaded, where it was that.
    pub(super) fn at_load(&self) -> Option<&str> {
        self.0.split_once(NOT_LOADED).map(|(_, why)| why)
    }
}

/// The line that says why: the script's own, that of an error, or else the
/// last one that says anything.
pub(crate) fn reason<'t>(name: &str, text: &'t str) -> Option<&'t str> {
    let own = format!("{}: ", name.trim_end_matches(".cjs"));
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines()
        .rev()
        .find_map(|line| line.strip_prefix(&own))
        .or_else(|| lines().find(|line| is_error(line)))
        .or_else(|| lines().rev().find(|line| !is_footer(line)))
}

/// `TypeError: …`, `Error [ERR_X]: …`.
fn is_error(line: &str) -> bool {
    let Some((name, _)) = line.split_once(": ") else { return false };
    let name = name.split(" [").next().unwrap_or(name);
    name.ends_with("Error") && name.chars().all(char::is_alphanumeric)
}

/// What Node writes below an error, and the frames and marks of a stack.
fn is_footer(line: &str) -> bool {
    line.starts_with("Node.js v")
        || line.starts_with("at ")
        || line.chars().all(|c| "{}^~".contains(c))
}

fn memory(bytes: u64) -> String {
    let mib = bytes / (1024 * 1024);
    if mib >= 1024 && mib.is_multiple_of(1024) {
        format!("{} GiB", mib / 1024)
    } else {
        format!("{mib} MiB")
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::{Bytes, GroupUsage, Millis, ProcessSample};

    use super::*;

    fn said(status: StepStatus, stderr: &str) -> String {
        let outcome = Outcome {
            status,
            group: GroupUsage::default(),
            usage: ProcessSample {
                cpu_us: 0,
                wall_ns: 0,
                max_rss: Bytes::from_mib(1),
                involuntary_switches: 0,
            },
            stdout: Vec::new(),
            stderr: stderr.as_bytes().to_vec(),
            truncated: false,
            network: None,
        };
        let limits = CommandLimits {
            wall: Millis::from_secs(100),
            memory: Bytes::from_mib(4096),
            ..CommandLimits::default()
        };
        ScriptError::of("replay.cjs", &outcome, &limits).0
    }

    #[test]
    fn a_bundle_that_throws_is_told_from_other_failures() {
        let exited = StepStatus::Exited { code: 1 };
        let error = ScriptError(said(
            exited,
            "replay: the bundle /x/side/a/bundle.mjs does not load: window is not defined\n",
        ));
        assert_eq!(error.at_load(), Some("window is not defined"));
        assert_eq!(ScriptError(said(exited, "Error: no\n")).at_load(), None);
    }

    #[test]
    fn the_error_is_shown_and_not_what_node_writes_below_it() {
        let exited = StepStatus::Exited { code: 1 };
        let thrown = "/x/replay.cjs:12\n    throw new TypeError('no');\n    ^\n\nTypeError: no\n    at run (/x/replay.cjs:12:11) {\n  code: 'X'\n}\n\nNode.js v20.20.2\n";
        assert_eq!(said(exited, thrown), "`replay.cjs` ended with exit code 1: TypeError: no");
        let coded = "node:internal/modules:9\n  throw err;\n  ^\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find package 'a'\n    at x\n\nNode.js v20.20.2\n";
        let expected = "`replay.cjs` ended with exit code 1: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'a'";
        assert_eq!(said(exited, coded), expected);
        let own = "(node:3) Warning: Error: old\nreplay: request: \"calls\" must be a path\n";
        let expected = "`replay.cjs` ended with exit code 1: request: \"calls\" must be a path";
        assert_eq!(said(exited, own), expected);
        let words = "cannot start\n\nNode.js v20.20.2\n";
        assert_eq!(said(exited, words), "`replay.cjs` ended with exit code 1: cannot start");
        let killed = "`replay.cjs` was killed by signal 9";
        assert_eq!(said(StepStatus::Signaled { signal: 9 }, ""), killed);
    }

    #[test]
    fn a_limit_is_named() {
        let memory = "`replay.cjs` was stopped at its 4 GiB memory limit";
        assert_eq!(said(StepStatus::OutOfMemory, "replay: x\n"), memory);
        let time = "`replay.cjs` was stopped at its time limit of 100 s";
        assert_eq!(said(StepStatus::TimedOut, ""), time);
        let heap = "<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n";
        let ran_out = "`replay.cjs` ran out of memory";
        assert_eq!(said(StepStatus::Signaled { signal: 6 }, heap), ran_out);
    }
}
