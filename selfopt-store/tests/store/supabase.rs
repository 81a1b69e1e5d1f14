//! What is particular to Supabase Storage. The project is a fake on loopback,
//! which answers as the real server was recorded to.

mod project;

use std::sync::Arc;

use selfopt_core::{ArtifactLinks, ArtifactStore, StoreError};
use selfopt_store::{ServiceKey, SupabaseStorage};

pub(crate) use project::FakeProject;
use project::SERVICE_KEY;

use crate::contract::artifacts::Place;

const LOG: &str = "repos/r/runs/1/logs.txt";
const PATCH: &str = "repos/r/proposals/p/diff.patch";

impl FakeProject {
    fn storage(&self, bucket: &str, key: &str) -> SupabaseStorage {
        SupabaseStorage::new(&self.url(), bucket, ServiceKey::new(key)).unwrap()
    }
}

impl Place for FakeProject {
    fn store(&self) -> Arc<dyn ArtifactStore> {
        Arc::new(self.storage("artifacts", SERVICE_KEY))
    }

    fn links(&self) -> Arc<dyn ArtifactLinks> {
        Arc::new(self.storage("artifacts", SERVICE_KEY))
    }
}

/// The whole error, with its causes.
fn told(error: &StoreError) -> String {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = error.source();
    }
    told
}

#[tokio::test]
async fn refusals_are_read_from_their_code() {
    let project = FakeProject::start();
    for (bucket, key, bytes, expected) in [
        ("other", SERVICE_KEY, 1, "Bucket not found (NoSuchBucket)"),
        ("artifacts", "eyJ.wrong", 1, "new row violates row-level security policy (AccessDenied)"),
        ("artifacts", SERVICE_KEY, 2_000_000, "Payload too large (EntityTooLarge)"),
    ] {
        let error = project.storage(bucket, key).put(LOG, &vec![0; bytes]).await.unwrap_err();
        assert_eq!(
            told(&error),
            format!("failed to write artifact `{LOG}`: Supabase Storage refused: {expected}")
        );
    }
    assert_eq!(project.storage("artifacts", SERVICE_KEY).get(LOG).await.unwrap(), None);
}

#[tokio::test]
async fn a_gateway_that_answers_otherwise_is_an_error() {
    let project = FakeProject::start();
    let storage = project.storage("artifacts", SERVICE_KEY);
    storage.put(PATCH, b"one").await.unwrap();
    project.break_down();
    for error in [
        storage.put(PATCH, b"one").await.unwrap_err(),
        storage.get(PATCH).await.unwrap_err(),
        storage.link(PATCH, 60).await.unwrap_err(),
    ] {
        assert!(
            told(&error).ends_with("HTTP status 502 Bad Gateway (no code)"),
            "{}",
            told(&error)
        );
    }
}

/// Also when an answer is lost: said again, the same bytes are no conflict.
#[tokio::test]
async fn evidence_is_created_and_never_replaced() {
    let project = FakeProject::start();
    let storage = project.storage("artifacts", SERVICE_KEY);
    storage.put(PATCH, b"one").await.unwrap();
    storage.put(PATCH, b"one").await.unwrap();
    storage.put(PATCH, b"two").await.unwrap_err();
    storage.put(LOG, b"one").await.unwrap();
    assert_eq!(project.upserts(), [LOG], "only what may be replaced is");
}

#[tokio::test]
async fn a_link_leads_to_the_artifact_without_the_key() {
    let project = FakeProject::start();
    let storage = project.storage("artifacts", SERVICE_KEY);
    storage.put(LOG, b"one").await.unwrap();
    let link = storage.link(LOG, 60).await.unwrap().unwrap();
    assert_eq!(
        link,
        format!("{}/storage/v1/object/sign/artifacts/{LOG}?token=for-60-seconds", project.url())
    );
    assert!(!link.contains(SERVICE_KEY));
}

#[tokio::test]
async fn the_service_key_is_never_shown() {
    let project = FakeProject::start();
    let storage = project.storage("artifacts", SERVICE_KEY);
    let refused = project.storage("other", SERVICE_KEY).put(LOG, b"x").await.unwrap_err();
    for shown in [format!("{storage:?}"), format!("{refused:?}"), storage.location(LOG)] {
        assert!(!shown.contains(SERVICE_KEY), "{shown}");
    }
}
