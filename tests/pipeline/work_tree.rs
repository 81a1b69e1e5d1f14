//! A benchmark is trusted when a slow-down that is planted in the sources is
//! seen in it.

use std::sync::Arc;

use selfopt::pipeline::RunEvent;
use selfopt::report::Report;
use selfopt::{AttemptStatus, CancelFlag, WorkTreeCheck};

use crate::fixture::{Fixture, StopAfter};

async fn checked(fixture: &Fixture) -> (Report, Vec<WorkTreeCheck>) {
    let observer = StopAfter::new(usize::MAX);
    let seen: Arc<StopAfter> = observer.clone();
    let report = fixture.process(false, CancelFlag::default(), seen).await.expect("the run ends");
    let events = observer.events.lock().expect("no panic while locked");
    let checks = events.iter().filter_map(|event| match event {
        RunEvent::WorkTreeChecked { check } => Some(check.clone()),
        _ => None,
    });
    (report, checks.collect())
}

#[tokio::test]
async fn a_planted_slow_down_is_seen_once_and_recorded() {
    let (report, checks) = checked(&Fixture::new(&["gain", "gain"])).await;
    let [check] = &checks[..] else { panic!("{checks:#?}") };
    assert_eq!((check.files, check.planted_us, check.with_us.len()), (2, 500_000, 1));
    assert!(check.holds() && check.rise_us() > 450_000, "{check:?}");
    assert_eq!(report.baseline.and_then(|baseline| baseline.work_tree).as_ref(), Some(check));
    assert_eq!(report.proposals.len(), 2);
}

#[tokio::test]
async fn a_benchmark_that_runs_something_else_is_none() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.runs_elsewhere = true;
    let (report, checks) = checked(&fixture).await;
    assert!(!checks[0].holds() && checks[0].with_us.len() == 2, "{checks:?}");
    assert!(report.proposals.is_empty());
    let reason = report.baseline.and_then(|baseline| baseline.no_benchmark).expect("a reason");
    assert!(reason.contains("does not run the files of the work tree"), "{reason}");
    assert!(reason.contains("500 ms of work planted in each of 1 source files"), "{reason}");
    let attempt = &report.attempts[0];
    let end = (attempt.status, attempt.gate.as_deref());
    assert_eq!(end, (AttemptStatus::Inconclusive, Some("benchmark")));
}

#[tokio::test]
async fn the_reason_names_the_published_copy_that_is_installed() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.runs_elsewhere = true;
    fixture.script.install_writes = Some(("bench/node_modules/words/package.json", "{}"));
    let (report, _) = checked(&fixture).await;
    let reason = report.baseline.and_then(|baseline| baseline.no_benchmark).expect("a reason");
    assert!(reason.contains("the copy of `words` in `bench/node_modules/words`"), "{reason}");
}

#[tokio::test]
async fn what_could_not_be_checked_is_not_trusted() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.plants_break_the_build = true;
    let (report, checks) = checked(&fixture).await;
    assert!(checks[0].with_us.is_empty());
    let reason = report.baseline.and_then(|baseline| baseline.no_benchmark).expect("a reason");
    assert!(reason.contains("`npm run build` ended with exit code 1"), "{reason}");
}
