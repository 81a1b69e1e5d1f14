//! Runs the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A run of `selfopt` with a store of its own.
pub(crate) struct SelfOpt {
    store: tempfile::TempDir,
}

impl SelfOpt {
    pub(crate) fn new() -> Self {
        Self { store: tempfile::tempdir().expect("a temporary directory can be made") }
    }

    pub(crate) fn store(&self) -> &Path {
        self.store.path()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selfopt"));
        command.arg("--store").arg(self.store.path()).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, dir: &Path, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).current_dir(dir).output().expect("the program starts"))
    }
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("the program exits by itself"),
            stdout: String::from_utf8(output.stdout.clone()).expect("the output is UTF-8"),
            stderr: String::from_utf8(output.stderr.clone()).expect("the output is UTF-8"),
        }
    }

    /// How it ended, and what it says on either stream.
    #[track_caller]
    pub(crate) fn check(&self, code: i32, says: &[&str]) {
        let all = self.all();
        assert_eq!(self.code, code, "{all}");
        for part in says {
            assert!(all.contains(part), "no `{part}` in:\n{all}");
        }
    }

    /// Both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("standard output is JSON ({error}): {self:#?}"))
    }
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
