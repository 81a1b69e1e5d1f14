//! Whether the benchmark runs the files of the work tree: a slow-down is
//! planted in them, and must be seen.

use selfopt_syntax::parse;

use super::plant::planted;
use super::{BaselineJob, elsewhere};
use crate::config::PathsConfig;
use crate::domain::{Millis, ProcessSample, WorkTreeCheck};
use crate::pipeline::commands::step_command;
use crate::pipeline::scan::{read, scannable_files};
use crate::pipeline::{Dispatcher, RunError, RunEvent};
use crate::ports::{CommandSpec, FileWrite, Phase, SourceTree, Workspace};
use crate::workspace::FolderView;

/// The least that is planted: far more than a process takes to start.
const LEAST_MILLIS: u64 = 500;
/// From here on half of what the benchmark takes is planted, and not as much
/// again: it costs time.
const LONG_MILLIS: u64 = 20_000;
/// Runs with the slow-down: one that the machine happened to favour is not
/// held against the benchmark.
const RUNS: usize = 2;

impl BaselineJob<'_> {
    /// The check, or why the benchmark is not trusted. `alone` are runs of the
    /// unchanged tree.
    pub(super) async fn runs_the_work_tree(
        &self,
        dispatcher: &mut Dispatcher,
        forks: &dyn Workspace,
        command: &CommandSpec,
        alone: &[ProcessSample],
    ) -> Result<Result<WorkTreeCheck, String>, RunError> {
        let Some(installed) = dispatcher.state().installed.clone() else {
            return Err(RunError::NoWorkspace);
        };
        let without_us: Vec<u64> = alone.iter().map(|sample| sample.cpu_us).collect();
        let millis = planted_millis(&without_us);
        let files = self.planted_files(command, millis)?;
        let mut check = WorkTreeCheck {
            files: files.len() as u64,
            planted_us: millis * 1000,
            without_us,
            with_us: Vec::new(),
        };
        if files.is_empty() {
            return Ok(Err("the project has no source file that its benchmark could run".into()));
        }
        let tree = forks.fork(&installed).await?;
        tree.apply(&files).await?;
        let mut ended = None;
        if let Some(cmd) = self.project.command(Phase::Build) {
            let build = step_command(&self.project, self.config, Phase::Build, cmd);
            let (step, _) = dispatcher.run_step(&*tree, &build).await?;
            if !step.succeeded() {
                ended = Some(format!("`{cmd}` ended with {}", step.status));
            }
        }
        let mut command = command.clone();
        command.limits.wall = Millis(command.limits.wall.0.saturating_add(4 * millis));
        while ended.is_none() && !check.holds() && check.with_us.len() < RUNS {
            let (step, outcome) = dispatcher.run_step(&*tree, &command).await?;
            check.with_us.push(outcome.usage.cpu_us);
            if !step.succeeded() && !check.holds() {
                ended = Some(format!("it ended with {}", step.status));
            }
        }
        tree.close().await?;
        dispatcher.emit(RunEvent::WorkTreeChecked { check: check.clone() }).await?;
        if check.holds() {
            return Ok(Ok(check));
        }
        let cmd = &command.cmd;
        if let Some(ended) = ended {
            return Ok(Err(format!(
                "`{cmd}` could not be seen to run the files of the work tree: with a statement planted in each of {} source files {ended}",
                check.files
            )));
        }
        let guess = elsewhere::guess(self, forks, &command).await?;
        Ok(Err(format!(
            "`{cmd}` does not run the files of the work tree: {millis} ms of work planted in each of {} source files raised its CPU time by {} ms. {guess}",
            check.files,
            check.rise_us() / 1000
        )))
    }

    /// The project's own source files with the statement, without those that
    /// the command names: they are the benchmark.
    fn planted_files(
        &self,
        command: &CommandSpec,
        millis: u64,
    ) -> Result<Vec<FileWrite>, RunError> {
        let tree: &dyn SourceTree = &*self.tree;
        let view = FolderView::new(tree, self.project.package_folder().unwrap_or("."));
        // What starts a server is what ships.
        let bench =
            self.project.command(Phase::Benchmark).filter(|_| self.project.load().is_none());
        let commands = [command.cmd.as_str(), bench.unwrap_or("")];
        let folder = self.project.package_folder().unwrap_or(".");
        let starts = [self.project.working_directory.as_str(), folder];
        let files = scannable_files(&view, &PathsConfig::default())?;
        Ok(files
            .iter()
            .filter(|file| !commands.iter().any(|cmd| names(cmd, &starts, &file.path)))
            .filter_map(|file| {
                let source = parse(file.path.clone(), file.language, read(tree, file)?);
                let bytes = planted(&source, millis)?.into_bytes();
                Some(FileWrite { path: file.path.clone(), bytes })
            })
            .collect())
    }
}

/// As much as the benchmark takes, or half of it where that is long: far
/// beyond the noise of any that can be used.
fn planted_millis(without_us: &[u64]) -> u64 {
    let millis = without_us.iter().max().copied().unwrap_or_default() / 1000;
    if millis > LONG_MILLIS { (millis / 2).max(LONG_MILLIS) } else { millis.max(LEAST_MILLIS) }
}

/// Whether a word of the command is the file, as seen from the folder that the
/// command runs in: one of `starts`, or the one that it enters first.
fn names(cmd: &str, starts: &[&str], path: &str) -> bool {
    let mut folders: Vec<String> = starts.iter().map(|start| joined("", start)).collect();
    cmd.split(['&', ';', '|']).any(|part| {
        if let Some(entered) = part.trim().strip_prefix("cd ") {
            folders = folders.iter().map(|folder| joined(folder, entered.trim())).collect();
            return false;
        }
        let words = part.split(|c: char| c.is_whitespace() || "'\"=()".contains(c));
        words.filter(|word| !word.is_empty()).any(|word| {
            folders.iter().any(|folder| {
                let file = joined(folder, word);
                // `node perf` runs `perf.js`; a folder runs its index.
                let ends = ["", ".js", ".mjs", ".cjs", ".ts", "/index.js"];
                !file.is_empty() && ends.iter().any(|end| format!("{file}{end}") == path)
            })
        })
    })
}

/// A path beneath a folder, without `.` and `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planted_is_far_beyond_the_noise() {
        assert_eq!(planted_millis(&[90_000, 120_000]), 500);
        assert_eq!(planted_millis(&[2_000_000]), 2000);
        assert_eq!(planted_millis(&[30_000_000]), 20_000);
        assert_eq!(planted_millis(&[60_000_000]), 30_000);
    }

    #[test]
    fn files_that_the_command_names_are_the_benchmark() {
        let cases = [
            ("node perf.js", "perf.js", true),
            ("node ./tools/perf.js --runs 3", "tools/perf.js", true),
            ("cd tools && node perf", "tools/perf.js", true),
            ("cd bench && node ../tools/perf.js", "tools/perf.js", true),
            ("cd bench && node index.js", "src/index.js", false),
            ("node --import=./perf.mjs x", "perf.mjs", true),
            ("node perf.js", "packages/a/perf.js", true),
            ("node perf.js", "src/perf.js", false),
            ("node src", "src/index.js", true),
            ("npm run bench", "src/a.js", false),
            ("", "a.js", false),
        ];
        for (cmd, path, expected) in cases {
            assert_eq!(names(cmd, &[".", "packages/a"], path), expected, "{cmd}, {path}");
        }
    }
}
