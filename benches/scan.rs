//! Scanning in MB/s, beside raw tree-sitter parsing of the same files in the
//! same run: `cargo bench --bench scan`. The ratio is what counts; the time of
//! either depends on the machine.
//!
//! `SELFOPT_BENCH_DIR=DIR` measures a checkout in place of the sample project.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use selfopt::Scanner as _;
use selfopt::SourceTree;
use selfopt::config::PathsConfig;
use selfopt::pipeline::scannable_files;
use selfopt::rules::BuiltinRules;
use selfopt::sandbox::checkout::DirTree;
use selfopt::syntax::{Language, parse};

/// Path, language and text of each file.
type Files = Vec<(String, Language, String)>;

fn files() -> Files {
    let dir = std::env::var_os("SELFOPT_BENCH_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/storefront")),
        PathBuf::from,
    );
    let tree = DirTree::open(&dir).unwrap();
    let tree: &dyn SourceTree = &tree;
    scannable_files(tree, &PathsConfig::default())
        .unwrap()
        .into_iter()
        .filter_map(|file| {
            let text = tree.text(&file.path)?;
            Some((file.path, file.language, text))
        })
        .collect()
}

fn tree_sitter_alone(files: &Files) -> usize {
    let mut parser = tree_sitter::Parser::new();
    files
        .iter()
        .map(|(_, language, text)| {
            let grammar = match language {
                Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
                _ => tree_sitter_typescript::LANGUAGE_TSX,
            };
            parser.set_language(&grammar.into()).unwrap();
            parser.parse(text, None).unwrap().root_node().descendant_count()
        })
        .sum()
}

fn parse_and_bindings(files: &Files) -> usize {
    files
        .iter()
        .map(|(path, language, text)| {
            parse(path.clone(), *language, text.as_str()).diagnostics.len()
        })
        .sum()
}

fn parse_bindings_and_rules(files: &Files, rules: &BuiltinRules) -> usize {
    files
        .iter()
        .map(|(path, language, text)| {
            rules.scan(&parse(path.clone(), *language, text.as_str())).len()
        })
        .sum()
}

fn scan(c: &mut Criterion) {
    let files = files();
    let bytes: usize = files.iter().map(|(_, _, text)| text.len()).sum();
    let rules = BuiltinRules::default();
    let mut group = c.benchmark_group("scan");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("reference: tree-sitter parse", |b| {
        b.iter(|| tree_sitter_alone(black_box(&files)));
    });
    group
        .bench_function("parse and bindings", |b| b.iter(|| parse_and_bindings(black_box(&files))));
    group.bench_function("parse, bindings and all rules", |b| {
        b.iter(|| parse_bindings_and_rules(black_box(&files), &rules));
    });
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
