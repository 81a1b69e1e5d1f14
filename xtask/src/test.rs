//! `cargo xtask test`: everything that continuous integration runs, cheapest first.
//!
//! The tests come last, so that the summary of the test runner is what a reader sees at the end.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::shell::{CommandLine, EVERYTHING, is_root, repository_root};
use crate::{runner_image, setup, tidy, wasm};

/// The library's examples, which are built with the tests.
const EXAMPLES: [&str; 4] = ["own_rule", "own_detector", "own_gate", "embed"];

/// Runs all steps and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    step("setup", setup::run)?;
    step("runner image", runner_image::run)?;
    step("formatting", || cargo("fmt --all --check"))?;
    step("house rules", tidy::run)?;
    step("lints", || cargo(&format!("clippy {EVERYTHING} --all-targets -- -D warnings")))?;
    step("the library alone", || cargo("check --package selfopt --no-default-features"))?;
    step("the program without packs", || {
        cargo("clippy --package selfopt-cli --no-default-features -- -D warnings")
    })?;
    step("the program as it is by default", || cargo("check --package selfopt"))?;
    step("build", || cargo(&format!("nextest run {EVERYTHING} --no-run")))?;
    step("documentation examples", || cargo(&format!("test --doc {EVERYTHING}")))?;
    for name in EXAMPLES {
        step(&format!("example: {name}"), || example(name))?;
    }
    step("rule packs", wasm::build_packs)?;
    step("a new rule pack", wasm::test_new_pack)?;
    step("runtime tests", runtime_tests)?;
    step("tests", tests)?;
    println!("all steps passed in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Runs an example from the folder that this program was built into.
fn example(name: &str) -> Result<()> {
    let this_program = std::env::current_exe().context("where this program is")?;
    let path = this_program.with_file_name("examples").join(name);
    CommandLine::new(&path.to_string_lossy()).run()
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
    if is_root() {
        return cargo(&format!("nextest run {EVERYTHING} --run-ignored all"));
    }
    cargo(&format!("nextest run {EVERYTHING}"))?;
    println!("warning: the tests that need root were skipped; root runs them too");
    Ok(())
}

fn cargo(arguments: &str) -> Result<()> {
    CommandLine::new(&format!("cargo {arguments}")).run()
}

fn step(name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n=== {name}");
    let start = Instant::now();
    run().with_context(|| format!("step `{name}` failed, later steps did not run"))?;
    println!("=== {name}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
