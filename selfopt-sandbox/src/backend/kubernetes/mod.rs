//! The backend `kubernetes`: every command runs as a Job of its own, over a
//! volume that this process and all nodes mount.
//!
//! Workspaces, clones and snapshots are the same directories as of the other
//! backends. Process 1 of a pod is a program of ours (`images/runner/init.c`),
//! whose log is the command's output in frames and then what it cost, so that
//! nothing is measured through the cluster.

mod claim;
mod cluster;
mod frames;
mod job;
mod labels;
mod levels;
mod life;
mod manifest;
mod policy;
mod probe;

use std::collections::BTreeMap;
use std::net::{IpAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use selfopt_core::{Guarantee, SandboxError};

use self::claim::Claim;
use self::cluster::Cluster;
use self::job::Job;
use self::levels::Found;
use self::manifest::{Request, job};
use super::container::Inside;
use super::kubernetes_options::KubernetesOptions;
use super::launcher::{Launch, Launcher};
use super::package_managers::is_listed;
use crate::command::{Body, NpmConfig};
use crate::egress::Door;
use crate::toolchain::ImageTools;
use crate::workspace::{Area, FileOwner};

pub(super) const BACKEND: &str = "kubernetes";

/// Runs commands as Jobs.
pub(super) struct KubernetesLauncher {
    cluster: Arc<Cluster>,
    options: KubernetesOptions,
    claim: Claim,
    inside: Inside,
    address: IpAddr,
    /// What the probe found.
    found: OnceLock<Found>,
}

impl KubernetesLauncher {
    /// Reaches the cluster, and looks for what must be there.
    pub(super) fn new(base_dir: &Path, options: &KubernetesOptions) -> Result<Self, SandboxError> {
        let claim = Claim::new(options, base_dir)?;
        let cluster = Arc::new(Cluster::connect(options)?);
        cluster.look_for(&options.claim, options.runtime_class.as_deref())?;
        Ok(Self {
            cluster,
            claim,
            inside: Inside::prepare(base_dir, BACKEND)?,
            address: options.address.or_else(own_address).unwrap_or(IpAddr::from([127, 0, 0, 1])),
            options: options.clone(),
            found: OnceLock::new(),
        })
    }

    fn found(&self) -> Found {
        self.found.get().cloned().unwrap_or_default()
    }
}

/// The address that this machine has on the way to others; nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

impl Launcher for KubernetesLauncher {
    fn name(&self) -> &'static str {
        BACKEND
    }

    fn version(&self) -> Option<String> {
        Some(self.cluster.version().to_owned())
    }

    fn owner(&self) -> Option<FileOwner> {
        self.inside.owner
    }

    fn check(&self, area: &Area) -> Result<(), SandboxError> {
        if self.found.get().is_none() {
            let found = probe::check(self, area)?;
            let _ = self.found.set(found);
        }
        Ok(())
    }

    fn prepare(&self, launch: Launch<'_>) -> Result<Box<dyn Body>, SandboxError> {
        let name = labels::name(launch.marker);
        let made = job(&Request {
            name: &name,
            launch,
            options: &self.options,
            claim: &self.claim,
            user: self.inside.user,
            files: &self.inside.files,
            npm: self.inside.npm.of(launch.spec),
        })?;
        let Launch { place, spec, .. } = launch;
        let door = is_listed(spec).then(|| Door::read(&place.egress())).transpose()?;
        let way_out = door.map(|door| policy::way_out(&name, &spec.limits, &door));
        let image = self.found.get().map(|found| found.image.as_str());
        let body = Job::create(&self.cluster, &name, made, way_out, image)?;
        Ok(Box::new(body))
    }

    fn takes_turns(&self) -> bool {
        // Nothing leads into a pod by which it could be told to stop.
        false
    }

    fn image_tools(&self) -> Option<ImageTools> {
        Some(self.found().tools)
    }

    fn way_out(&self) -> Option<&NpmConfig> {
        Some(self.inside.npm.own())
    }

    fn door(&self) -> Option<IpAddr> {
        Some(self.address)
    }

    fn guarantees(&self, _area: &Area) -> BTreeMap<String, Guarantee> {
        levels::guarantees(&self.found(), &self.options)
    }

    fn facts(&self) -> BTreeMap<String, String> {
        let found = self.found();
        let class = self.options.runtime_class.as_deref().unwrap_or("none");
        [
            ("cpuset".to_owned(), found.cores),
            ("image".to_owned(), found.image),
            ("pod_cores".to_owned(), self.options.cores.to_string()),
            ("pod_kernel".to_owned(), found.kernel),
            ("runtime_class".to_owned(), class.to_owned()),
            ("tmpfs".to_owned(), manifest::TEMPORARY_SIZE.to_string()),
        ]
        .into()
    }

    fn reap(&self) -> Result<usize, SandboxError> {
        labels::reap(&self.cluster)
    }
}
