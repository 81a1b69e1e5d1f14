//! Folders that commits are fetched to. Each has a lock beside it for as long
//! as its process lives, so that what a killed process left is found and
//! removed, and what a living one uses is not.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

const LOCK: &str = "lock";

/// A folder that is not there yet; removed when dropped.
pub(crate) struct Folder {
    path: PathBuf,
    lock: PathBuf,
    _held: File,
}

impl Folder {
    /// A new one below the data folder.
    pub(crate) fn make(data: &Path) -> io::Result<Self> {
        let all = folder(data);
        fs::create_dir_all(&all)?;
        let path = all.join(Uuid::now_v7().to_string());
        let lock = path.with_extension(LOCK);
        // Locked before it has its name: nobody sees it without its lock.
        let made = path.with_extension("new");
        let held = File::create(&made)?;
        held.lock()?;
        fs::rename(&made, &lock)?;
        Ok(Self { path, lock, _held: held })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what killed processes left. How many there were.
    pub(crate) fn sweep(data: &Path) -> io::Result<usize> {
        let entries = match fs::read_dir(folder(data)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut swept = 0;
        for entry in entries {
            let lock = entry?.path();
            if lock.extension().is_none_or(|extension| extension != LOCK) {
                continue;
            }
            let Ok(file) = File::open(&lock) else { continue };
            if file.try_lock().is_ok() {
                remove(&lock.with_extension(""), &lock);
                swept += 1;
            }
        }
        Ok(swept)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path, &self.lock);
    }
}

/// The lock goes last: what is left of the folder is found by it.
fn remove(path: &Path, lock: &Path) {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %path.display(), "a checkout cannot be removed");
        }
        _ => {
            let _ = fs::remove_file(lock);
        }
    }
}

fn folder(data: &Path) -> PathBuf {
    data.join("checkouts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(Folder::sweep(data.path()).unwrap(), 0);
        let used = Folder::make(data.path()).unwrap();
        fs::create_dir(used.path()).unwrap();
        // As a killed process leaves it: lock and folder, and nobody holds it.
        let left = folder(data.path()).join("left");
        fs::create_dir_all(left.join("src")).unwrap();
        fs::write(left.with_extension(LOCK), "").unwrap();
        assert_eq!(Folder::sweep(data.path()).unwrap(), 1);
        assert!(!left.exists() && used.path().exists());
        drop(used);
        assert_eq!(fs::read_dir(folder(data.path())).unwrap().count(), 0);
    }
}
