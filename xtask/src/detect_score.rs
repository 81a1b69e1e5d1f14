//! `cargo xtask detect-score DIR [NAME]`: scores detection on a folder of
//! repositories with known answers.
//!
//! Each repository is a folder with `tree.txt` (every path), `meta.json` (its
//! lock files), `files/` (what detection reads, verbatim), `locks/` (heads of
//! lock files) and `truth.json`. Prints a table and the misses; with NAME, the
//! whole picture of the repositories whose folder has it in its name.

mod board;
mod commands;
mod tree;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use selfopt_core::config::Config;
use selfopt_core::detection;
use serde_json::Value;

use board::Board;

/// What to score.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The folder of repositories.
    pub(crate) dir: String,
    /// A part of the names that are wanted.
    pub(crate) name: Option<String>,
}

/// Scores and prints.
pub(crate) fn run(request: &Request) -> Result<()> {
    let entries = fs::read_dir(&request.dir)
        .with_context(|| format!("failed to read the folder `{}`", request.dir))?;
    let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    folders.retain(|folder| folder.join("truth.json").exists());
    folders.sort();
    let mut board = Board::default();
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if request.name.as_ref().is_some_and(|wanted| !name.contains(wanted)) {
            continue;
        }
        let truth = json(&folder.join("truth.json"))?;
        let tree = tree::rebuild(folder)?;
        let started = Instant::now();
        let project =
            detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "");
        board.took(&name, started.elapsed());
        if request.name.is_some() {
            println!("{}", serde_json::to_string_pretty(&project)?);
        }
        board.score(&name, &project, &truth);
    }
    ensure!(board.n_repositories() > 0, "`{}` holds no repository to score", request.dir);
    print!("{board}");
    Ok(())
}

fn json(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))
}
