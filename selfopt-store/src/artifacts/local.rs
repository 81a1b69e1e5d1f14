//! Artifacts as files beneath a directory.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use selfopt_core::{ArtifactStore, StoreError};
use tempfile::NamedTempFile;

use super::path::{Keeping, checked};
use crate::sqlite::from_io;

/// Artifacts as files beneath `artifacts` in a directory.
#[derive(Debug, Clone)]
pub struct LocalArtifacts {
    root: PathBuf,
}

impl LocalArtifacts {
    /// Keeps artifacts in a directory, which is made when the first is written.
    pub fn new(dir: &Path) -> Self {
        Self { root: dir.join("artifacts") }
    }

    /// Whether there is such an artifact.
    pub(super) async fn exists(&self, path: &str) -> Result<bool, StoreError> {
        checked(path)?;
        let relative = path.to_owned();
        self.blocking(move |root| Ok(root.join(relative).is_file())).await.map_err(|source| {
            StoreError::Failed {
                doing: format!("look for artifact `{path}`"),
                source: source.into(),
            }
        })
    }

    /// Runs file work where it does not hold up other tasks.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let root = self.root.clone();
        tokio::task::spawn_blocking(move || work(&root)).await.map_err(io::Error::other)?
    }
}

#[async_trait]
impl ArtifactStore for LocalArtifacts {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let keeping = checked(path)?;
        let (relative, bytes) = (path.to_owned(), bytes.to_vec());
        let written = self.blocking(move |root| write(root, &relative, &bytes, keeping)).await;
        match written {
            Ok(Written::AsAsked) => Ok(()),
            Ok(Written::Otherwise) => Err(StoreError::Conflict { path: path.to_owned() }),
            Err(error) => {
                let place = self.root.display().to_string();
                Err(from_io(error, &place, &format!("write artifact `{path}`")))
            }
        }
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        checked(path)?;
        let relative = path.to_owned();
        self.blocking(move |root| read(&root.join(relative))).await.map_err(|source| {
            StoreError::Failed { doing: format!("read artifact `{path}`"), source: source.into() }
        })
    }

    fn location(&self, path: &str) -> String {
        // Not `join`, which an absolute path would replace.
        format!("{}/{path}", self.root.display())
    }
}

/// What is under the path now.
enum Written {
    AsAsked,
    Otherwise,
}

/// Whole or not at all, and on the disk when this returns.
fn write(root: &Path, path: &str, bytes: &[u8], keeping: Keeping) -> io::Result<Written> {
    let target = root.join(path);
    let dir = target.parent().unwrap_or(root);
    create_dirs(dir)?;
    let mut file = NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let written = match keeping {
        Keeping::Replaced => {
            file.persist(&target)?;
            Written::AsAsked
        }
        // Of two that create the same path at once, one finds the other's file.
        Keeping::CreatedOnce => match file.persist_noclobber(&target) {
            Ok(_) => Written::AsAsked,
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&target)? == bytes { Written::AsAsked } else { Written::Otherwise }
            }
            Err(error) => return Err(error.error),
        },
    };
    sync_dir(dir)?;
    Ok(written)
}

fn read(target: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(target) {
        Ok(bytes) => Ok(Some(bytes)),
        // Also when a part of the path is a file.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Makes a directory and those above it; each new entry reaches the disk.
fn create_dirs(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        create_dirs(parent)?;
        match fs::create_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
            other => other?,
        }
        return sync_dir(parent);
    }
    fs::create_dir_all(dir)
}

/// A rename is only safe from a power cut once its directory is on the disk.
/// Windows has no such thing to ask for.
fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}
