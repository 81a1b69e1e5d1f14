//! `cargo xtask tidy`: the house rules that the compiler and the linter do not know.
//!
//! Each check returns its findings as sentences; the task prints all of them and fails when there is
//! one.

mod arrows;
mod files;
mod licences;
mod links;
mod metadata;
mod purity;
mod rulebook;
mod sizes;
mod spdx;
mod vendors;

use anyhow::{Result, ensure};

use crate::shell::repository_root;
use files::SourceTree;
use metadata::Metadata;

pub(crate) use rulebook::HEADINGS;

/// Runs all checks.
pub(crate) fn run() -> Result<()> {
    let root = repository_root();
    let metadata = Metadata::read()?;
    let tree = SourceTree::read(&root)?;
    let checks = [
        ("dependencies between our crates", arrows::check(&metadata)),
        ("vendors in the core", vendors::check_core(&metadata)),
        ("banned crates", vendors::check_banned(&metadata)),
        ("licences", licences::check(&metadata)),
        ("input and output in the core", purity::check(&tree)),
        ("rules and their pages", rulebook::check(&tree)),
        ("links", links::check(&tree)),
        ("file sizes", sizes::check(&tree)),
    ];
    let mut n_findings = 0;
    for (name, findings) in checks {
        let word = if findings.is_empty() { "ok" } else { "FAILED" };
        println!("{name}: {word}");
        for finding in &findings {
            println!("  {finding}");
        }
        n_findings += findings.len();
    }
    ensure!(n_findings == 0, "house rules broken: {n_findings}");
    Ok(())
}
