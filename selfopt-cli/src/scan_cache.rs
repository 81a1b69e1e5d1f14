//! A scan that begins where the last one of the same folder ended.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use selfopt_compose::threads;
use selfopt_core::pipeline::{Before, Scan, ScanMemory, opportunities_since};
use selfopt_core::{CommitId, SourceTree};
use selfopt_store::ScanMemories;

use crate::args::{Common, ScanArgs};
use crate::commands::scan::Rules;
use crate::error::CliError;
use crate::place::store_dir;
use crate::render;

/// Below this many files a bar would only flash.
const MANY_FILES: usize = 200;

/// What is kept of a folder's scans.
pub(crate) struct ScanCache {
    /// `None`: nothing is kept.
    memories: Option<ScanMemories>,
    folder: PathBuf,
}

impl ScanCache {
    /// Opens what is kept in the store, where that is possible and wanted.
    pub(crate) fn open(common: &Common, args: &ScanArgs) -> Result<Self, CliError> {
        let folder = args.path.canonicalize().unwrap_or_else(|_| args.path.clone());
        if args.fresh {
            return Ok(Self { memories: None, folder });
        }
        let dir = store_dir(common)?.join("scans");
        let memories = ScanMemories::open(&dir)
            .map_err(|error| {
                render::warning(&format!(
                    "what a scan finds is not kept: `{}` cannot be used: {error}",
                    dir.display()
                ));
            })
            .ok();
        Ok(Self { memories, folder })
    }

    /// Scans, and keeps what was found.
    pub(crate) fn scan(
        &self,
        tree: &dyn SourceTree,
        commit: &CommitId,
        rules: &Rules,
    ) -> Result<Scan, CliError> {
        let memory = match &self.memories {
            Some(memories) => memories.load(&self.folder),
            None => ScanMemory::default(),
        };
        let bar = OnceLock::new();
        let progress = |done: usize, all: usize| {
            if all >= MANY_FILES && std::io::stderr().is_terminal() {
                bar.get_or_init(|| files_bar(all)).set_position(done as u64);
            }
        };
        let program = program();
        let before = Before { memory: &memory, program: &program, progress: &progress };
        let parts = (rules.scanners.as_slice(), rules.templates.as_slice());
        let scanned = opportunities_since(before, tree, commit, &rules.config, parts, threads());
        if let Some(bar) = bar.get() {
            bar.finish_and_clear();
        }
        let (scan, now) = scanned?;
        if let (Some(memories), Some(now)) = (&self.memories, now)
            && now != memory
            && let Err(error) = memories.store(&self.folder, &now)
        {
            render::warning(&format!("what this scan found is not kept: {error}"));
        }
        Ok(scan)
    }
}

fn files_bar(all: usize) -> ProgressBar {
    let bar =
        ProgressBar::with_draw_target(Some(all as u64), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("scan {bar:30} {pos} of {len} files {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Stands for this build of the program: its rules may differ from those of
/// another build of the same version.
fn program() -> String {
    let metadata = std::env::current_exe().and_then(|path| path.metadata());
    let build = metadata.ok().and_then(|metadata| {
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(format!("{} {}", metadata.len(), modified.as_nanos()))
    });
    format!("{} {}", env!("CARGO_PKG_VERSION"), build.unwrap_or_default())
}
