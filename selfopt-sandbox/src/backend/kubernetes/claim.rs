//! The volume of the workspaces: mounted here and, by its claim, in every pod.

use std::path::{Path, PathBuf};

use selfopt_core::SandboxError;

use super::cluster::unavailable;
use crate::backend::kubernetes_options::KubernetesOptions;
use crate::failure::{failed, other};

/// A claim, and where its volume is mounted on this machine.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    mount: PathBuf,
}

impl Claim {
    /// Looks whether the sandbox's directory lies in the volume.
    pub(super) fn new(options: &KubernetesOptions, base_dir: &Path) -> Result<Self, SandboxError> {
        std::fs::create_dir_all(base_dir).map_err(failed("create", base_dir))?;
        let base = base_dir.canonicalize().map_err(failed("open", base_dir))?;
        let mount = options.mount.as_deref().unwrap_or(base_dir);
        let mount = mount.canonicalize().map_err(failed("open", mount))?;
        if !base.starts_with(&mount) {
            return Err(unavailable(
                format!(
                    "workspaces would lie in `{}`, and the volume of the claim `{}` is mounted at `{}`",
                    base.display(),
                    options.claim,
                    mount.display()
                ),
                format!("put the store into the volume: `--store {}/store`", mount.display()),
            ));
        }
        Ok(Self { mount })
    }

    /// The path of a file or directory within the volume; empty for its root.
    pub(super) fn path(&self, on_host: &Path) -> Result<String, SandboxError> {
        let beneath = on_host.strip_prefix(&self.mount).ok().and_then(Path::to_str);
        beneath.map(str::to_owned).ok_or_else(|| {
            other(format!(
                "`{}` is not in the volume that pods see, `{}`",
                on_host.display(),
                self.mount.display()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_lie_in_the_volume() {
        let dir = tempfile::tempdir().unwrap();
        let (volume, store) = (dir.path().join("volume"), dir.path().join("volume/a/store"));
        std::fs::create_dir_all(&volume).unwrap();
        let mut options = KubernetesOptions::new("work");
        let root = Claim::new(&options, &store).unwrap();
        assert_eq!(root.path(&store.join("work/x")).unwrap(), "work/x");
        options.mount = Some(volume);
        let within = Claim::new(&options, &store).unwrap();
        assert_eq!(within.path(&store.join("work/x")).unwrap(), "a/store/work/x");
        assert!(within.path(Path::new("/etc")).is_err());
        let elsewhere = Claim::new(&options, &dir.path().join("store")).unwrap_err();
        assert!(elsewhere.hint().unwrap().contains("--store"), "{elsewhere}");
    }
}
