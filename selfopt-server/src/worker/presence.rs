//! Which workers of this machine are alive. Each holds the lock of a file for
//! as long as its process lives: the kernel lets go of it, however the process
//! died, so that what it left is taken up at once and not after its lease.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A worker's sign of life; gone when it is dropped or the process dies.
pub(super) struct Presence {
    path: PathBuf,
    _file: File,
}

impl Presence {
    /// Says that a worker is here.
    pub(super) fn announce(data: &Path, worker: &str) -> io::Result<Self> {
        let dir = folder(data);
        fs::create_dir_all(&dir)?;
        // Locked before it has its name: nobody sees it without its lock.
        let made = dir.join(format!("{worker}.new"));
        let file = File::create(&made)?;
        file.lock()?;
        let path = dir.join(worker);
        fs::rename(&made, &path)?;
        Ok(Self { path, _file: file })
    }

    /// The workers that died here.
    pub(super) fn dead(data: &Path) -> io::Result<Vec<String>> {
        let mut dead = Vec::new();
        let entries = match fs::read_dir(folder(data)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(dead),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Ok(file) = File::open(entry.path()) else { continue };
            match file.try_lock() {
                Ok(()) if !name.contains('.') => dead.push(name),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(dead)
    }

    /// Removes the files of dead workers, once what they had is taken up.
    pub(super) fn forget(data: &Path, dead: &[String]) {
        for worker in dead {
            // One that stays is found, and forgotten, again.
            let _ = fs::remove_file(folder(data).join(worker));
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn folder(data: &Path) -> PathBuf {
    data.join("workers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_dead_once_nobody_holds_its_lock() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Presence::dead(dir.path()).unwrap().is_empty());
        let alive = Presence::announce(dir.path(), "alive").unwrap();
        // As a killed process leaves it: the file without the lock.
        fs::write(folder(dir.path()).join("killed"), "").unwrap();
        let dead = Presence::dead(dir.path()).unwrap();
        assert_eq!(dead, ["killed"]);
        Presence::forget(dir.path(), &dead);
        drop(alive);
        assert_eq!(fs::read_dir(folder(dir.path())).unwrap().count(), 0);
    }
}
