//! One run a repository and store at a time.

use std::fs::{File, TryLockError};
use std::path::Path;

use selfopt_core::digest::Digest;

use crate::error::ComposeError;

/// Holds the lock of a repository until it is dropped, or the process dies.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock, or says that another run has it.
    pub fn take(store: &Path, locator: &str) -> Result<Self, ComposeError> {
        let io = |doing: String| move |source| ComposeError::Io { doing, source };
        let dir = store.join("locks");
        std::fs::create_dir_all(&dir).map_err(io(format!("create `{}`", dir.display())))?;
        let path = dir.join(format!("{}.lock", Digest::of(locator.as_bytes()).prefix(16)));
        let file = File::create(&path).map_err(io(format!("create `{}`", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ComposeError::Refused {
                what: format!("another run of `{locator}` is at work in this store"),
                hint: "wait for it, stop it, or choose another store with `--store DIR`".to_owned(),
            }),
            Err(TryLockError::Error(source)) => {
                Err(ComposeError::Io { doing: format!("lock `{}`", path.display()), source })
            }
        }
    }
}
