//! A sandbox on this machine, whatever its backend.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::{
    CancelFlag, Environment, Isolation, ReapReport, Sandbox, SandboxError, SnapshotId, Workspace,
    WorkspaceSpec,
};

use super::bubblewrap::BubblewrapLauncher;
use super::environment::{NodeAge, fixed_facts, varying_facts};
use super::launcher::Launcher;
use super::local_workspace::LocalWorkspace;
use super::process::ProcessLauncher;
use crate::failure::blocking;
use crate::toolchain::ToolChain;
use crate::workspace::{Area, CloneStrategy, open_snapshot, populate, reap, remove_place};

/// Runs commands on this machine. Choose a backend with [`crate::choose`], or
/// take one by name.
#[derive(Clone)]
pub struct LocalSandbox {
    engine: Engine,
}

/// What a sandbox and its workspaces share.
#[derive(Clone)]
pub(super) struct Engine {
    pub area: Area,
    pub clones: CloneStrategy,
    pub launcher: Arc<dyn Launcher>,
    /// The tools that commands find before the host's.
    pub tools: Arc<ToolChain>,
    /// Why a stronger backend was not taken.
    pub fallback: Option<String>,
}

impl LocalSandbox {
    /// Plain processes of this user: no isolation, but limits and measuring.
    /// Workspaces are kept in `base_dir`.
    pub fn process(base_dir: impl Into<PathBuf>) -> Result<Self, SandboxError> {
        Self::new(&base_dir.into(), Arc::new(ProcessLauncher::new()))
    }

    /// bubblewrap, as this user, or as an unprivileged one if this is root.
    /// Workspaces are kept in `base_dir`, or if the unprivileged user cannot
    /// reach that, in a directory of `/var/lib/selfopt`.
    pub fn bubblewrap(base_dir: impl Into<PathBuf>) -> Result<Self, SandboxError> {
        let base_dir = base_dir.into();
        let launcher = BubblewrapLauncher::new(&base_dir)?;
        let base = launcher.base().to_owned();
        Self::new(&base, Arc::new(launcher))
    }

    /// The directory in which workspaces are kept.
    pub fn base(&self) -> &Path {
        self.engine.area.base()
    }

    fn new(base_dir: &Path, launcher: Arc<dyn Launcher>) -> Result<Self, SandboxError> {
        let area = Area::open(base_dir, launcher.name(), launcher.owner())?;
        let clones = CloneStrategy::probe(area.base());
        let tools = Arc::new(ToolChain::default());
        Ok(Self { engine: Engine { area, clones, launcher, tools, fallback: None } })
    }

    /// The same sandbox, taken because a stronger one cannot be used. Kept here
    /// so that every report and every piece of evidence says so.
    #[must_use]
    pub(crate) fn instead_of_stronger(mut self, reason: String) -> Self {
        self.engine.fallback = Some(reason);
        self
    }

    /// The directories of the host's programs that commands see.
    pub(crate) fn program_path(&self) -> Vec<String> {
        self.engine.launcher.program_path()
    }

    /// The same sandbox, in which commands find these tools before the host's.
    #[must_use]
    pub fn with_tool_chain(mut self, tools: ToolChain) -> Self {
        self.engine.tools = Arc::new(tools);
        self
    }

    /// The same sandbox with full copies for clones, whatever the file system
    /// can do.
    #[must_use]
    pub fn with_full_copies(mut self) -> Self {
        self.engine.clones = CloneStrategy::Copy;
        self
    }
}

impl Engine {
    fn isolation(&self) -> Isolation {
        Isolation {
            backend: self.launcher.name().to_owned(),
            version: self.launcher.version(),
            clones: self.clones.to_string(),
            guarantees: self.launcher.guarantees(),
            fallback: self.fallback.clone(),
        }
    }
}

#[async_trait]
impl Sandbox for LocalSandbox {
    async fn probe(&self) -> Result<Isolation, SandboxError> {
        let engine = self.engine.clone();
        blocking(move || {
            engine.launcher.check(&engine.area)?;
            Ok(engine.isolation())
        })
        .await
    }

    async fn environment(&self) -> Result<Environment, SandboxError> {
        let isolation = self.probe().await?;
        let tools = &self.engine.tools;
        let mut known = self.engine.launcher.facts();
        known.extend(tools.facts());
        let age = if tools.has_node() { NodeAge::Any } else { NodeAge::Tested };
        let fixed = fixed_facts(self, &isolation, known, age).await?;
        Ok(Environment { fixed, varying: varying_facts(), isolation })
    }

    async fn open(&self, spec: WorkspaceSpec) -> Result<Box<dyn Workspace>, SandboxError> {
        let engine = self.engine.clone();
        blocking(move || {
            let place = engine.area.create(&spec.label, None)?;
            let workspace = LocalWorkspace::live(
                engine.clone(),
                place.clone(),
                spec.label,
                spec.cancel.clone(),
            );
            populate(&place, spec.files.as_ref(), engine.area.owner(), &spec.cancel)?;
            Ok(Box::new(workspace) as Box<dyn Workspace>)
        })
        .await
    }

    async fn reopen(
        &self,
        snapshot: &SnapshotId,
        cancel: CancelFlag,
    ) -> Result<Option<Box<dyn Workspace>>, SandboxError> {
        let (engine, snapshot) = (self.engine.clone(), snapshot.clone());
        blocking(move || {
            let place = open_snapshot(&engine.area, &snapshot);
            Ok(place.map(|place| {
                Box::new(LocalWorkspace::frozen(engine, place, cancel)) as Box<dyn Workspace>
            }))
        })
        .await
    }

    async fn discard(&self, snapshot: &SnapshotId) -> Result<(), SandboxError> {
        let (engine, snapshot) = (self.engine.clone(), snapshot.clone());
        blocking(move || match open_snapshot(&engine.area, &snapshot) {
            Some(place) => remove_place(&place),
            None => Ok(()),
        })
        .await
    }

    async fn reap(&self) -> Result<ReapReport, SandboxError> {
        let engine = self.engine.clone();
        blocking(move || reap(&engine.area)).await
    }
}
