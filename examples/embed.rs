//! The whole job as a library: `cargo run --example embed [DIR]`.
//!
//! Everything is the embedder's choice: where the files come from, what keeps
//! the project's code apart, where results go.

#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::path::PathBuf;
use std::sync::Arc;

use selfopt::config::Config;
use selfopt::detect::detectors;
use selfopt::digest::Digest;
use selfopt::pipeline::{Engine, NoObserver, RunInput};
use selfopt::rules::BuiltinRules;
use selfopt::sandbox::{IsolationChoice, checkout::DirTree, choose};
use selfopt::store::{LocalArtifacts, SqliteStore, SystemClock};
use selfopt::{CancelFlag, CommitId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args_os().nth(1).map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal")),
        PathBuf::from,
    );
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
    .template(BuiltinRules::default());

    let tree = Arc::new(DirTree::open(&dir)?);
    let input = RunInput {
        // No commit here: the content itself names what was measured.
        commit: CommitId::new(Digest::of_tree(&*tree).as_str()),
        tree,
        locator: dir.display().to_string(),
        config: Config::default(),
        seed: 1,
        resume: false,
        cancel: CancelFlag::default(),
    };
    let report = engine.optimize(input, Arc::new(NoObserver)).await?;
    for proposal in &report.proposals {
        println!("{}: {:.1} % less", proposal.title, proposal.gain.percent());
    }
    println!("{}", report.exit.meaning);
    Ok(())
}
