//! Running other programs and finding the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// What cargo is asked to build: every backend and provider. One selection for
/// all steps, so that each dependency is compiled once: another has other features.
pub(crate) const EVERYTHING: &str = "--workspace --features \
     docker,kubernetes,llm,server,selfopt-store/postgres,selfopt-store/supabase-storage";

/// The root of the repository: the folder above this crate.
pub(crate) fn repository_root() -> PathBuf {
    let this_crate = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    this_crate.parent().map_or_else(|| this_crate.clone(), Path::to_path_buf)
}

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    CommandLine::new("id -u").output().as_deref().map(str::trim) == Some("0")
}

/// A command line that is run at the root of the repository.
pub(crate) struct CommandLine(Vec<String>);

impl CommandLine {
    /// Splits `line` at spaces; no argument that we pass contains one.
    pub(crate) fn new(line: &str) -> Self {
        Self(line.split_whitespace().map(str::to_owned).collect())
    }

    /// Runs it with our input and output; an error when it fails.
    pub(crate) fn run(&self) -> Result<()> {
        self.run_in(&repository_root())
    }

    /// Runs it in a folder with our input and output; an error when it fails.
    pub(crate) fn run_in(&self, folder: &Path) -> Result<()> {
        println!("$ {self}");
        let status = self
            .command()
            .current_dir(folder)
            .status()
            .with_context(|| format!("failed to start `{self}`"))?;
        ensure!(status.success(), "`{self}` failed ({status})");
        Ok(())
    }

    /// Runs it silently; what it printed, or `None` when it cannot be started or fails.
    pub(crate) fn output(&self) -> Option<String> {
        let output = self.command().stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then_some(text)
    }

    fn command(&self) -> Command {
        let (program, arguments) =
            self.0.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let mut command = Command::new(program);
        command.args(arguments).current_dir(repository_root());
        command
    }
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}
