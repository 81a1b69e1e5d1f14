//! What is particular to artifacts as local files.

use std::{fs, sync::Arc};

use selfopt_core::{ArtifactLinks, ArtifactStore, Clock as _, StoreError};
use selfopt_store::{LocalArtifacts, LocalLinks};
use tempfile::TempDir;

use crate::{clock::StoppedClock, contract::artifacts::Place};

pub(crate) struct TempArtifacts {
    dir: TempDir,
}

impl TempArtifacts {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }
}

impl TempArtifacts {
    fn artifacts(&self) -> LocalArtifacts {
        LocalArtifacts::new(&self.dir.path().join("made/when/needed"))
    }

    fn local_links(&self, key: &[u8], clock: &Arc<StoppedClock>) -> LocalLinks {
        LocalLinks::new(self.artifacts(), "http://127.0.0.1:4747/files/", key, clock.clone())
    }
}

impl Place for TempArtifacts {
    fn store(&self) -> Arc<dyn ArtifactStore> {
        Arc::new(self.artifacts())
    }

    fn links(&self) -> Arc<dyn ArtifactLinks> {
        Arc::new(self.local_links(b"key", &Arc::new(StoppedClock::new())))
    }
}

#[tokio::test]
async fn a_link_opens_its_artifact_until_it_expires() {
    let place = TempArtifacts::new();
    let clock = Arc::new(StoppedClock::new());
    let links = place.local_links(b"key", &clock);
    let path = "repos/r/runs/1/größe 1.txt";
    place.artifacts().put(path, b"x").await.unwrap();
    let link = links.link(path, 60).await.unwrap().unwrap();
    let (address, query) = link.split_once('?').unwrap();
    assert_eq!(address, "http://127.0.0.1:4747/files/repos/r/runs/1/gr%C3%B6%C3%9Fe%201.txt");
    let (expires, signature) =
        query.strip_prefix("expires=").unwrap().split_once("&signature=").unwrap();
    let expires: u64 = expires.parse().unwrap();
    assert_eq!(expires, clock.now().0 / 1000 + 60);
    assert!(links.opens(path, expires, signature));
    assert!(!links.opens("repos/r/runs/2/größe 1.txt", expires, signature));
    assert!(!links.opens(path, expires + 1, signature));
    assert!(!links.opens(path, expires, &signature.replace(&signature[..1], "x")));
    assert!(!links.opens(path, expires, ""));
    assert!(!place.local_links(b"other", &clock).opens(path, expires, signature));
    // It is over on the second.
    for _ in 0..60_000 {
        clock.advance();
    }
    assert!(!links.opens(path, expires, signature));
    assert!(!format!("{links:?}").contains("107, 101, 121"), "the key is not told");
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
