//! `cargo xtask evidence`: measurements that take longer than a test may, or
//! that need a quiet machine to come out.

use anyhow::{Context, Result, ensure};

use crate::shell::CommandLine;
use crate::wasm;

/// The programs, in order; each prints or writes its own table.
const PROGRAMS: [(&str, &str); 7] = [
    (
        "calibration of the benchmark gate",
        "cargo run --release --package xtask -- calibrate --write",
    ),
    ("scanning beside raw parsing", "cargo bench --bench scan"),
    ("what the sandbox costs", "cargo bench --bench sandbox --features docker"),
    ("rule packs beside the built-in rules", "cargo bench --bench packs"),
    (
        "every patch of a model among the traps",
        "env SELFOPT_TRAPS=all cargo nextest run --package selfopt --test traps",
    ),
    (
        "tests that take minutes",
        "cargo nextest run --package selfopt --features llm --ignore-default-filter ::long::",
    ),
    (
        "requests that the queue on Postgres hands out",
        "cargo nextest run --package selfopt-store --features postgres --ignore-default-filter --no-capture ::long::",
    ),
];

/// Runs the bundled example for real.
const STOREFRONT: &str = "cargo run --release -- optimize examples/storefront --format json";

/// Proposals that the bundled example must get.
const LEAST_PROPOSALS: usize = 3;

/// Runs all of them and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    wasm::build_packs()?;
    for (name, line) in PROGRAMS {
        println!("\n=== {name}");
        CommandLine::new(line).run().with_context(|| format!("`{name}` failed"))?;
    }
    println!("\n=== the bundled example");
    storefront()
}

fn storefront() -> Result<()> {
    let output = CommandLine::new(STOREFRONT)
        .output()
        .with_context(|| format!("`{STOREFRONT}` did not end with proposals"))?;
    let report: serde_json::Value =
        serde_json::from_str(&output).context("failed to read the report")?;
    let found = report["proposals"].as_array().map_or(0, Vec::len);
    println!("{found} proposals, noise {}", report["baseline"]["noise"]["class"]);
    ensure!(found >= LEAST_PROPOSALS, "{found} proposals, at least {LEAST_PROPOSALS} are expected");
    Ok(())
}
