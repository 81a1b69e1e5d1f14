//! A sandbox on this machine, whatever its backend.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::{
    Bytes, CancelFlag, CommandLimits, Environment, HostPattern, Isolation, NetworkAccess,
    ReapReport, Sandbox, SandboxError, SnapshotId, Workspace, WorkspaceSpec,
};

use tokio::sync::OnceCell;

use super::bubblewrap::BubblewrapLauncher;
use super::bubblewrap_options::BubblewrapOptions;
use super::egress::open_installs;
use super::environment::{NodeAge, fixed_facts, varying_facts};
#[cfg(all(feature = "kubernetes", target_os = "linux"))]
use super::kubernetes_options::KubernetesOptions;
use super::launcher::Launcher;
use super::local_workspace::LocalWorkspace;
use super::process::ProcessLauncher;
use crate::failure::blocking;
use crate::toolchain::{ImageTools, ToolChain};
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
    /// What installs may reach, where the backend can take it away.
    pub installs: NetworkAccess,
    /// The hosts of the package managers' own configuration, once asked for.
    pub registries: Arc<OnceCell<Vec<HostPattern>>>,
    /// What names lead to in tests, whose servers listen on loopback.
    #[cfg(test)]
    pub names: std::collections::BTreeMap<String, std::net::SocketAddr>,
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
        Self::bubblewrap_with(base_dir, &BubblewrapOptions::default())
    }

    /// The same with an image's programs, or on some cores only.
    pub fn bubblewrap_with(
        base_dir: impl Into<PathBuf>,
        options: &BubblewrapOptions,
    ) -> Result<Self, SandboxError> {
        let base_dir = base_dir.into();
        let launcher = BubblewrapLauncher::new(&base_dir, options)?;
        let base = launcher.base().to_owned();
        let sandbox = Self::new(&base, Arc::new(launcher))?;
        Ok(sandbox.with_volumes(CommandLimits::default().disk))
    }

    /// Docker containers, by the daemon of this machine. Workspaces are kept in
    /// `base_dir`.
    #[cfg(all(feature = "docker", target_os = "linux"))]
    pub fn docker(base_dir: impl Into<PathBuf>) -> Result<Self, SandboxError> {
        let base_dir = base_dir.into();
        let launcher = super::docker::DockerLauncher::new(&base_dir)?;
        let sandbox = Self::new(&base_dir, Arc::new(launcher))?;
        Ok(sandbox.with_volumes(CommandLimits::default().disk))
    }

    /// Jobs of a Kubernetes cluster. Workspaces are kept in `base_dir`, which
    /// lies in a volume that its nodes mount too.
    #[cfg(all(feature = "kubernetes", target_os = "linux"))]
    pub fn kubernetes(
        base_dir: impl Into<PathBuf>,
        options: &KubernetesOptions,
    ) -> Result<Self, SandboxError> {
        let base_dir = base_dir.into();
        let launcher = super::kubernetes::KubernetesLauncher::new(&base_dir, options)?;
        let mut sandbox = Self::new(&base_dir, Arc::new(launcher))?;
        // A mount of this machine is not there on others.
        sandbox.engine.clones = CloneStrategy::probe_without_mounts(sandbox.base());
        Ok(sandbox)
    }

    /// The same sandbox with a file system of this size for each workspace, so
    /// that the kernel holds commands to it, where that can be done: as root on
    /// Linux.
    #[must_use]
    pub fn with_volumes(mut self, size: Bytes) -> Self {
        self.engine.area = self.engine.area.with_volumes(size);
        self
    }

    /// The directory in which workspaces are kept.
    pub fn base(&self) -> &Path {
        self.engine.area.base()
    }

    fn new(base_dir: &Path, launcher: Arc<dyn Launcher>) -> Result<Self, SandboxError> {
        let area = Area::open(base_dir, launcher.name(), launcher.owner())?;
        let clones = CloneStrategy::probe(area.base());
        let tools = Arc::new(ToolChain::default());
        Ok(Self {
            engine: Engine {
                area,
                clones,
                launcher,
                tools,
                fallback: None,
                installs: NetworkAccess::default(),
                registries: Arc::default(),
                #[cfg(test)]
                names: std::collections::BTreeMap::default(),
            },
        })
    }

    /// The same sandbox, taken because a stronger one cannot be used. Kept here
    /// so that every report and every piece of evidence says so.
    #[must_use]
    pub(crate) fn instead_of_stronger(mut self, reasons: &[String]) -> Self {
        self.engine.fallback = (!reasons.is_empty()).then(|| reasons.join("; "));
        self
    }

    /// The directories of the host's programs that commands see.
    pub(crate) fn program_path(&self) -> Vec<String> {
        self.engine.launcher.program_path()
    }

    /// The tools of the image that commands run in, if they run in one.
    pub(crate) fn image_tools(&self) -> Option<ImageTools> {
        self.engine.launcher.image_tools()
    }

    /// The same sandbox, in which commands find these tools before the host's.
    #[must_use]
    pub fn with_tool_chain(mut self, tools: ToolChain) -> Self {
        self.engine.tools = Arc::new(tools);
        // Another tool may have another registry.
        self.engine.registries = Arc::default();
        self
    }

    /// The same sandbox, in which installs have the host's network. Without it
    /// one that asks for that ([`selfopt_core::Network::Open`]) is refused, where
    /// the backend can keep the network away at all.
    #[must_use]
    pub fn with_open_installs(mut self) -> Self {
        self.engine.installs = NetworkAccess::Open;
        self
    }

    /// The same sandbox, in which installs find a host at an address of ours.
    #[cfg(test)]
    pub(crate) fn with_name(mut self, host: &str, address: std::net::SocketAddr) -> Self {
        self.engine.names.insert(host.to_owned(), address);
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
        let mut guarantees = self.launcher.guarantees(&self.area);
        if self.installs == NetworkAccess::Open && self.launcher.way_out().is_some() {
            guarantees.insert("network".to_owned(), open_installs());
        }
        Isolation {
            backend: self.launcher.name().to_owned(),
            version: self.launcher.version(),
            clones: self.clones.to_string(),
            guarantees,
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
        blocking(move || {
            // First, since they hold on to directories.
            let ended = engine.launcher.reap()?;
            let mut report = reap(&engine.area)?;
            report.processes += ended;
            Ok(report)
        })
        .await
    }
}
