//! A scan with the official packs as WebAssembly beside one with the same rules
//! natively, on the same files in the same run, and what a pack costs until its
//! first answer: `cargo xtask packs`, then `cargo bench --bench packs`. The
//! ratios are what counts.
//!
//! `SELFOPT_BENCH_DIR=DIR` measures a checkout in place of the sample project,
//! `SELFOPT_PACKS=DIR` names the built packs.

#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use selfopt::config::PathsConfig;
use selfopt::packs::{CompiledCache, Limits, PackHost, RulePacks};
use selfopt::pipeline::scannable_files;
use selfopt::rules::BuiltinRules;
use selfopt::sandbox::checkout::DirTree;
use selfopt::syntax::{Language, SourceFile, parse};
use selfopt::{Scanner, SourceTree};

type Files = Vec<(String, Language, String)>;

fn files() -> Files {
    let dir = std::env::var_os("SELFOPT_BENCH_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/storefront")),
        PathBuf::from,
    );
    let tree = DirTree::open(&dir).unwrap();
    let tree: &dyn SourceTree = &tree;
    let files = scannable_files(tree, &PathsConfig::default()).unwrap().into_iter();
    files
        .filter_map(|file| Some((file.path.clone(), file.language, tree.text(&file.path)?)))
        .collect()
}

/// The built packs.
fn packs() -> Vec<Vec<u8>> {
    let beside = || {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_selfopt"));
        program.parent().unwrap().parent().unwrap().join("debug/packs")
    };
    let dir = std::env::var_os("SELFOPT_PACKS").map_or_else(beside, PathBuf::from);
    let mut paths: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn load(host: &PackHost, packs: &[Vec<u8>]) -> RulePacks {
    let packs = packs.iter().map(|wasm| host.load(wasm).unwrap()).collect();
    RulePacks::new(packs, []).unwrap()
}

fn whole_scan(files: &Files, rules: &dyn Scanner) -> usize {
    let read = |(path, language, text): &(String, Language, String)| {
        rules.scan(&parse(path.clone(), *language, text.as_str())).len()
    };
    files.iter().map(read).sum()
}

fn rules_alone(files: &[SourceFile], rules: &dyn Scanner) -> usize {
    files.iter().map(|file| rules.scan(file).len()).sum()
}

fn bench(c: &mut Criterion) {
    let files = files();
    let parsed: Vec<SourceFile> = files
        .iter()
        .map(|(path, language, text)| parse(path.clone(), *language, text.as_str()))
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let cache = || CompiledCache::open(&dir.path().join("compiled")).unwrap();
    let host = PackHost::new(Limits::default(), Some(cache())).unwrap();
    let wasm = packs();
    let official = load(&host, &wasm);
    let native = BuiltinRules::default();
    assert_eq!(whole_scan(&files, &native), whole_scan(&files, &official), "the same findings");

    let mut group = c.benchmark_group("scan");
    group.bench_function("native", |b| b.iter(|| whole_scan(black_box(&files), &native)));
    group.bench_function("packs", |b| b.iter(|| whole_scan(black_box(&files), &official)));
    group.finish();

    let mut group = c.benchmark_group("rules alone");
    group.bench_function("native", |b| b.iter(|| rules_alone(black_box(&parsed), &native)));
    group.bench_function("packs", |b| b.iter(|| rules_alone(black_box(&parsed), &official)));
    group.bench_function("snapshots", |b| {
        b.iter(|| parsed.iter().map(|file| file.to_snapshot().len()).sum::<usize>());
    });
    group.finish();

    let mut group = c.benchmark_group("start");
    group.sample_size(10);
    group.bench_function("one pack, compiled before", |b| {
        b.iter(|| {
            let host = PackHost::new(Limits::default(), Some(cache())).unwrap();
            load(&host, &wasm[..1])
        });
    });
    group.bench_function("one pack, compiled now", |b| {
        b.iter(|| load(&PackHost::new(Limits::default(), None).unwrap(), &wasm[..1]));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
