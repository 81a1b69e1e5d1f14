//! Budgets: what is beyond them is deferred and said to be, never waved through.

use std::sync::Arc;

use selfopt::pipeline::NoObserver;
use selfopt::{AttemptStatus, CancelFlag};

use crate::fixture::Fixture;

#[tokio::test]
async fn candidates_beyond_the_confirmations_are_deferred() {
    let mut fixture = Fixture::new(&["gain", "gain", "gain"]);
    fixture.config.benchmark.confirmations = 2;
    let report = fixture.run().await;
    let statuses: Vec<_> = report.attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(
        statuses,
        [AttemptStatus::Accepted, AttemptStatus::Accepted, AttemptStatus::Deferred]
    );
    assert!(report.attempts[2].reason.contains("confirmations"));
    assert_eq!(report.budget.confirmations, 2);
}

#[tokio::test]
async fn candidates_beyond_the_proposals_are_left_to_the_next_run() {
    let fixture = Fixture::new(&["wrong", "gain", "gain"]);
    for proposals in [1, 2] {
        // The next run has the first one's proposal, and room for one more.
        let engine = fixture.engine().await.max_proposals(proposals);
        let input = fixture.input(false, CancelFlag::default());
        let report = engine.optimize(input, Arc::new(NoObserver)).await.expect("the run ends");
        assert_eq!(report.proposals.len(), proposals as usize);
        let left: Vec<_> = report
            .attempts
            .iter()
            .filter(|attempt| attempt.status == AttemptStatus::Deferred)
            .map(|attempt| attempt.reason.contains("proposals that it may make"))
            .collect();
        assert_eq!(left, vec![true; 2 - proposals as usize], "{report:#?}");
    }
}

#[tokio::test]
async fn what_another_gate_refuses_costs_no_confirmation() {
    let mut fixture = Fixture::new(&["wrong", "wrong", "gain"]);
    fixture.config.benchmark.confirmations = 1;
    let report = fixture.run().await;
    assert_eq!(report.attempts[2].status, AttemptStatus::Accepted, "{report:#?}");
}

#[tokio::test]
async fn candidates_beyond_their_number_are_deferred() {
    let mut fixture = Fixture::new(&["wrong", "gain"]);
    fixture.config.budget.max_candidates = 1;
    let report = fixture.run().await;
    assert_eq!(report.attempts[1].status, AttemptStatus::Deferred);
}

#[tokio::test]
async fn what_the_budget_ended_before_anything_was_measured_is_tried_again() {
    let mut fixture = Fixture::new(&["gain", "gain"]);
    fixture.config.budget.compute_minutes = 0.05;
    let first = fixture.run().await;
    assert!(first.proposals.is_empty());
    fixture.config.budget.compute_minutes = 60.0;
    assert_eq!(fixture.run().await.proposals.len(), 2);
}

#[tokio::test]
async fn spent_compute_minutes_defer_the_rest() {
    let mut fixture = Fixture::new(&["gain", "gain"]);
    // The baseline alone takes about 7 CPU seconds.
    fixture.config.budget.compute_minutes = 0.05;
    let report = fixture.run().await;
    assert!(
        report.attempts.iter().all(|attempt| attempt.status == AttemptStatus::Deferred),
        "{report:#?}"
    );
    assert!(report.attempts[0].reason.contains("compute minutes"));
}
