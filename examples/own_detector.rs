//! A detector of one's own: `cargo run --example own_detector`.
//!
//! A house that keeps its benchmark in `tools/measure.mjs` says so once, and
//! every project is understood.

#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use selfopt::config::Config;
use selfopt::detect::detectors;
use selfopt::detection::detect;
use selfopt::{
    BenchKind, Claim, CommandSource, Detector, EvidenceLine, Fact, MemoryTree, Ratio, SourceTree,
};

struct HouseBenchmark;

impl Detector for HouseBenchmark {
    fn detect(&self, tree: &dyn SourceTree, _so_far: &[Claim]) -> Vec<Claim> {
        let path = "tools/measure.mjs";
        if !tree.contains(path) {
            return Vec::new();
        }
        vec![Claim {
            fact: Fact::Bench(Some((BenchKind::Script, format!("node {path}")))),
            confidence: Ratio(0.95),
            source: CommandSource::Folder,
            evidence: vec![EvidenceLine { path: path.into(), line: None, text: String::new() }],
        }]
    }
}

fn main() {
    let tree = MemoryTree::new([
        ("package.json", r#"{"name": "shop", "scripts": {"test": "node --test"}}"#),
        ("tools/measure.mjs", "console.log('measured');"),
    ]);
    let mut all = detectors();
    all.push(Box::new(HouseBenchmark));
    let project = detect(&tree, &all, &Config::default(), "");
    let bench = project.bench.expect("the house's benchmark is found");
    println!("{} ({})", bench.cmd, bench.evidence[0]);
    assert_eq!(bench.cmd, "node tools/measure.mjs");
}
