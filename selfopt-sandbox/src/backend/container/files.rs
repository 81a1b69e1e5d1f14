//! Files that take the place of the image's, and of the daemon's: one account,
//! no names of the network's, and for installs the package managers' settings.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use selfopt_core::SandboxError;

use crate::backend::bubblewrap::etc::Etc;
use crate::command::NpmConfig;
use crate::failure::failed;
use crate::workspace::FileOwner;

/// The files, on the host.
#[derive(Debug)]
pub(in crate::backend) struct Files {
    dir: PathBuf,
    /// What bubblewrap shows too.
    etc: Etc,
}

const NAMES: [&str; 4] = ["group", "hosts", "passwd", "resolv.conf"];

impl Files {
    /// Writes the files into a directory of the sandbox.
    pub(in crate::backend) fn write(
        dir: &Path,
        user: FileOwner,
        npm: &NpmConfig,
    ) -> Result<Self, SandboxError> {
        fs::create_dir_all(dir).map_err(failed("create", dir))?;
        let dir = dir.canonicalize().map_err(failed("open", dir))?;
        let etc = Etc::write(&dir.join("shared"), npm)?;
        let FileOwner { uid, gid } = user;
        for (name, content) in [
            ("group", format!("root:x:0:\nsandbox:x:{gid}:\n")),
            ("hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n".to_owned()),
            (
                "passwd",
                format!(
                    "root:x:0:0::/root:/bin/sh\nsandbox:x:{uid}:{gid}::/home/sandbox:/bin/sh\n"
                ),
            ),
            ("resolv.conf", String::new()),
        ] {
            let path = dir.join(name);
            // Another process may have it mounted: in place, and only if new.
            if fs::read_to_string(&path).is_ok_and(|there| there == content) {
                continue;
            }
            let write = || -> std::io::Result<()> {
                let file = tempfile::NamedTempFile::new_in(&dir)?;
                fs::write(file.path(), &content)?;
                file.as_file().set_permissions(Permissions::from_mode(0o644))?;
                file.persist(&path)?;
                Ok(())
            };
            write().map_err(failed("write", &path))?;
        }
        Ok(Self { dir, etc })
    }

    /// The configuration with the paths that its files have inside.
    pub(in crate::backend) fn seen_inside(&self, npm: NpmConfig) -> NpmConfig {
        self.etc.seen_inside(npm)
    }

    /// Files on the host, and their paths inside.
    pub(in crate::backend) fn mounts(
        &self,
        is_install: bool,
    ) -> impl Iterator<Item = (PathBuf, String)> {
        let mine = NAMES.map(|name| (self.dir.join(name), format!("/etc/{name}")));
        let inside = mine.clone().map(|(_, inside)| inside);
        let shared = self.etc.files(is_install);
        let shared = shared.into_iter().filter(move |(_, path)| !inside.contains(path));
        let certificates = Etc::certificates()
            .filter(move |path| is_install && Path::new(path).exists())
            .map(|path| (PathBuf::from(path), path.to_owned()));
        mine.into_iter().chain(shared).chain(certificates)
    }
}
