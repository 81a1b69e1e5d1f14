//! What is particular to artifacts as local files.

use std::{fs, sync::Arc};

use selfopt_core::{ArtifactStore, StoreError};
use selfopt_store::LocalArtifacts;
use tempfile::TempDir;

use crate::contract::artifacts::Place;

pub(crate) struct TempArtifacts {
    dir: TempDir,
}

impl TempArtifacts {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }
}

impl Place for TempArtifacts {
    fn store(&self) -> Arc<dyn ArtifactStore> {
        Arc::new(LocalArtifacts::new(&self.dir.path().join("made/when/needed")))
    }
}

#[tokio::test]
async fn files_lie_where_location_says_and_nothing_else_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let store = LocalArtifacts::new(dir.path());
    let path = "repos/r/proposals/p/diff.patch";
    store.put(path, b"one").await.unwrap();
    store.put(path, b"two").await.unwrap_err();
    assert_eq!(fs::read(store.location(path)).unwrap(), b"one");
    let folder = dir.path().join("artifacts/repos/r/proposals/p");
    let names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["diff.patch"]);
    assert_eq!(
        store.location("/absolute"),
        format!("{}/artifacts//absolute", dir.path().display())
    );
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("artifacts"), b"a file").unwrap();
    let store = LocalArtifacts::new(dir.path());
    let error = store.put("repos/r/runs/1/x", b"x").await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
}
