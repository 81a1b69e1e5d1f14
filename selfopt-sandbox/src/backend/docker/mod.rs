//! The backend `docker`: every command runs in a container of its own, which is
//! made for it and removed after it, over directories of the host.
//!
//! Process 1 of a container is a program of ours ([`channel`]): output comes
//! through pipes of ours, so that neither the daemon nor a log stands in
//! between, and no container outlives its client by more than a moment.

mod channel;
mod contained;
mod daemon;
mod image;
mod labels;
mod levels;
mod probe;
mod request;
mod seccomp;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use selfopt_core::{Guarantee, SandboxError};

use self::channel::Listener;
use self::contained::Contained;
use self::daemon::Daemon;
use self::image::Image;
use self::levels::Found;
use self::request::{Request, request};
use super::container::Inside;
use super::launcher::{Launch, Launcher};
use crate::command::{Body, NpmConfig};
use crate::toolchain::ImageTools;
use crate::workspace::{Area, FileOwner};

pub(super) const BACKEND: &str = "docker";

/// Runs commands in containers.
pub(super) struct DockerLauncher {
    daemon: Arc<Daemon>,
    image: Image,
    inside: Inside,
    seccomp: String,
    cores: String,
    /// What the probe found.
    found: OnceLock<Found>,
}

impl DockerLauncher {
    /// Finds the daemon and the image.
    pub(super) fn new(base_dir: &Path) -> Result<Self, SandboxError> {
        let daemon = Arc::new(Daemon::connect()?);
        let image = Image::find(&daemon)?;
        Ok(Self {
            daemon,
            image,
            inside: Inside::prepare(base_dir, BACKEND)?,
            seccomp: seccomp::profile(),
            cores: request::own_cores(),
            found: OnceLock::new(),
        })
    }
}

impl Launcher for DockerLauncher {
    fn name(&self) -> &'static str {
        BACKEND
    }

    fn version(&self) -> Option<String> {
        Some(self.daemon.version().to_owned())
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
        let listener = Listener::bind(&launch.place.dir, launch.marker, self.inside.owner)?;
        let body = request(&Request {
            launch,
            image: &self.image,
            user: self.inside.user,
            files: &self.inside.files,
            npm: self.inside.npm.of(launch.spec),
            seccomp: &self.seccomp,
            cores: &self.cores,
            socket: listener.path(),
        });
        let contained =
            Contained::create(&self.daemon, body, &listener, self.inside.owner, &self.image.name)?;
        Ok(Box::new(contained))
    }

    fn image_tools(&self) -> Option<ImageTools> {
        Some(self.found.get().map(|found| found.tools.clone()).unwrap_or_default())
    }

    fn way_out(&self) -> Option<&NpmConfig> {
        Some(self.inside.npm.own())
    }

    fn guarantees(&self, area: &Area) -> BTreeMap<String, Guarantee> {
        let has_volumes = area.volumes().is_some();
        levels::guarantees(self.found.get().unwrap_or(&Found::default()), has_volumes)
    }

    fn facts(&self) -> BTreeMap<String, String> {
        let short =
            |text: &str| selfopt_core::digest::Digest::of(text.as_bytes()).prefix(16).to_owned();
        [
            ("cpuset".to_owned(), self.cores.clone()),
            ("image".to_owned(), self.image.id.clone()),
            ("seccomp".to_owned(), short(&self.seccomp)),
            ("tmpfs".to_owned(), request::TEMPORARY_SIZE.to_string()),
        ]
        .into()
    }

    fn reap(&self) -> Result<usize, SandboxError> {
        labels::reap(&self.daemon)
    }
}
