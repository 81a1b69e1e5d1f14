//! Each recognizer on what the tools really print, and on what only looks
//! like it.

mod installs;
mod runs;

use super::{Diagnosis, RedStep, diagnose};
use crate::detection::weigh;
use crate::domain::{CommandSource, DetectionNote, EvidenceLine, Project, Ratio};
use crate::ports::{Claim, Fact, Phase, StepStatus};

const RED: StepStatus = StepStatus::Exited { code: 1 };

fn project() -> Project {
    let line = EvidenceLine {
        path: ".gitmodules".into(),
        line: Some(2),
        text: "path = spec/suite".into(),
    };
    let note = DetectionNote { message: "empty".into(), hint: None, evidence: Some(line) };
    weigh(&[Claim {
        fact: Fact::Note(note),
        confidence: Ratio(1.0),
        source: CommandSource::Synthesized,
        evidence: vec![],
    }])
}

fn diagnosed(phase: Phase, status: StepStatus, output: &str) -> Option<Diagnosis> {
    diagnose(&RedStep {
        phase,
        cmd: "npm run x",
        status,
        output,
        project: &project(),
        network: None,
    })
}

/// The cause holds these words and the evidence is this line.
#[track_caller]
fn check(phase: Phase, output: &str, cause: &str, evidence: &str) {
    let found = diagnosed(phase, RED, output);
    let found = found.unwrap_or_else(|| panic!("nothing recognised in:\n{output}"));
    assert!(found.cause.contains(cause), "{found:?}\nfor:\n{output}");
    assert!(found.evidence.contains(evidence), "{found:?}\nfor:\n{output}");
    assert!(!found.way_out.is_empty());
}

#[track_caller]
fn unknown(phase: Phase, output: &str) {
    assert_eq!(diagnosed(phase, RED, output), None, "for:\n{output}");
}
