//! Every way in which a candidate or a run can end.

use async_trait::async_trait;
use selfopt::config::{CommandOverride, Config};
use selfopt::evidence::Replay;
use selfopt::gates::{Gate, GateContext};
use selfopt::pipeline::RunError;
use selfopt::report::Report;
use selfopt::statistics::Metric;
use selfopt::{AttemptStatus, ExitCode, Pairing, Verdict};

use crate::fixture::Fixture;

/// The only attempt's status, gate and reason.
fn only(report: &Report) -> (AttemptStatus, &str, &str) {
    let [attempt] = &report.attempts[..] else {
        panic!("one attempt expected: {report:#?}");
    };
    (attempt.status, attempt.gate.as_deref().unwrap_or(""), &attempt.reason)
}

#[tokio::test]
async fn a_real_gain_is_accepted_with_its_bounds() {
    let report = Fixture::new(&["gain"]).run().await;
    assert_eq!(report.exit.code, ExitCode::Success);
    assert_eq!(only(&report), (AttemptStatus::Accepted, "", "every gate passed"));
    let proposal = &report.proposals[0];
    // 300 ms become 200 ms.
    assert!((0.30..0.36).contains(&proposal.gain.0), "{proposal:?}");
    assert!(
        proposal.gain_lower_bound.0 > 0.01 && proposal.gain_lower_bound < proposal.gain,
        "{proposal:?}"
    );
    assert!((proposal.confidence.0 - 0.995).abs() < 1e-12);
    assert_eq!(proposal.pairs, 10);
}

#[tokio::test]
async fn the_report_says_how_long_each_gate_took_and_when_pairs_were_first_looked_at() {
    for (change, looks) in [("gain", Some("benchmark")), ("wrong", None)] {
        let report = Fixture::new(&[change]).run().await;
        let attempt = &report.attempts[0];
        let gates: Vec<_> = attempt.verdicts.iter().map(|verdict| &verdict.gate).collect();
        let phases: Vec<_> = attempt.phases.iter().map(|phase| &phase.gate).collect();
        assert_eq!(phases, gates);
        let looked = attempt.phases.iter().filter(|phase| phase.first_look.is_some());
        assert!(looked.map(|phase| phase.gate.as_str()).eq(looks), "{:?}", attempt.phases);
    }
}

#[tokio::test]
async fn a_benchmark_that_waits_is_judged_by_elapsed_time_back_to_back() {
    let mut fixture = Fixture::new(&["gain"]);
    let busy = fixture.run().await;
    fixture = Fixture::new(&["gain"]);
    fixture.script.waits = 10;
    let waiting = fixture.run().await;
    let how = |report: &Report| {
        let baseline = report.baseline.as_ref().expect("it was made");
        (baseline.pairing, baseline.metric)
    };
    assert_eq!(how(&busy), (Some(Pairing::InTurns { turn_us: 10_000 }), Some(Metric::Cpu)));
    assert_eq!(how(&waiting), (Some(Pairing::BackToBack), Some(Metric::Wall)));
    assert_eq!(only(&waiting).0, AttemptStatus::Accepted);
}

#[tokio::test]
async fn each_gate_refuses_what_it_is_for() {
    let cases = [
        ("unbuildable", "build", AttemptStatus::Rejected),
        ("untyped", "typecheck", AttemptStatus::Rejected),
        ("wrong", "tests", AttemptStatus::Rejected),
        ("same", "benchmark", AttemptStatus::Rejected),
        ("crashes", "benchmark", AttemptStatus::Rejected),
        ("reprints", "benchmark", AttemptStatus::Rejected),
    ];
    for (word, gate, status) in cases {
        let report = Fixture::new(&[word]).run().await;
        assert_eq!(report.exit.code, ExitCode::NothingFound, "{word}");
        let (found, at, reason) = only(&report);
        assert_eq!((found, at), (status, gate), "{word}: {reason}");
        assert!(!reason.is_empty());
        assert!(report.proposals.is_empty());
    }
}

#[tokio::test]
async fn without_a_benchmark_an_attempt_is_inconclusive() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.config.commands.bench = Some(CommandOverride::Off(false));
    let report = fixture.run().await;
    assert_eq!(report.exit.code, ExitCode::NothingFound);
    let (status, gate, reason) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Inconclusive, "benchmark"));
    assert!(reason.starts_with("no benchmark"), "{reason}");
}

#[tokio::test]
async fn without_tests_nothing_is_proposed() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.config.commands.test = Some(CommandOverride::Off(false));
    let report = fixture.run().await;
    let (status, gate, _) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Inconclusive, "tests"));
    assert!(report.proposals.is_empty());
}

#[tokio::test]
async fn a_benchmark_that_prints_nothing_is_none() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.bench_prints = "";
    let report = fixture.run().await;
    let (status, gate, reason) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Inconclusive, "benchmark"));
    assert!(reason.contains("printed nothing"), "{reason}");
}

#[tokio::test]
async fn a_machine_that_is_too_noisy_pauses_the_run() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.noise_permille = 900;
    let report = fixture.run().await;
    assert_eq!(report.exit.code, ExitCode::TooNoisy);
    assert!(report.attempts.is_empty() && report.proposals.is_empty());
    assert!(report.paused.is_some_and(|pause| pause.hint.is_some()));
}

#[tokio::test]
async fn a_red_install_and_flaky_tests_pause_the_run() {
    let mut red = Fixture::new(&["gain"]);
    red.script.install_exit = 7;
    let report = red.run().await;
    assert_eq!(report.exit.code, ExitCode::RepositoryBroken);
    assert!(report.paused.is_some_and(|pause| pause.reason.contains("exit code 7")));

    let mut flaky = Fixture::new(&["gain"]);
    flaky.script.tests_fail_from = Some(3);
    let report = flaky.run().await;
    assert_eq!(report.exit.code, ExitCode::RepositoryBroken);
    assert!(report.paused.is_some_and(|pause| pause.reason.contains("flaky")));
}

#[tokio::test]
async fn tests_that_fail_with_exit_code_0_pause_the_run() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.script.tests_lie = true;
    let report = fixture.run().await;
    assert_eq!(report.exit.code, ExitCode::RepositoryBroken);
    assert!(report.paused.is_some_and(|pause| pause.reason.contains("2 of its tests fail")));
}

#[tokio::test]
async fn a_benchmark_that_gets_slower_in_its_tree_makes_no_candidate_faster() {
    let mut fixture = Fixture::new(&["same", "same", "same", "same"]);
    fixture.script.slower_each_run_us = 2_000;
    let report = fixture.run().await;
    assert!(report.proposals.is_empty(), "{report:#?}");
    assert_eq!(report.attempts.len(), 4);
}

#[tokio::test]
async fn what_is_measured_must_be_what_the_diff_says() {
    let fixture = Fixture::new(&["gain"]);
    let report = fixture.run().await;
    let bundle = std::fs::read(&report.proposals[0].bundle).expect("the bundle is there");
    let replay = Replay::read(&bundle).expect("the bundle reads");
    let mut candidate = replay.candidate(&fixture.tree()).expect("the files fit");
    candidate.files[0].after.push_str("// and more than the diff shows\n");
    let other = Fixture::new(&["gain"]);
    let report = other.prove(candidate).await;
    let (status, gate, reason) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Rejected, "limits"), "{reason}");
}

#[tokio::test]
async fn a_gate_that_was_added_since_is_asked() {
    let fixture = Fixture::new(&["gain"]);
    assert_eq!(fixture.run().await.proposals.len(), 1);
    let report = fixture.run_with_gate(Box::new(No)).await;
    let (status, gate, _) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Rejected, "no"));
    assert!(report.proposals.is_empty());
}

/// Refuses everything.
struct No;

#[async_trait]
impl Gate for No {
    fn name(&self) -> &'static str {
        "no"
    }

    async fn evaluate(&self, _ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        Ok(Verdict::refused(self.name(), "no"))
    }
}

#[tokio::test]
async fn a_proposal_whose_evidence_is_gone_is_proved_again() {
    let fixture = Fixture::new(&["gain"]);
    let first = fixture.run().await;
    std::fs::remove_file(&first.proposals[0].bundle).expect("the bundle can be removed");
    let second = fixture.run().await;
    assert_eq!(second.budget.confirmations, 1, "{second:#?}");
    assert!(std::path::Path::new(&second.proposals[0].bundle).exists());
}

#[tokio::test]
async fn a_risk_above_the_limit_is_refused() {
    let mut fixture = Fixture::new(&["gain"]);
    fixture.config.limits.max_risk = 1;
    let report = fixture.run().await;
    let (status, gate, _) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Rejected, "risk"));
}

#[tokio::test]
async fn the_same_run_twice_gives_the_same_ids_and_diffs() {
    let words = ["gain", "same", "wrong", "gain"];
    let (one, other) = (Fixture::new(&words).run().await, Fixture::new(&words).run().await);
    assert_eq!(one.opportunities, other.opportunities);
    let ids = |report: &Report| report.attempts.iter().map(|a| a.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
    let diffs = |report: &Report| {
        report.proposals.iter().map(|p| (p.id.clone(), p.diff.clone())).collect::<Vec<_>>()
    };
    assert_eq!(diffs(&one), diffs(&other));
    assert_eq!(diffs(&one).len(), 2);
    assert_eq!(Config::default().digest(), Config::default().digest());
}

#[tokio::test]
async fn what_was_measured_in_the_same_context_is_not_measured_again() {
    let fixture = Fixture::new(&["gain", "same"]);
    let first = fixture.run().await;
    let second = fixture.run().await;
    assert_eq!(second.budget.confirmations, 0);
    assert!(second.attempts.iter().all(|attempt| attempt.made_in.is_some()), "{second:#?}");
    assert_eq!(second.proposals, first.proposals);
    assert_eq!(second.exit.code, ExitCode::Success);
}
