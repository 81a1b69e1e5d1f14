//! Benchmarks that report figures of their own: judged by them where the
//! process runs for a time, and none may get worse in any case.

use selfopt::evidence::verify;
use selfopt::report::Report;
use selfopt::statistics::Metric;
use selfopt::{AttemptStatus, BenchTool, Measure, Pairing};

use crate::fixture::Fixture;

/// A project whose benchmark prints a document and wants this to be judged.
fn reporting(judge: &'static str, word: &'static str) -> Fixture {
    let mut fixture = Fixture::new(&[word]);
    fixture.script.judge = Some(judge);
    fixture
}

fn ended(report: &Report) -> (AttemptStatus, &str, &str) {
    let [attempt] = &report.attempts[..] else {
        panic!("one attempt expected: {report:#?}");
    };
    (attempt.status, attempt.gate.as_deref().unwrap_or(""), &attempt.reason)
}

#[tokio::test]
async fn a_benchmark_that_runs_for_a_time_is_judged_by_its_cases() {
    let report = reporting("cases", "gain").run().await;
    assert_eq!(ended(&report).0, AttemptStatus::Accepted, "{report:#?}");
    let baseline = report.baseline.as_ref().expect("it was made");
    let known = baseline.cases.as_ref().expect("cases were read");
    assert_eq!((known.tool, known.measure), (BenchTool::Document, Measure::Cases));
    let names: Vec<&str> = known.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["other", "work"]);
    let how = (baseline.pairing, baseline.metric);
    assert_eq!(how, (Some(Pairing::BackToBack), Some(Metric::Wall)));
    // One of two cases takes 200 ms in place of 300: 1 - sqrt(2/3).
    let [proposal] = &report.proposals[..] else { panic!("{report:#?}") };
    assert!((0.17..0.20).contains(&proposal.gain.0), "{proposal:?}");
    let [before, after] = proposal.operation_ns.expect("of an operation");
    assert!((after / before - 1.0 + proposal.gain.0).abs() < 0.01, "{proposal:?}");
    let gains: Vec<f64> = proposal.cases.iter().map(|case| (case.gain.0 * 10.0).round()).collect();
    assert!(gains.iter().eq(&[0.0, 3.0]), "{gains:?}");
}

#[tokio::test]
async fn a_case_that_gets_slower_blocks_whatever_is_judged() {
    for judge in ["cases", "process"] {
        let report = reporting(judge, "costs").run().await;
        let (status, gate, reason) = ended(&report);
        assert_eq!((status, gate), (AttemptStatus::Rejected, "benchmark"), "{judge}: {reason}");
        assert!(reason.contains("its case `other` lost 30.0 %"), "{judge}: {reason}");
    }
}

#[tokio::test]
async fn the_process_decides_where_it_does_the_same_work() {
    let report = reporting("process", "gain").run().await;
    assert_eq!(ended(&report).0, AttemptStatus::Accepted, "{report:#?}");
    let proposal = &report.proposals[0];
    assert!((0.30..0.36).contains(&proposal.gain.0), "{proposal:?}");
    assert_eq!((proposal.metric, proposal.operation_ns), (Metric::Cpu, None));
    assert_eq!(proposal.cases.len(), 2);
}

#[tokio::test]
async fn a_candidate_must_report_the_same_cases() {
    for judge in ["cases", "process"] {
        let report = reporting(judge, "hides").run().await;
        let (status, gate, reason) = ended(&report);
        assert_eq!((status, gate), (AttemptStatus::Rejected, "benchmark"), "{judge}");
        assert!(reason.contains("other cases in pair 0: `work` is missing"), "{judge}: {reason}");
    }
}

#[tokio::test]
async fn figures_are_no_part_of_what_must_stay_the_same() {
    // The figures differ from run to run; what is printed beside them does not.
    let report = reporting("process", "reprints").run().await;
    let (status, gate, reason) = ended(&report);
    assert_eq!((status, gate), (AttemptStatus::Rejected, "benchmark"));
    assert!(reason.contains("printed other results"), "{reason}");
}

#[tokio::test]
async fn forged_figures_are_found() {
    let fixture = reporting("cases", "gain");
    let report = fixture.run().await;
    let bytes = std::fs::read(&report.proposals[0].bundle).expect("the bundle is there");
    let whole = verify(None, &bytes).expect("it reads");
    assert!(whole.valid, "{whole:#?}");
    let failed = |file: &str, from: &str, to: &str| {
        let forged = crate::verification::forge(&bytes, file, |text| text.replacen(from, to, 1));
        let report = verify(None, &forged).expect("the bundle reads");
        let failed = report.checks.into_iter().filter(|check| !check.passed);
        failed.map(|check| check.what).collect::<Vec<_>>()
    };
    assert!(failed("baseline.json", "\"value\": ", "\"value\": 9").contains(&"noise".to_owned()));
    let measure = failed("baseline.json", "\"measure\": \"cases\"", "\"measure\": \"process\"");
    assert!(measure.contains(&"noise".to_owned()), "{measure:?}");
    let with = failed("baseline.json", "\"planted_us\": ", "\"planted_us\": 9000");
    assert!(with.contains(&"noise".to_owned()), "{with:?}");
    let gates = failed("gates.json", "\"base_cases\": [", "\"base_cases\": [], \"x\": [");
    assert!(gates.contains(&"gate benchmark".to_owned()), "{gates:?}");
    let figures =
        failed("proposal.json", "\"operation_ns\": [", "\"operation_ns\": [1, 2], \"x\": [");
    assert_eq!(figures, ["figures"]);
}
