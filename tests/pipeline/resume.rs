//! A run may be stopped after any event; going on loses and repeats nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use selfopt::pipeline::{NoObserver, RunError, RunEvent};
use selfopt::report::Report;
use selfopt::{CancelFlag, JournalStore as _, RunId, RunStore as _};

use crate::fixture::{Fixture, StopAfter};

const WORDS: [&str; 3] = ["gain", "wrong", "same"];

/// What must not depend on interruptions.
fn essence(report: &Report) -> impl PartialEq + std::fmt::Debug + use<> {
    let attempts: Vec<_> =
        report.attempts.iter().map(|a| (a.id.clone(), a.status, a.gate.clone())).collect();
    let proposals: Vec<_> =
        report.proposals.iter().map(|p| (p.id.clone(), p.diff.clone())).collect();
    (report.opportunities.clone(), attempts, proposals, report.exit.code)
}

#[tokio::test]
async fn a_run_can_be_stopped_after_every_event() {
    let whole = Fixture::new(&WORDS);
    let expected = whole.run().await;
    let events = journal(&whole).await.len();
    assert!(events > 40, "the run has {events} events");
    for stop in 1..events {
        let fixture = Fixture::new(&WORDS);
        let observer = StopAfter::new(stop);
        let first = fixture.process(false, observer.cancel.clone(), observer.clone()).await;
        match first {
            Err(RunError::Cancelled) => {}
            // The flag was raised by the last events, when nothing was left to stop.
            Ok(report) => {
                assert_eq!(essence(&report), essence(&expected), "stopped after event {stop}");
                continue;
            }
            Err(error) => panic!("stopped after event {stop}: {error}"),
        }
        let report = fixture
            .process(true, CancelFlag::default(), Arc::new(NoObserver))
            .await
            .unwrap_or_else(|error| panic!("going on after event {stop}: {error}"));
        assert_eq!(essence(&report), essence(&expected), "stopped after event {stop}");
        nothing_twice(&journal(&fixture).await, stop);
    }
}

/// No attempt, proposal or pair is in the journal twice.
fn nothing_twice(events: &[RunEvent], stop: usize) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for event in events {
        let what = match event {
            RunEvent::AttemptFinished { attempt } => format!("attempt {}", attempt.id),
            RunEvent::ProposalStored { proposal, .. } => format!("proposal {proposal}"),
            RunEvent::PairMeasured { candidate, pair } => {
                format!("pair {} of {candidate}", pair.index)
            }
            RunEvent::BaselineFinished { .. } => "baseline".to_owned(),
            _ => continue,
        };
        *seen.entry(what).or_default() += 1;
    }
    // A proposal may be stored again when the process died before its attempt
    // was marked as finished: same id, same patch.
    let twice: Vec<_> =
        seen.iter().filter(|(what, n)| **n > 1 && !what.starts_with("proposal")).collect();
    assert!(twice.is_empty(), "stopped after event {stop}: twice: {twice:?}");
}

#[tokio::test]
async fn resuming_what_does_not_exist_begins_anew_and_says_so() {
    let fixture = Fixture::new(&["gain"]);
    let observer = StopAfter::new(usize::MAX);
    let report =
        fixture.process(true, CancelFlag::default(), observer.clone()).await.expect("the run ends");
    assert_eq!(report.proposals.len(), 1);
    let events = observer.events.lock().expect("no panic while locked");
    assert!(events.iter().any(|event| matches!(event, RunEvent::Note { message, .. } if message.contains("no interrupted run"))));
}

/// The journal of the newest run.
async fn journal(fixture: &Fixture) -> Vec<RunEvent> {
    let store = fixture.store().await;
    let run: RunId = store.latest_run().await.expect("the store reads").expect("there is a run").id;
    let entries = store.journal(run).await.expect("the store reads");
    entries
        .into_iter()
        .map(|entry| serde_json::from_value(entry.event).expect("events read back"))
        .collect()
}
