//! A server under load as the benchmark.

use selfopt::config::CommandOverride;
use selfopt::evidence::{Replay, verify};
use selfopt::report::Report;
use selfopt::statistics::Metric;
use selfopt::{AttemptStatus, HttpLoad, HttpRequest, Pairing};

use crate::fixture::Fixture;
use crate::verification::forge;

/// A project whose benchmark is a server, with two requests of which the
/// second is never answered twice alike.
fn server(words: &[&'static str]) -> Fixture {
    let mut fixture = Fixture::new(words);
    let request = |path: &str| HttpRequest { path: path.into(), ..HttpRequest::default() };
    fixture.config.http = HttpLoad {
        start: Some("node server.js".into()),
        requests: vec![request("/"), request("/time")],
        ..HttpLoad::default()
    };
    fixture
}

fn only(report: &Report) -> (AttemptStatus, &str, &str) {
    let [attempt] = &report.attempts[..] else {
        panic!("one attempt expected: {report:#?}");
    };
    (attempt.status, attempt.gate.as_deref().unwrap_or(""), &attempt.reason)
}

#[tokio::test]
async fn cpu_time_of_a_request_decides_and_the_report_says_so() {
    let report = server(&["gain"]).run().await;
    assert_eq!(only(&report), (AttemptStatus::Accepted, "", "every gate passed"));
    let baseline = report.baseline.expect("it was made");
    assert_eq!(baseline.measured_cmd.as_deref(), Some("selfopt-load"));
    // Elapsed time is what the load makes it, and a load cannot be stopped.
    assert_eq!(baseline.metric, Some(Metric::Cpu));
    assert_eq!(baseline.pairing, Some(Pairing::BackToBack));
    let known = baseline.load.expect("a load");
    assert_eq!(known.unsteady(), ["GET /time"]);
    let proposal = &report.proposals[0];
    assert!((0.30..0.36).contains(&proposal.gain.0), "{proposal:?}");
    let load = proposal.load.as_ref().expect("a load");
    // 300 and 200 ms of 600 requests.
    let micros = load.request_ns.map(|nanos| nanos / 1000);
    assert!((480..520).contains(&micros[0]) && (320..350).contains(&micros[1]), "{load:?}");
    assert_eq!(load.load.to_string(), "2 requests in turn, 200 a second for 3 s");
}

#[tokio::test]
async fn another_behaviour_is_refused_by_its_request() {
    for (word, says) in [
        ("reprints", "`GET /` is answered with another body before the load"),
        ("mixes", "`GET /` is answered with another body under load than by itself"),
        ("fails", "1 of 600 requests were answered with another status than by themselves"),
        ("drops", "1 of 600 requests were not answered"),
        ("crashes", "the benchmark ended with exit code 1"),
    ] {
        let report = server(&[word]).run().await;
        let (status, gate, reason) = only(&report);
        assert_eq!((status, gate), (AttemptStatus::Rejected, "benchmark"), "{word}: {reason}");
        assert!(reason.contains(says), "{word}: {reason}");
    }
}

#[tokio::test]
async fn a_latency_that_got_worse_blocks_a_gain() {
    let report = server(&["laggy"]).run().await;
    let (status, gate, reason) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Rejected, "benchmark"), "{reason}");
    assert!(reason.contains("the latency p99 got worse"), "{reason}");
}

#[tokio::test]
async fn a_server_that_does_not_serve_the_load_is_no_benchmark() {
    let mut fixture = server(&["gain"]);
    fixture.config.http.rate = 400;
    let report = fixture.run().await;
    let (status, gate, reason) = only(&report);
    assert_eq!((status, gate), (AttemptStatus::Inconclusive, "benchmark"), "{reason}");
    assert!(reason.contains("600 of 1200 requests were not answered"), "{reason}");
    assert!(reason.contains("lower `http.rate`"), "{reason}");
}

#[tokio::test]
async fn a_command_stands_before_a_server() {
    let mut fixture = server(&["gain"]);
    fixture.config.commands.bench = Some(CommandOverride::Command("node other.js".into()));
    let report = fixture.run().await;
    let baseline = report.baseline.expect("it was made");
    assert_eq!(baseline.measured_cmd.as_deref(), Some("node other.js"));
    assert_eq!(baseline.load, None);
    let notes = &report.project.notes;
    let said = notes.iter().any(|note| note.message.contains("the server of `[http]` is not"));
    assert!(said, "{notes:?}");
    // `false` says that there is no such command, and a server is none.
    fixture.config.commands.bench = Some(CommandOverride::Off(false));
    let report = fixture.run().await;
    let measured = report.baseline.expect("it was made").measured_cmd;
    assert_eq!(measured.as_deref(), Some("selfopt-load"));
}

#[tokio::test]
async fn the_evidence_holds_and_no_forged_one_does() {
    let fixture = server(&["gain"]);
    let report = fixture.run().await;
    let bytes = std::fs::read(&report.proposals[0].bundle).expect("it is where the report says");
    let whole = verify(None, &bytes).expect("the bundle reads");
    assert!(whole.valid, "{whole:#?}");
    let load = Replay::read(&bytes).expect("the bundle reads").project.load().cloned();
    assert_eq!(load.expect("a load").start.as_deref(), Some("node server.js"));
    for (file, from, to, check) in [
        ("gates.json", "\"status\": 200", "\"status\": 201", "gate benchmark"),
        ("baseline.json", "\"answered\": 600", "\"answered\": 599", "noise"),
        (
            "baseline.json",
            "\"steady_bodies\": [\n        true",
            "\"steady_bodies\": [\n        false",
            "noise",
        ),
        ("project.json", "\"rate\": 200", "\"rate\": 100", "noise"),
        ("proposal.json", "\"request_ns\": [\n      ", "\"request_ns\": [\n      1", "figures"),
    ] {
        let forged = forge(&bytes, file, |text| text.replacen(from, to, 1));
        let report = verify(None, &forged).expect("the bundle reads");
        let failed = report.checks.iter().any(|one| one.what == check && !one.passed);
        assert!(failed, "{file} {from}: {report:#?}");
    }
}
