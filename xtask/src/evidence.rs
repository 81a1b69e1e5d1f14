//! `cargo xtask evidence`: measurements that take longer than a test may.

use anyhow::{Context, Result};

use crate::shell::CommandLine;

/// The programs, in order; each prints or writes its own table.
const PROGRAMS: [(&str, &str); 2] = [
    (
        "calibration of the benchmark gate",
        "cargo run --release --package xtask -- calibrate --write",
    ),
    ("scanning beside raw parsing", "cargo bench --bench scan"),
];

/// Runs all of them and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    for (name, line) in PROGRAMS {
        println!("\n=== {name}");
        CommandLine::new(line).run().with_context(|| format!("`{name}` failed"))?;
    }
    Ok(())
}
