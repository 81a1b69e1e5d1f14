//! Visits: a command in the installed and built project, nothing judged.

use std::sync::Arc;

use selfopt::pipeline::{NoObserver, RunError, RunEvent};
use selfopt::{
    Bytes, CancelFlag, CollectLimits, FileWrite, Phase, RepositoryStore as _, RunStatus,
    RunStore as _,
};

use crate::fixture::{Fixture, StopAfter};

const LIMITS: CollectLimits =
    CollectLimits { files: 10, file_size: Bytes::from_mib(1), total: Bytes::from_mib(1) };

/// The statuses of all runs, newest first.
async fn statuses(fixture: &Fixture) -> Vec<RunStatus> {
    let store = fixture.store().await;
    let repo = store.repository("/project").await.expect("the store answers");
    let runs = store.runs(repo).await.expect("the store answers");
    runs.iter().map(|run| run.status).collect()
}

#[tokio::test]
async fn a_command_runs_in_the_installed_and_built_project() {
    let fixture = Fixture::new(&["a"]);
    let observer = StopAfter::new(usize::MAX);
    let input = fixture.input(false, CancelFlag::default());
    let visit = fixture.engine().await.visit(input, Phase::Test, observer.clone()).await;
    let mut visit = visit.expect("the engine works").expect("the project is green");
    let cmd = visit.project_command(Phase::Test).expect("the project has tests");
    let file = FileWrite { path: "seen/a.txt".into(), bytes: b"here".to_vec() };
    visit.write(&[file]).await.expect("files are written");
    let command = visit.command(Phase::Test, &format!("wrapped {cmd}"));
    let ran = visit.run(&command, &cmd).await.expect("the command runs");
    assert_eq!(ran.red, None);
    assert_eq!(ran.step.tests.map(|tests| tests.passed), Some(3));
    let files = visit.collect(&["seen/a.txt".into()], LIMITS).await.expect("files are collected");
    assert_eq!(files.len(), 1);
    visit.leave().await.expect("the workspace is removed");
    let steps: Vec<(Phase, String)> = {
        let events = observer.events.lock().expect("no panic while locked");
        let step = |event: &RunEvent| match event {
            RunEvent::StepFinished { step } => Some((step.phase, step.cmd.clone())),
            _ => None,
        };
        events.iter().filter_map(step).collect()
    };
    // People see their own command, not what is put around it.
    let seen: Vec<(Phase, &str)> = steps.iter().map(|(phase, cmd)| (*phase, &**cmd)).collect();
    assert_eq!(
        seen,
        [(Phase::Install, "npm ci"), (Phase::Build, "npm run build"), (Phase::Test, &*cmd)]
    );
    assert_eq!(statuses(&fixture).await, [RunStatus::Finished]);
}

#[tokio::test]
async fn a_red_step_is_an_answer_and_not_an_error() {
    let mut fixture = Fixture::new(&["a"]);
    fixture.script.install_exit = 1;
    let engine = fixture.engine().await;
    let input = fixture.input(false, CancelFlag::default());
    let visit = engine.visit(input, Phase::Test, Arc::new(NoObserver)).await;
    let Err(pause) = visit.expect("the engine works") else { panic!("the install is red") };
    assert!(pause.reason.contains("`npm ci` is red"), "{pause:?}");
    assert_eq!(statuses(&fixture).await, [RunStatus::Paused]);
    fixture.script.install_exit = 0;
    fixture.script.tests_fail_from = Some(1);
    let engine = fixture.engine().await;
    let input = fixture.input(false, CancelFlag::default());
    let visit = engine.visit(input, Phase::Test, Arc::new(NoObserver)).await;
    let mut visit = visit.expect("the engine works").expect("the project is built");
    let command = visit.command(Phase::Test, "npm test");
    let ran = visit.run(&command, "npm test").await.expect("the command runs");
    let red = ran.red.expect("the tests are red");
    assert!(red.reason.contains("`npm test` is red, exit code 1"), "{red:?}");
    assert!(red.log_tail.is_some_and(|log| log.contains("# fail 1")));
}

#[tokio::test]
async fn a_visit_that_was_interrupted_is_no_run_to_go_on_with() {
    let fixture = Fixture::new(&["a"]);
    let cancel = CancelFlag::default();
    let engine = fixture.engine().await;
    let input = fixture.input(false, cancel.clone());
    let visit = engine.visit(input, Phase::Test, Arc::new(NoObserver)).await;
    let mut visit = visit.expect("the engine works").expect("the project is green");
    cancel.cancel();
    let command = visit.command(Phase::Test, "npm test");
    let error = visit.run(&command, "npm test").await.expect_err("it was cancelled");
    assert!(matches!(error, RunError::Cancelled), "{error}");
    assert_eq!(statuses(&fixture).await, [RunStatus::Cancelled]);
    let observer = StopAfter::new(usize::MAX);
    let report = fixture.process(true, CancelFlag::default(), observer.clone()).await;
    assert_eq!(report.expect("the run ends").proposals.len(), 1);
    let events = observer.events.lock().expect("no panic while locked");
    assert!(events.iter().any(|event| matches!(event, RunEvent::RunStarted { .. })));
    assert!(!events.iter().any(|event| matches!(event, RunEvent::RunResumed { .. })));
}
