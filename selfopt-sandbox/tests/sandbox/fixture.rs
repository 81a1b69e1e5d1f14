//! A sandbox in a directory of its own, and commands in short form.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use selfopt_core::{
    Bytes, CancelFlag, CollectLimits, CommandLimits, CommandSpec, FileWrite, LogSink, MemoryTree,
    Millis, Network, NoLog, Outcome, Phase, Sandbox, SnapshotId, Stream, Workspace, WorkspaceSpec,
};
use selfopt_sandbox::LocalSandbox;
use tempfile::TempDir;

/// Runs tests on every backend, with and without cheap clones.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod process {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::process()).await; })*
        }
        mod process_with_full_copies {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::process().with_full_copies()).await; })*
        }
        mod bubblewrap {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::bubblewrap()).await; })*
        }
        mod bubblewrap_with_full_copies {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::bubblewrap().with_full_copies()).await; })*
        }
        #[cfg(feature = "docker")]
        mod docker {
            use crate::fixture::Fixture;
            $(#[tokio::test] async fn $name() { super::$name(Fixture::docker()).await; })*
        }
    };
}

pub(crate) const COLLECT: CollectLimits =
    CollectLimits { files: 100, file_size: Bytes(1024), total: Bytes(4096) };

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) sandbox: LocalSandbox,
}

impl Fixture {
    pub(crate) fn process() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::process(dir.path()).expect("plain processes work everywhere");
        Self { dir, sandbox }
    }

    pub(crate) fn bubblewrap() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::bubblewrap(dir.path()).unwrap_or_else(|error| {
            panic!("bubblewrap is needed for this test; run `cargo xtask setup`: {error:?}")
        });
        Self { dir, sandbox }
    }

    #[cfg(feature = "docker")]
    pub(crate) fn docker() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sandbox = LocalSandbox::docker(dir.path()).unwrap_or_else(|error| {
            panic!("Docker is needed for this test; run `cargo xtask setup` and `cargo xtask runner-image`: {error:?}")
        });
        Self { dir, sandbox }
    }

    pub(crate) fn with_full_copies(self) -> Self {
        Self { sandbox: self.sandbox.with_full_copies(), ..self }
    }

    pub(crate) fn base(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) async fn open(&self, files: &[(&str, &str)]) -> Box<dyn Workspace> {
        self.open_with(files, CancelFlag::default()).await
    }

    pub(crate) async fn open_with(
        &self,
        files: &[(&str, &str)],
        cancel: CancelFlag,
    ) -> Box<dyn Workspace> {
        let files = MemoryTree::new(files.iter().map(|(path, content)| (*path, *content)));
        let spec = WorkspaceSpec { label: "test".into(), files: Arc::new(files), cancel };
        self.sandbox.open(spec).await.expect("a workspace")
    }
}

pub(crate) fn command(cmd: &str) -> CommandSpec {
    CommandSpec {
        cmd: cmd.into(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits { wall: Millis::from_secs(120), ..CommandLimits::default() },
    }
}

pub(crate) async fn run(workspace: &dyn Workspace, cmd: &str) -> Outcome {
    run_spec(workspace, command(cmd)).await
}

pub(crate) async fn run_spec(workspace: &dyn Workspace, spec: CommandSpec) -> Outcome {
    workspace.run(spec, &NoLog).await.expect("the command runs to an outcome")
}

/// Runs a command that must succeed; its standard output.
pub(crate) async fn output(workspace: &dyn Workspace, cmd: &str) -> String {
    let outcome = run(workspace, cmd).await;
    assert!(outcome.succeeded(), "`{cmd}`: {} {}", outcome.status, outcome.text());
    String::from_utf8(outcome.stdout).expect("UTF-8")
}

pub(crate) async fn write(workspace: &dyn Workspace, path: &str, content: &str) {
    let file = FileWrite { path: path.into(), bytes: content.into() };
    workspace.apply(&[file]).await.expect("the path is fine");
}

pub(crate) async fn fork(workspace: &dyn Workspace, snapshot: &SnapshotId) -> Box<dyn Workspace> {
    workspace.fork(snapshot).await.expect("the snapshot is complete")
}

/// Raises the flag as soon as anything is printed.
pub(crate) struct CancelOnOutput(pub(crate) CancelFlag);

impl LogSink for CancelOnOutput {
    fn chunk(&self, _stream: Stream, _bytes: &[u8]) {
        self.0.cancel();
    }
}

#[derive(Default)]
pub(crate) struct Recorder(pub(crate) Mutex<Vec<u8>>);

impl LogSink for Recorder {
    fn chunk(&self, _stream: Stream, bytes: &[u8]) {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
    }
}
