//! The daemon of this machine, asked from ordinary threads.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, ContainerSummary, ImageInspect,
    SystemInfoCgroupVersionEnum,
};
use bollard::query_parameters::{
    CreateContainerOptions, KillContainerOptionsBuilder, ListContainersOptionsBuilder,
    RemoveContainerOptionsBuilder,
};
use bollard::{API_DEFAULT_VERSION, Docker};
use selfopt_core::SandboxError;

use super::BACKEND;
use crate::backend::container::{Requests, with_causes};
use crate::failure::other;

/// Where Docker listens unless told otherwise.
const DEFAULT_SOCKET: &str = "unix:///var/run/docker.sock";

/// The first engine whose seccomp profiles can answer `clone3` with ENOSYS.
const OLDEST: [u64; 3] = [20, 10, 10];

/// A request may wait for a busy disk, not forever.
const PATIENCE_SECONDS: u64 = 120;

/// A connection to the daemon.
pub(super) struct Daemon {
    docker: Docker,
    requests: Requests,
    version: String,
    cgroups: Option<SystemInfoCgroupVersionEnum>,
}

impl Daemon {
    /// Connects, agrees on a version of the interface, and looks whether the
    /// daemon can be used.
    pub(super) fn connect() -> Result<Self, SandboxError> {
        let host = std::env::var("DOCKER_HOST").unwrap_or_else(|_| DEFAULT_SOCKET.to_owned());
        if !host.starts_with("unix://") {
            return Err(unavailable(
                format!(
                    "`DOCKER_HOST` is `{host}`, and commands run over directories of this machine"
                ),
                "unset `DOCKER_HOST`, and use the daemon of this machine",
            ));
        }
        let patience = Duration::from_secs(2 * PATIENCE_SECONDS);
        let requests = Requests::start("selfopt-docker", patience)?;
        let socket = host.clone();
        let connected = requests.wait(async move {
            let docker = Docker::connect_with_unix(&socket, PATIENCE_SECONDS, API_DEFAULT_VERSION)?;
            let docker = docker.negotiate_version().await?;
            let version = docker.version().await?.version.unwrap_or_default();
            let info = docker.info().await?;
            Ok((docker, version, info))
        });
        let (docker, version, info) =
            answered(connected).map_err(|error| unreachable(&host, &error))?;
        if numbers(&version).as_slice() < OLDEST.as_slice() {
            return Err(unavailable(
                format!("Docker {version} is too old, 20.10.10 is the oldest that can be used"),
                "upgrade Docker: https://docs.docker.com/engine/install/",
            ));
        }
        let options = info.security_options.unwrap_or_default();
        for (option, what) in
            [("name=rootless", "rootless"), ("name=userns", "with `userns-remap`")]
        {
            if options.iter().any(|one| one.starts_with(option)) {
                return Err(unavailable(
                    format!(
                        "the daemon runs {what}, so that its users cannot write the workspaces"
                    ),
                    "use a daemon without it, or `--isolation bubblewrap`, which needs no daemon",
                ));
            }
        }
        if !options.iter().any(|one| one.starts_with("name=seccomp")) {
            return Err(unavailable(
                "the daemon cannot filter system calls".to_owned(),
                "use a kernel and an engine with seccomp",
            ));
        }
        Ok(Self { docker, requests, version, cgroups: info.cgroup_version })
    }

    /// The engine's version.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// `1` or `2`, as far as the daemon says.
    pub(super) fn cgroups(&self) -> &'static str {
        match self.cgroups {
            Some(SystemInfoCgroupVersionEnum::_1) => "1",
            Some(SystemInfoCgroupVersionEnum::_2) => "2",
            _ => "of unknown version",
        }
    }

    /// An image of this machine; `None` if it is not there.
    pub(super) fn image(&self, name: &str) -> Result<Option<ImageInspect>, SandboxError> {
        let (docker, name) = (self.docker.clone(), name.to_owned());
        match self.ask(async move { docker.inspect_image(&name).await }) {
            Ok(image) => Ok(Some(image)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(failed("look at an image", &error)),
        }
    }

    /// A new container; its id.
    pub(super) fn create(
        &self,
        body: ContainerCreateBody,
        image: &str,
    ) -> Result<String, SandboxError> {
        let docker = self.docker.clone();
        self.ask(async move { docker.create_container(None::<CreateContainerOptions>, body).await })
            .map(|created| created.id)
            .map_err(|error| {
                if is_missing(&error) {
                    super::image::missing(image)
                } else {
                    failed("create a container", &error)
                }
            })
    }

    /// Starts a container.
    pub(super) fn start(&self, id: &str) -> Result<(), SandboxError> {
        let (docker, id) = (self.docker.clone(), id.to_owned());
        self.ask(async move { docker.start_container(&id, None).await })
            .map_err(|error| failed("start a container", &error))
    }

    /// What became of a container; `None` if it is not there.
    pub(super) fn inspect(
        &self,
        id: &str,
    ) -> Result<Option<ContainerInspectResponse>, SandboxError> {
        let (docker, id) = (self.docker.clone(), id.to_owned());
        match self.ask(async move { docker.inspect_container(&id, None).await }) {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(failed("look at a container", &error)),
        }
    }

    /// Kills a container, whatever it does; one that has ended is fine.
    pub(super) fn kill(&self, id: &str) -> Result<(), SandboxError> {
        let (docker, id) = (self.docker.clone(), id.to_owned());
        let options = KillContainerOptionsBuilder::new().signal("KILL").build();
        match self.ask(async move { docker.kill_container(&id, Some(options)).await }) {
            // 409: it is not running.
            Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) | Ok(()) => Ok(()),
            Err(error) => Err(failed("kill a container", &error)),
        }
    }

    /// Kills and removes a container with its anonymous volumes; one that is
    /// gone, or about to be, is fine.
    pub(super) fn remove(&self, id: &str) -> Result<(), SandboxError> {
        let (docker, id) = (self.docker.clone(), id.to_owned());
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match self.ask(async move { docker.remove_container(&id, Some(options)).await }) {
            Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) | Ok(()) => Ok(()),
            Err(error) => Err(failed("remove a container", &error)),
        }
    }

    /// All containers with a label, running or not.
    pub(super) fn with_label(&self, label: &str) -> Result<Vec<ContainerSummary>, SandboxError> {
        let docker = self.docker.clone();
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        self.ask(async move { docker.list_containers(Some(options)).await })
            .map_err(|error| failed("list containers", &error))
    }

    fn ask<T: Send + 'static>(
        &self,
        request: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        answered(self.requests.wait(request))
    }
}

fn answered<T>(answer: Option<Result<T, Error>>) -> Result<T, Error> {
    answer.unwrap_or(Err(Error::RequestTimeoutError))
}

fn is_missing(error: &Error) -> bool {
    matches!(error, Error::DockerResponseServerError { status_code: 404, .. })
}

fn failed(doing: &str, error: &Error) -> SandboxError {
    let reason = with_causes(error);
    if reason.contains("no space left") {
        return SandboxError::DiskFull {
            doing: format!("asking Docker to {doing}"),
            path: "/var/lib/docker".to_owned(),
        };
    }
    other(format!("failed to {doing}: {reason}"))
}

fn unreachable(host: &str, error: &Error) -> SandboxError {
    let reason = with_causes(error);
    let path = host.trim_start_matches("unix://");
    let hint = if reason.contains("Permission denied") {
        "let this user use Docker: `sudo usermod -aG docker $USER`, then log in again".to_owned()
    } else if std::path::Path::new(path).exists() {
        "start it: `sudo systemctl start docker`, or `sudo dockerd` where there is no systemd"
            .to_owned()
    } else {
        "install and start Docker: https://docs.docker.com/engine/install/, or `sudo apt install docker.io`".to_owned()
    };
    unavailable(format!("the daemon at `{host}` does not answer: {reason}"), hint)
}

/// `20.10.24+dfsg1` is 20, 10, 24.
fn numbers(version: &str) -> Vec<u64> {
    let digits = |part: &str| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().ok()
    };
    version.split('.').map_while(digits).collect()
}

pub(super) fn unavailable(reason: String, hint: impl Into<String>) -> SandboxError {
    SandboxError::Unavailable { backend: BACKEND.to_owned(), reason, hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(numbers("20.10.24+dfsg1"), [20, 10, 24]);
        assert!(numbers("20.10.9").as_slice() < OLDEST.as_slice());
        assert!(numbers("28.2.2").as_slice() > OLDEST.as_slice());
        assert!(numbers("dev").as_slice() < OLDEST.as_slice());
    }

    #[test]
    fn advice_fits_what_is_wrong() {
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let hint = |error: Error, path: &str| unreachable(path, &error).hint().expect("a hint");
        let text = std::io::Error::other("Permission denied");
        assert!(hint(Error::IOError { err: text }, "unix:///x").contains("usermod"));
        let gone = hint(Error::IOError { err: denied }, "unix:///there/is/none");
        assert!(gone.contains("install") || gone.contains("usermod"), "{gone}");
        let dead = hint(Error::RequestTimeoutError, "unix:///");
        assert!(dead.contains("systemctl start docker"), "{dead}");
    }
}
