//! The directory of a sandbox:
//!
//! ```text
//! BASE/work/ID/owner        the process it belongs to
//! BASE/work/ID/root/tree    the project
//! BASE/work/ID/root/home    HOME
//! BASE/work/ID/tmp          TMPDIR, never cloned
//! BASE/work/ID/layer        what an overlay holds back
//! BASE/work/ID/volume       the file system that holds it, where its size is limited
//! BASE/work/ID/egress       the way out of an install, while it runs
//! BASE/snapshots/ID/…       the same, frozen; `complete` is written last
//! BASE/groups/…             the control groups of commands that run
//! BASE/cache/BACKEND/npm    npm's cache
//! ```
//!
//! Ids have one length, so that every fork's paths have one length too.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use selfopt_core::{Bytes, SandboxError};
use serde::{Deserialize, Serialize};

use super::remove::remove_place;
use super::volume;
use crate::command::Owner;
use crate::failure::{failed, other};

/// Directories in the making have this prefix, and after it their owner.
pub(super) const UNFINISHED: &str = ".new-";
/// Directories in which something is tried out have this one.
pub(super) const PROBE: &str = ".probe-";

const ID_RANDOM_CHARACTERS: usize = 12;

/// The user that files of a workspace belong to, where it is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileOwner {
    pub uid: u32,
    pub gid: u32,
}

/// The directory of a sandbox.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    base: PathBuf,
    backend: &'static str,
    owner: Option<FileOwner>,
    /// What a workspace may hold, where the kernel keeps it to that.
    volumes: Option<Bytes>,
}

/// One workspace's or snapshot's directory.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub id: String,
    pub dir: PathBuf,
}

/// The content of the `owner` file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub owner: Owner,
    pub label: String,
    /// The snapshot that an overlay lies on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<String>,
}

impl Area {
    /// Makes the directories.
    pub(crate) fn open(
        base: &Path,
        backend: &'static str,
        owner: Option<FileOwner>,
    ) -> Result<Self, SandboxError> {
        fs::create_dir_all(base).map_err(failed("create", base))?;
        let base = base.canonicalize().map_err(failed("open", base))?;
        let area = Self { base, backend, owner, volumes: None };
        for dir in [area.work(), area.snapshots(), area.npm_cache()] {
            fs::create_dir_all(&dir).map_err(failed("create", &dir))?;
        }
        if owner.is_some() {
            for dir in [
                area.base.clone(),
                area.work(),
                area.snapshots(),
                area.base.join("cache"),
                area.base.join("cache").join(backend),
            ] {
                set_mode(&dir, 0o711)?;
            }
            give(&area.npm_cache(), owner)?;
        }
        Ok(area)
    }

    /// The same with file systems of this size for workspaces, where such can
    /// be had.
    #[must_use]
    pub(crate) fn with_volumes(mut self, size: Bytes) -> Self {
        self.volumes = volume::works(&self.base).then_some(size);
        self
    }

    /// What a workspace may hold, where the kernel keeps it to that.
    pub(crate) fn volumes(&self) -> Option<Bytes> {
        self.volumes
    }

    pub(crate) fn backend(&self) -> &'static str {
        self.backend
    }

    pub(crate) fn owner(&self) -> Option<FileOwner> {
        self.owner
    }

    pub(crate) fn base(&self) -> &Path {
        &self.base
    }

    pub(super) fn work(&self) -> PathBuf {
        self.base.join("work")
    }

    pub(super) fn snapshots(&self) -> PathBuf {
        self.base.join("snapshots")
    }

    pub(crate) fn npm_cache(&self) -> PathBuf {
        self.base.join("cache").join(self.backend).join("npm")
    }

    /// A new workspace with empty directories.
    pub(crate) fn create(&self, label: &str, lower: Option<&str>) -> Result<Place, SandboxError> {
        let place = self.create_plain(label, lower)?;
        // That of a clone holds what it changes.
        if let (Some(size), None) = (self.volumes, lower) {
            let made = volume::mount(&place.volume(), &place.root(), size).and_then(|()| {
                set_mode(&place.root(), 0o755)?;
                self.directories(&[place.tree(), place.home()])
            });
            if let Err(error) = made {
                remove_place(&place)?;
                return Err(error);
            }
        }
        Ok(place)
    }

    /// The same without a file system of its own.
    pub(super) fn create_plain(
        &self,
        label: &str,
        lower: Option<&str>,
    ) -> Result<Place, SandboxError> {
        let work = self.work();
        let prefix = of_this_process(UNFINISHED);
        let new = tempfile::Builder::new()
            .prefix(&prefix)
            .rand_bytes(ID_RANDOM_CHARACTERS)
            .tempdir_in(&work)
            .map_err(failed("create a workspace in", &work))?;
        let name = new.path().file_name().and_then(|name| name.to_str());
        let id = name
            .and_then(|name| name.strip_prefix(prefix.as_str()))
            .map(|random| format!("w{random}"))
            .ok_or_else(|| other("a temporary directory without its prefix"))?;
        let record = Record {
            owner: Owner::current().clone(),
            label: label.to_owned(),
            lower: lower.map(str::to_owned),
        };
        write_record(new.path(), &record)?;
        let unfinished = Place { id: id.clone(), dir: new.path().to_owned() };
        self.directories(&[
            unfinished.root(),
            unfinished.tree(),
            unfinished.home(),
            unfinished.temporary(),
        ])?;
        // The sandbox's user passes through; nobody lists.
        set_mode(&unfinished.dir, if self.owner.is_some() { 0o711 } else { 0o700 })?;
        let dir = work.join(&id);
        let unfinished = new.keep();
        fs::rename(&unfinished, &dir).map_err(failed("create", &dir))?;
        Ok(Place { id, dir })
    }

    fn directories(&self, dirs: &[PathBuf]) -> Result<(), SandboxError> {
        for dir in dirs {
            fs::create_dir(dir).map_err(failed("create", dir))?;
            set_mode(dir, 0o755)?;
            give(dir, self.owner)?;
        }
        Ok(())
    }

    /// Where a workspace or snapshot with this id lies; `None` if the text is
    /// not an id.
    pub(super) fn place(parent: &Path, id: &str) -> Option<Place> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_id.then(|| Place { id: id.to_owned(), dir: parent.join(id) })
    }
}

impl Place {
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.join("root")
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.dir.join("root").join("tree")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.join("root").join("home")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.dir.join("tmp")
    }

    pub(crate) fn egress(&self) -> PathBuf {
        self.dir.join("egress")
    }

    /// Whether nothing more fits into its file system.
    pub(crate) fn is_full(&self) -> bool {
        let [written, _] = self.written();
        volume::is_full(&written)
    }

    /// The image of a file system of its own.
    pub(super) fn volume(&self) -> PathBuf {
        self.dir.join("volume")
    }

    pub(super) fn layer(&self) -> PathBuf {
        self.dir.join("layer")
    }

    /// The directories that hold what is its own: of an overlay the upper
    /// layer, since what lies below is shared.
    pub(crate) fn written(&self) -> [PathBuf; 2] {
        let layer = self.layer();
        [if layer.is_dir() { layer } else { self.root() }, self.temporary()]
    }

    /// Who it belongs to; `None` if that cannot be read.
    pub(super) fn record(&self) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.dir.join("owner")).ok()?).ok()
    }
}

/// The beginning of a name that says whose it is, from the first moment on.
pub(super) fn of_this_process(prefix: &str) -> String {
    let Owner { pid_namespace, pid, start, .. } = Owner::current();
    format!("{prefix}{pid_namespace}.{pid}.{start}.")
}

/// Gives a file or directory to its owner, never through a symbolic link.
pub(crate) fn give(path: &Path, owner: Option<FileOwner>) -> Result<(), SandboxError> {
    match owner {
        Some(FileOwner { uid, gid }) => std::os::unix::fs::lchown(path, Some(uid), Some(gid))
            .map_err(failed("change the owner of", path)),
        None => Ok(()),
    }
}

pub(crate) fn set_mode(path: &Path, mode: u32) -> Result<(), SandboxError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(failed("set the mode of", path))
}

fn write_record(dir: &Path, record: &Record) -> Result<(), SandboxError> {
    let path = dir.join("owner");
    let json = serde_json::to_vec(record)
        .map_err(|error| other(format!("a record without a JSON form: {error}")))?;
    let mut file = File::create_new(&path).map_err(failed("create", &path))?;
    file.write_all(&json).map_err(failed("write", &path))
}
