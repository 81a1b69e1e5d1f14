//! A check run is reported once, and again in its place.

use selfopt_core::CommitId;
use selfopt_github::{CheckConclusion, CheckReport, Checks};

use crate::world::World;

fn report(conclusion: CheckConclusion) -> CheckReport {
    CheckReport {
        name: "selfopt prove".into(),
        external_id: "run-7".into(),
        conclusion,
        title: "Not proved".into(),
        summary: "é".repeat(50_000),
    }
}

#[tokio::test]
async fn a_check_is_reported_once() {
    let world = World::new().await;
    let head = CommitId::new(world.head("main").expect("a branch"));
    let app = world.app();
    let repository = World::repository_of(&app, Checks::Write);
    let first = repository.report_check(&head, &report(CheckConclusion::Neutral)).await;
    let again = repository.report_check(&head, &report(CheckConclusion::Success)).await;
    assert_eq!(first.expect("reported"), again.expect("reported"));
    let other = CheckReport { external_id: "run-8".into(), ..report(CheckConclusion::Failure) };
    repository.report_check(&head, &other).await.expect("reported");
    world.github.assert_contract();
    let state = world.github.state();
    let conclusions: Vec<_> = state.checks.iter().map(|one| one["conclusion"].clone()).collect();
    assert_eq!(conclusions, ["success", "failure"]);
}

#[tokio::test]
async fn without_the_permission_it_is_refused() {
    let world = World::new().await;
    let head = CommitId::new(world.head("main").expect("a branch"));
    let error = world.repository().report_check(&head, &report(CheckConclusion::Success)).await;
    let error = error.expect_err("refused");
    assert!(error.to_string().contains("403"), "{error}");
    assert!(world.github.state().checks.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_no_second_check() {
    let world = World::new().await;
    let head = CommitId::new(world.head("main").expect("a branch"));
    let app = world.app();
    let repository = World::repository_of(&app, Checks::Write);
    let lost = crate::fake::Fault::once("POST", "/check-runs", crate::fake::Kind::CutAfter);
    world.github.fail(lost);
    let report = report(CheckConclusion::Success);
    repository.report_check(&head, &report).await.expect_err("the answer was lost");
    repository.report_check(&head, &report).await.expect("reported");
    assert_eq!(world.github.state().checks.len(), 1);
}
