//! `cargo xtask evidence calibrate`: candidates of known gain through the whole procedure that judges
//! a changed function, on this machine, with every processor busy.
//!
//! `selfopt noise --samples` measures and keeps what it measured; a run that was interrupted goes on.
//! The verdicts here are those of the gate's own judgement on the kept samples.

mod load;
mod measure;
mod naive;
mod page;
mod tally;
#[cfg(test)]
mod tests;
mod trial;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::repository_root;

/// Where the raw samples are kept meanwhile.
const SAMPLES: &str = "target/evidence";
/// Where the tables are kept.
const PAGE: &str = "docs/evidence/functions.md";
/// Where the values of the pairs are kept.
const VALUES: &str = "docs/evidence/functions.json";

/// How to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// Whether every processor is kept busy.
    pub(crate) is_loaded: bool,
    /// Kernels that are measured at the same time.
    pub(crate) at_once: usize,
    /// The program that measures; built first when none is named.
    pub(crate) program: Option<PathBuf>,
    /// Whether only what is kept already is put into tables.
    pub(crate) only_tables: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self { is_loaded: true, at_once: 1, program: None, only_tables: false }
    }
}

impl Request {
    /// Reads what comes after `evidence calibrate`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut request = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("`{argument}` needs a value"));
            match *argument {
                "--no-load" => request.is_loaded = false,
                "--only-tables" => request.only_tables = true,
                "--program" => request.program = Some(PathBuf::from(*value()?)),
                "--at-once" => {
                    request.at_once = value()?.parse().context("`--at-once` takes a number")?;
                }
                other => bail!("`evidence calibrate` has no option `{other}`"),
            }
        }
        Ok(request)
    }
}

/// Measures what is missing, prints and writes the tables, and fails when a bound does not hold.
pub(crate) fn run(request: &Request) -> Result<()> {
    let folder = repository_root().join(SAMPLES);
    if !request.only_tables {
        measure::run(request, &folder)?;
    }
    let trials = trial::read(&folder)?;
    let tallies = tally::tallies(&trials)?;
    let text = page::page(&tallies, &measure::described(&trials, measure::conditions(&folder)));
    println!("{text}");
    for (path, text) in [(PAGE, text), (VALUES, page::values(&tallies)?)] {
        let full = repository_root().join(path);
        std::fs::write(&full, text).with_context(|| format!("failed to write `{path}`"))?;
        eprintln!("written to {path}");
    }
    let broken: Vec<String> = tally::bounds(&tallies)
        .iter()
        .filter(|bound| !bound.holds)
        .map(ToString::to_string)
        .collect();
    ensure!(broken.is_empty(), "a bound does not hold: {}", broken.join("; "));
    Ok(())
}
