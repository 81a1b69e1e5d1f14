//! The install: what is tried again, what is told, and why a run stops at it.

use std::sync::Arc;

use selfopt::config::CommandOverride;
use selfopt::pipeline::RunEvent;
use selfopt::report::PauseReport;
use selfopt::{CancelFlag, Phase};

use crate::fixture::{Fixture, StopAfter};

const RESET: &str = "npm error code ECONNRESET\nnpm error network request to https://npm.example/a failed, reason: read ECONNRESET\n";
const MISSING: &str =
    "npm error code E404\nnpm error 404 Not Found - GET https://npm.example/a/-/a-1.0.0.tgz\n";

/// What was told of a run: its installs, its notes, why it stopped.
struct Told {
    installs: usize,
    notes: Vec<String>,
    paused: Option<PauseReport>,
}

async fn told(fixture: &Fixture) -> Told {
    let observer = StopAfter::new(usize::MAX);
    let report = fixture
        .process(false, CancelFlag::default(), Arc::clone(&observer) as _)
        .await
        .expect("the run ends");
    let events = observer.events.lock().expect("no panic while locked");
    let is_install =
        |event: &&RunEvent| matches!(event, RunEvent::StepStarted { phase: Phase::Install, .. });
    let note = |event: &RunEvent| match event {
        RunEvent::Note { message, .. } => Some(message.clone()),
        _ => None,
    };
    Told {
        installs: events.iter().filter(is_install).count(),
        notes: events.iter().filter_map(note).collect(),
        paused: report.paused,
    }
}

#[tokio::test]
async fn passing_trouble_with_the_registry_is_tried_once_more() {
    let mut fixture = Fixture::new(&[]);
    (fixture.script.install_prints, fixture.script.installs_fail) = (RESET, 1);
    let run = told(&fixture).await;
    assert_eq!((run.installs, run.paused), (2, None));
    assert!(run.notes.iter().any(|note| note.contains("is tried once more")), "{:?}", run.notes);
}

#[tokio::test]
async fn what_the_benchmark_alone_needs_is_installed_with_the_rest() {
    let mut fixture = Fixture::new(&["same"]);
    let bench = "cd bench && npm install && node index.js".to_owned();
    fixture.config.commands.bench = Some(CommandOverride::Command(bench));
    let report = fixture.run().await;
    let baseline = report.baseline.expect("it was made");
    let installs = baseline.steps.iter().filter(|step| step.phase == Phase::Install);
    let installs: Vec<_> = installs.map(|step| step.cmd.as_str()).collect();
    assert_eq!(installs.last(), Some(&"cd bench && npm install"));
    assert_eq!(installs.len(), 2, "{installs:?}");
    assert_eq!(baseline.measured_cmd.as_deref(), Some("cd bench && node index.js"));
}

#[tokio::test]
async fn the_second_try_is_the_last() {
    let mut fixture = Fixture::new(&[]);
    (fixture.script.install_prints, fixture.script.installs_fail) = (RESET, 9);
    let run = told(&fixture).await;
    let pause = run.paused.expect("the install is red");
    assert_eq!(run.installs, 2);
    assert!(pause.reason.contains("`npm.example` could not be reached"), "{pause:?}");
}

#[tokio::test]
async fn nothing_else_is_tried_again() {
    let mut fixture = Fixture::new(&[]);
    (fixture.script.install_prints, fixture.script.installs_fail) = (MISSING, 1);
    let run = told(&fixture).await;
    let pause = run.paused.expect("the install is red");
    assert_eq!(run.installs, 1);
    assert!(pause.reason.starts_with("the registry lacks a version"), "{pause:?}");
    assert!(pause.reason.contains("a-1.0.0.tgz") && pause.reason.contains("exit code 1"));
    assert!(pause.hint.is_some_and(|hint| hint.starts_with("update the dependency")));
}

#[tokio::test]
async fn a_lock_file_that_the_install_rewrites_is_told() {
    let rewritten =
        |run: &Told| run.notes.iter().any(|note| note.contains("rewrote `package-lock.json`"));
    let mut fixture = Fixture::new(&[]);
    assert!(!rewritten(&told(&fixture).await));
    fixture.script.install_writes = Some(("package-lock.json", "{}"));
    assert!(rewritten(&told(&fixture).await));
}
