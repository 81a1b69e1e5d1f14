use std::sync::Arc;

use selfopt_core::{ArtifactLinks, ArtifactStore, StoreError};

/// An artifact store, empty at first.
pub(crate) trait Place {
    fn store(&self) -> Arc<dyn ArtifactStore>;

    fn links(&self) -> Arc<dyn ArtifactLinks>;
}

const RUN: &str = "repos/r/runs/1/baseline.json";
const PROPOSAL: &str = "repos/r/proposals/prop-1/diff.patch";

pub(crate) async fn an_artifact_reads_back(place: &impl Place) {
    let store = place.store();
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    for path in [RUN, PROPOSAL, "repos/r/runs/1/deeper/größe 数.bin"] {
        assert_eq!(store.get(path).await.unwrap(), None);
        store.put(path, &every_byte).await.unwrap();
        assert_eq!(store.get(path).await.unwrap().as_ref(), Some(&every_byte));
        // Other scripts may be written in another way there.
        assert!(!path.is_ascii() || store.location(path).ends_with(path));
    }
    store.put("repos/r/runs/2/logs.txt", b"").await.unwrap();
    let empty = store.get("repos/r/runs/2/logs.txt").await.unwrap();
    assert_eq!(empty, Some(Vec::new()));
    // A folder and what lies beneath a file are no artifacts.
    assert_eq!(store.get(&format!("{RUN}/beneath")).await.unwrap(), None);
}

pub(crate) async fn a_run_replaces_its_artifacts(place: &impl Place) {
    let store = place.store();
    for bytes in [b"one".as_slice(), b"one", b"two", b""] {
        store.put(RUN, bytes).await.unwrap();
        assert_eq!(store.get(RUN).await.unwrap().as_deref(), Some(bytes));
    }
}

pub(crate) async fn the_evidence_of_a_proposal_never_changes(place: &impl Place) {
    let store = place.store();
    store.put(PROPOSAL, b"one").await.unwrap();
    store.put(PROPOSAL, b"one").await.unwrap();
    for other in [b"two".as_slice(), b"", b"one "] {
        let error = store.put(PROPOSAL, other).await.unwrap_err();
        assert!(matches!(&error, StoreError::Conflict { path } if path == PROPOSAL), "{error:?}");
    }
    let kept = store.get(PROPOSAL).await.unwrap();
    assert_eq!(kept.as_deref(), Some(b"one".as_slice()));
}

pub(crate) async fn of_several_that_create_at_once_one_wins(place: &impl Place) {
    let writers: Vec<_> = (0..8_u8)
        .map(|n| {
            let store = place.store();
            tokio::spawn(async move { (n, store.put(PROPOSAL, &[n; 10_000]).await) })
        })
        .collect();
    let mut winners = Vec::new();
    for writer in writers {
        match writer.await.unwrap() {
            (n, Ok(())) => winners.push(n),
            (_, Err(error)) => assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}"),
        }
    }
    let [winner] = winners[..] else { panic!("one wins, not {winners:?}") };
    let kept = place.store().get(PROPOSAL).await.unwrap();
    assert_eq!(kept, Some(vec![winner; 10_000]));
}

pub(crate) async fn paths_that_lead_elsewhere_are_refused(place: &impl Place) {
    let store = place.store();
    for path in [
        "",
        "/etc/passwd",
        "../outside",
        "repos/r/runs/1/../../../../../outside",
        "repos/r/proposals/prop-1/../../runs/1/replaceable",
        "repos\\r\\runs\\1\\x",
        "repos/r/runs/1/line\nbreak",
        "repos/r/runs/1/nul\0",
        "elsewhere/x",
    ] {
        let error = store.put(path, b"x").await.unwrap_err();
        assert!(error.to_string().starts_with("failed to use `"), "{error}");
        store.get(path).await.unwrap_err();
    }
}

pub(crate) async fn a_link_is_made_for_what_there_is(place: &impl Place) {
    let (store, links) = (place.store(), place.links());
    assert_eq!(links.link(PROPOSAL, 60).await.unwrap(), None);
    store.put(PROPOSAL, b"one").await.unwrap();
    let link = links.link(PROPOSAL, 60).await.unwrap().unwrap();
    assert!(link.starts_with("http://") && link.contains(PROPOSAL), "{link}");
    links.link("../outside", 60).await.unwrap_err();
}
