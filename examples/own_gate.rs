//! A gate of one's own: `cargo run --example own_gate`.
//!
//! It stands after the tests and before the benchmark. Built-in gates cannot
//! be taken away.

#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::sync::Arc;

use async_trait::async_trait;
use selfopt::config::Config;
use selfopt::detect::detectors;
use selfopt::digest::Digest;
use selfopt::gates::{Gate, GateContext};
use selfopt::pipeline::{Engine, NoObserver, RunError, RunInput};
use selfopt::rules::BuiltinRules;
use selfopt::sandbox::{IsolationChoice, checkout::DirTree, choose};
use selfopt::store::{LocalArtifacts, SqliteStore, SystemClock};
use selfopt::{AttemptStatus, CancelFlag, CommitId, Verdict};

/// Refuses changes of files that another team owns.
struct Ownership;

#[async_trait]
impl Gate for Ownership {
    fn name(&self) -> &'static str {
        "ownership"
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let foreign = ctx.candidate().files.iter().find(|file| file.path.starts_with("src/"));
        Ok(match foreign {
            Some(file) => {
                Verdict::refused(self.name(), format!("`{}` belongs to another team", file.path))
            }
            None => Verdict::passed(self.name(), "all files are ours"),
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal");
    let place = tempfile::tempdir()?;
    let (sandbox, _) = choose(IsolationChoice::Auto, place.path()).await?;
    let engine = Engine::new(
        sandbox,
        Arc::new(SqliteStore::open(place.path()).await?),
        Arc::new(LocalArtifacts::new(place.path())),
        Arc::new(SystemClock::new()),
    )
    .detectors(detectors())
    .scanner(BuiltinRules::default())
    .template(BuiltinRules::default())
    .gates(vec![Box::new(Ownership)]);

    // Measuring is not the point here: without a benchmark no time is spent on it.
    let config = Config::parse("[commands]\nbench = false\n")?.config;
    let tree = Arc::new(DirTree::open(dir.as_ref())?);
    let input = RunInput {
        // No commit here: the content itself names what was measured.
        commit: CommitId::new(Digest::of_tree(&*tree).as_str()),
        tree,
        locator: dir.to_owned(),
        config,
        seed: 1,
        resume: false,
        cancel: CancelFlag::default(),
    };
    let report = engine.optimize(input, Arc::new(NoObserver)).await?;
    assert!(!report.attempts.is_empty(), "the sample project has a candidate");
    for attempt in &report.attempts {
        println!("{}: {}", attempt.gate.as_deref().unwrap_or("-"), attempt.reason);
        assert_eq!(attempt.status, AttemptStatus::Rejected);
        assert_eq!(attempt.gate.as_deref(), Some("ownership"));
    }
    Ok(())
}
