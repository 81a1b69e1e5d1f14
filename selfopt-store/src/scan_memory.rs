//! Answers of earlier scans, a file for each project, in a private directory.
//! They save time and nothing else: what is missing, damaged or too large is
//! found again.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use selfopt_core::digest::Digest;
use selfopt_core::pipeline::ScanMemory;

/// Answers to one project that are larger are not kept.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// All projects together; the ones that were scanned longest ago go first.
const MAX_TOTAL_BYTES: u64 = 256 << 20;

/// A directory of answers.
#[derive(Debug, Clone)]
pub struct ScanMemories {
    dir: PathBuf,
    max_file_bytes: u64,
    max_total_bytes: u64,
}

impl ScanMemories {
    /// Opens or makes the directory. An error says why it is not used: others
    /// could plant findings in it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let metadata = fs::symlink_metadata(dir)?;
        if !metadata.is_dir() || metadata.mode() & 0o077 != 0 {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it is no directory of yours alone; `chmod 700` takes others' rights away",
            ));
        }
        Ok(Self {
            dir: dir.to_owned(),
            max_file_bytes: MAX_FILE_BYTES,
            max_total_bytes: MAX_TOTAL_BYTES,
        })
    }

    /// The answers to the project in this folder; none where there are none or
    /// they cannot be read.
    pub fn load(&self, project: &Path) -> ScanMemory {
        self.read(project).and_then(|bytes| ScanMemory::from_bytes(&bytes)).unwrap_or_default()
    }

    fn read(&self, project: &Path) -> Option<Vec<u8>> {
        let file = File::open(self.path(project)).ok()?;
        let mut bytes = Vec::new();
        file.take(self.max_file_bytes).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Keeps the answers to the project in this folder, in place of older ones.
    pub fn store(&self, project: &Path, memory: &ScanMemory) -> io::Result<()> {
        let path = self.path(project);
        let bytes = memory.to_bytes();
        if bytes.len() as u64 > self.max_file_bytes {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)?;
        file.write_all(&bytes)?;
        drop(file);
        fs::rename(&temporary, &path)?;
        self.make_room(&path)
    }

    /// Removes the oldest files but `newest` until the rest fits.
    fn make_room(&self, newest: &Path) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf, u64)> = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            files.push((metadata.modified()?, entry.path(), metadata.len()));
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, _, bytes)| bytes).sum();
        for (_, path, bytes) in files.iter().filter(|(_, path, _)| path != newest) {
            if total <= self.max_total_bytes {
                break;
            }
            fs::remove_file(path)?;
            total -= bytes;
        }
        Ok(())
    }

    fn path(&self, project: &Path) -> PathBuf {
        let digest = Digest::of(project.as_os_str().as_encoded_bytes());
        self.dir.join(format!("{}.scan", digest.prefix(32)))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::os::unix::fs::PermissionsExt as _;

    use selfopt_core::config::Config;
    use selfopt_core::pipeline::{Before, opportunities_since};
    use selfopt_core::{CommitId, MemoryTree};

    use super::*;

    /// Answers to `n` files.
    fn memory(n: usize) -> ScanMemory {
        let tree = MemoryTree::new((0..n).map(|n| (format!("src/{n}.js"), "function f() {}\n")));
        let before = ScanMemory::default();
        let before = Before { memory: &before, program: "test", progress: &|_, _| {} };
        let commit = CommitId::new("none");
        let config = Config::default();
        opportunities_since(before, &tree, &commit, &config, (&[], &[]), NonZeroUsize::MIN)
            .unwrap()
            .1
            .unwrap()
    }

    #[test]
    fn answers_are_kept_for_each_project() {
        let dir = tempfile::tempdir().unwrap();
        let memories = ScanMemories::open(&dir.path().join("scans")).unwrap();
        memories.store(Path::new("/a"), &memory(2)).unwrap();
        assert_eq!(memories.load(Path::new("/a")), memory(2));
        assert!(memories.load(Path::new("/b")).is_empty());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let memories = ScanMemories::open(&dir.path().join("scans")).unwrap();
        memories.store(Path::new("/a"), &memory(1)).unwrap();
        let path = memories.path(Path::new("/a"));
        let whole = fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            assert!(memories.load(Path::new("/a")).is_empty(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(memories.load(Path::new("/a")).is_empty(), "cut at {at}");
        }
    }

    #[test]
    fn what_is_too_much_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut memories = ScanMemories::open(&dir.path().join("scans")).unwrap();
        memories.store(Path::new("/a"), &memory(3)).unwrap();
        let size = memory(3).to_bytes().len() as u64;
        memories.max_total_bytes = size + size / 2;
        memories.store(Path::new("/b"), &memory(3)).unwrap();
        assert!(memories.load(Path::new("/a")).is_empty(), "the older one made room");
        assert_eq!(memories.load(Path::new("/b")).len(), 3);
        memories.max_file_bytes = size - 1;
        memories.store(Path::new("/b"), &memory(3)).unwrap();
        assert!(memories.load(Path::new("/b")).is_empty());
    }

    #[test]
    fn a_directory_of_others_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("scans");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(ScanMemories::open(&path).is_err());
    }
}
