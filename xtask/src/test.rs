//! `cargo xtask test`: everything that continuous integration runs, cheapest first.
//!
//! The tests come last, so that the summary of the test runner is what a reader sees at the end.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::shell::{CommandLine, is_root, repository_root};
use crate::{setup, tidy, wasm};

/// Checks before the tests, in order.
const CHECKS: [(&str, &str); 2] = [
    ("formatting", "cargo fmt --all --check"),
    ("lints", "cargo clippy --workspace --all-targets -- -D warnings"),
];

/// Builds and examples, in order.
const BUILDS_AND_EXAMPLES: [(&str, &str); 7] = [
    ("the program", "cargo build --package selfopt"),
    ("the library alone", "cargo check --package selfopt --no-default-features"),
    ("documentation examples", "cargo test --doc --workspace"),
    ("example: own_rule", "cargo run --example own_rule"),
    ("example: own_detector", "cargo run --example own_detector"),
    ("example: own_gate", "cargo run --example own_gate"),
    ("example: embed", "cargo run --example embed"),
];

/// Runs all steps and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    step("setup", setup::run)?;
    for (name, line) in CHECKS {
        step(name, || CommandLine::new(line).run())?;
    }
    step("house rules", tidy::run)?;
    for (name, line) in BUILDS_AND_EXAMPLES {
        step(name, || CommandLine::new(line).run())?;
    }
    step("rule packs", wasm::build_packs)?;
    step("a new rule pack", wasm::test_new_pack)?;
    step("runtime tests", runtime_tests)?;
    step("tests", tests)?;
    println!("all steps passed in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// What runs inside of Node is tested there. The files are named one by one:
/// what Node takes for a folder of tests differs from version to version.
fn runtime_tests() -> Result<()> {
    let mut files = Vec::new();
    for folder in ["selfopt-probe/runtime/test", "selfopt-sandbox/load/test"] {
        for entry in std::fs::read_dir(repository_root().join(folder)).context(folder)? {
            let name = entry.context(folder)?.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".test.cjs") {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.sort();
    CommandLine::new(&format!("node --test --test-reporter=dot {}", files.join(" "))).run()
}

/// Tests that need root are marked as ignored, so that the test runner counts
/// them when they are left out.
fn tests() -> Result<()> {
    let all = "cargo nextest run --workspace";
    if is_root() {
        return CommandLine::new(&format!("{all} --run-ignored all")).run();
    }
    CommandLine::new(all).run()?;
    println!("warning: the tests that need root were skipped; root runs them too");
    Ok(())
}

fn step(name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n=== {name}");
    let start = Instant::now();
    run().with_context(|| format!("step `{name}` failed, later steps did not run"))?;
    println!("=== {name}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
