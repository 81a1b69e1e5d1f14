//! A private `/etc`: an account, names of hosts, and for installs the resolver
//! and the certificates. Of the host's `/etc` nothing else is seen.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use selfopt_core::SandboxError;

use crate::command::NpmConfig;
use crate::failure::failed;

/// Where our own files lie inside.
const INSIDE: &str = "/etc/selfopt";

/// Which servers know names, on the host and inside.
pub(in crate::backend) const RESOLVER: &str = "/etc/resolv.conf";

const FILES: [(&str, &str); 5] = [
    ("group", "root:x:0:\nsandbox:x:1000:\n"),
    ("hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"),
    ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    ("passwd", "root:x:0:0::/root:/bin/sh\nsandbox:x:1000:1000::/home/sandbox:/bin/sh\n"),
    ("services", "http 80/tcp\nhttps 443/tcp\nssh 22/tcp\n"),
];

/// Paths of the host that hold no secrets and without which programs fail.
const HOST_PATHS: [&str; 4] =
    ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"];

/// The same for the network: certificates of authorities.
const HOST_NETWORK_PATHS: [&str; 4] =
    ["/etc/ca-certificates", "/etc/pki/ca-trust", "/etc/pki/tls/certs", "/etc/ssl/certs"];

/// The files, on the host, and what of the network's there is.
#[derive(Debug)]
pub(in crate::backend) struct Etc {
    dir: PathBuf,
    /// Names of files that only installs see, and where.
    network: Vec<(String, String)>,
    /// Variables that name such files.
    variables: Vec<(&'static str, String)>,
}

impl Etc {
    /// Writes the files into a directory of the sandbox.
    pub(in crate::backend) fn write(dir: &Path, npm: &NpmConfig) -> Result<Self, SandboxError> {
        fs::create_dir_all(dir).map_err(failed("create", dir))?;
        fs::set_permissions(dir, Permissions::from_mode(0o755)).map_err(failed("open", dir))?;
        for (name, content) in FILES {
            replace(&dir.join(name), content.as_bytes())?;
        }
        let mut etc = Self { dir: dir.to_owned(), network: Vec::new(), variables: Vec::new() };
        if let Ok(resolver) = fs::read(RESOLVER) {
            replace(&dir.join("resolv.conf"), &resolver)?;
            etc.network.push(("resolv.conf".to_owned(), RESOLVER.to_owned()));
        }
        if let Some(npmrc) = npm.npmrc() {
            etc.own_file("npmrc", npmrc.as_bytes(), "npm_config_userconfig")?;
        }
        for (variable, path) in npm.files() {
            // The unprivileged user may not be able to read the original.
            if let Ok(content) = fs::read(path) {
                etc.own_file(
                    &format!("{}.pem", variable.to_ascii_lowercase()),
                    &content,
                    variable,
                )?;
            }
        }
        Ok(etc)
    }

    /// The configuration with the paths that its files have inside.
    pub(in crate::backend) fn seen_inside(&self, npm: NpmConfig) -> NpmConfig {
        self.variables.iter().fold(npm, |npm, (name, path)| npm.with(name, path.clone()))
    }

    /// Files on the host, and their paths inside.
    pub(in crate::backend) fn files(&self, is_install: bool) -> Vec<(PathBuf, String)> {
        let always = FILES.iter().map(|(name, _)| (self.dir.join(name), format!("/etc/{name}")));
        let network =
            self.network.iter().map(|(name, inside)| (self.dir.join(name), inside.clone()));
        always.chain(network.take(if is_install { usize::MAX } else { 0 })).collect()
    }

    /// Paths of the host that are seen as they are.
    pub(in crate::backend) fn host_paths(is_install: bool) -> impl Iterator<Item = &'static str> {
        let network = if is_install { HOST_NETWORK_PATHS.as_slice() } else { &[] };
        HOST_PATHS.iter().chain(network).copied()
    }

    /// Paths of the host that tell which certificates count.
    #[cfg(any(feature = "docker", feature = "kubernetes"))]
    pub(in crate::backend) fn certificates() -> impl Iterator<Item = &'static str> {
        HOST_NETWORK_PATHS.into_iter()
    }

    fn own_file(
        &mut self,
        name: &str,
        content: &[u8],
        variable: &'static str,
    ) -> Result<(), SandboxError> {
        replace(&self.dir.join(name), content)?;
        let inside = format!("{INSIDE}/{name}");
        self.network.push((name.to_owned(), inside.clone()));
        self.variables.push((variable, inside));
        Ok(())
    }
}

/// Writes a file that all may read, at once: another process may bind it now.
fn replace(path: &Path, content: &[u8]) -> Result<(), SandboxError> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    let write = || -> std::io::Result<()> {
        let file = tempfile::NamedTempFile::new_in(parent)?;
        fs::write(file.path(), content)?;
        file.as_file().set_permissions(Permissions::from_mode(0o644))?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(failed("write", path))
}
