//! Proposals, their evidence, and the way to a pull request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::http::Method;
use selfopt_core::digest::Digest;
use selfopt_core::{
    ArtifactKind, ArtifactRecord, ArtifactStore as _, CommitId, Forge, ForgeError, NewRun,
    ProposalRecord, ProposalStore as _, Publication, PullRequest, PullRequestDraft,
    PullRequestState, RepoId, RunStore as _, Timestamp,
};
use serde_json::json;
use uuid::Uuid;

use crate::client::Client;

const DIFF: &str = "--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-slow();\n+fast();\n";

/// A proposal as a run would have stored it.
async fn proposed(client: &Client, repository: &str) -> ProposalRecord {
    let store = client.store().await;
    let run = NewRun {
        repo: RepoId(Uuid::parse_str(repository).unwrap()),
        commit: CommitId::new("ab".repeat(20)),
        seed: 1,
        config_digest: Digest::of(b"configuration"),
    };
    let run = store.create_run(run).await.unwrap();
    let proposal: ProposalRecord = serde_json::from_value(json!({
        "id": "prop-0123456789abcdef",
        "run": run.id,
        "repo": run.repo,
        "created_at": run.created_at,
        "pr_url": null,
        "summary": {
            "id": "prop-0123456789abcdef",
            "candidate": "cand-0123456789abcdef",
            "rule": "array-includes-in-loop",
            "title": "Look up in a Set",
            "base": run.commit,
            "files": ["a.js"],
            "diff": DIFF,
            "gain": 0.3,
            "gain_lower_bound": 0.2,
            "confidence": 0.995,
            "metric": "cpu",
            "pairs": 32,
            "before_us": 1000,
            "after_us": 700,
            "risk": 10,
            "risk_reasons": [],
            "bundle": "bundle.tar"
        }
    }))
    .unwrap();
    store.put_proposal(&proposal).await.unwrap();
    proposal
}

#[tokio::test]
async fn a_proposal_is_listed_and_shown_with_its_diff() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let proposal = proposed(&client, &repository).await;
    for query in ["", &format!("?repository={repository}"), &format!("?run={}", proposal.run)] {
        let page = client.get(&format!("/api/v1/proposals{query}")).await.is(200);
        assert_eq!(page["items"][0]["id"], proposal.id.as_str(), "{query}");
    }
    let none = client.get(&format!("/api/v1/proposals?repository={}", Uuid::nil())).await.is(200);
    assert_eq!(none["items"], json!([]));
    client.get("/api/v1/proposals?limit=1000").await.is_problem(400, "bad-page");
    let path = format!("/api/v1/proposals/{}", proposal.id);
    for query in ["", &format!("?run={}", proposal.run)] {
        let shown = client.get(&format!("{path}{query}")).await.is(200);
        assert_eq!(shown["proposal"]["summary"]["title"], "Look up in a Set");
    }
    client.get(&format!("{path}?run={}", Uuid::nil())).await.is_problem(404, "not-found");
    let diff = client.get(&format!("{path}/diff")).await;
    assert_eq!((diff.status.as_u16(), diff.body.as_str()), (200, DIFF));
}

#[tokio::test]
async fn a_dismissed_proposal_keeps_its_reason() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let proposal = proposed(&client, &repository).await;
    let path = format!("/api/v1/proposals/{}", proposal.id);
    let dismiss = format!("{path}/dismiss");
    client.post(&dismiss, json!({ "reason": "" })).await.is_problem(422, "invalid");
    client.post(&dismiss, json!({})).await.is_problem(400, "bad-json");
    client.post(&dismiss, json!({ "reason": "too clever" })).await.is(200);
    client.post(&dismiss, json!({ "reason": "other" })).await.is(200);
    assert_eq!(client.get(&path).await.is(200)["dismissal"]["reason"], "too clever");
    let refused = client.post(&format!("{path}/pull-request"), json!({})).await;
    refused.is_problem(409, "proposal-dismissed");
}

#[tokio::test]
async fn evidence_is_behind_an_address_that_only_the_service_can_make() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let proposal = proposed(&client, &repository).await;
    let stored = format!("repos/{repository}/proposals/{}/evidence.json", proposal.id);
    client.artifacts().put(&stored, b"{}").await.unwrap();
    let record = ArtifactRecord {
        proposal: proposal.id.clone(),
        storage_path: stored.clone(),
        kind: ArtifactKind::Bench,
        created_at: Timestamp(1),
    };
    client.store().await.put_artifact(&record).await.unwrap();
    let listed = client.get(&format!("/api/v1/proposals/{}/artifacts", proposal.id)).await.is(200);
    let url = listed[0]["url"].as_str().unwrap();
    let without_token = axum::http::Request::builder()
        .uri(url)
        .header("host", "127.0.0.1:7477")
        .body(axum::body::Body::empty())
        .unwrap();
    let file = client.answer(without_token).await;
    assert_eq!((file.status.as_u16(), file.body.as_str()), (200, "{}"));
    assert_eq!(file.headers["content-disposition"], "attachment");
    let (path, query) = url.split_once('?').unwrap();
    for forged in [
        format!("{path}?{}", query.replace("signature=", "signature=00")),
        format!("{path}?{}", query.replacen("expires=", "expires=9", 1)),
        format!("/api/v1/artifacts/artifact-key?{query}"),
        format!("{}?{query}", path.replace("evidence.json", "../../../token")),
    ] {
        client.get(&forged).await.is_problem(403, "bad-signature");
    }
    client.get(path).await.is_problem(400, "bad-query");
}

#[tokio::test]
async fn without_a_host_a_pull_request_says_how_to_get_one() {
    let client = Client::new().await;
    let (repository, _project) = client.connected().await;
    let proposal = proposed(&client, &repository).await;
    let path = format!("/api/v1/proposals/{}/pull-request", proposal.id);
    let refused = client.post(&path, json!({})).await;
    refused.is_problem(409, "no-forge");
    assert!(refused.body.contains("docs/guides/github.md"));
}

/// A host with room for one pull request.
#[derive(Default)]
struct OneRequest {
    drafts: AtomicUsize,
}

#[async_trait]
impl Forge for OneRequest {
    async fn publish(&self, draft: &PullRequestDraft) -> Result<Publication, ForgeError> {
        let made = PullRequest {
            number: 7,
            url: "https://forge.example/pull/7".to_owned(),
            state: PullRequestState::Open,
            branch: draft.branch.clone(),
            head: draft.base.clone(),
            base_branch: draft.base_branch.clone(),
            marker: Some(draft.marker.clone()),
            opened_at: Timestamp(1),
        };
        Ok(match self.drafts.fetch_add(1, Ordering::Relaxed) {
            0 => Publication::Opened(made),
            1 => Publication::Found(made),
            _ => Publication::NeedsRevalidation { head: draft.base.clone() },
        })
    }

    async fn find(&self, _branch: &str) -> Result<Option<PullRequest>, ForgeError> {
        Ok(None)
    }

    async fn pull_request(&self, _number: u64) -> Result<Option<PullRequest>, ForgeError> {
        Ok(None)
    }
}

#[tokio::test]
async fn a_pull_request_is_opened_and_its_address_kept() {
    let client = Client::new().await.with_forge(Arc::new(OneRequest::default()));
    let (repository, _project) = client.connected().await;
    let proposal = proposed(&client, &repository).await;
    let path = format!("/api/v1/proposals/{}/pull-request", proposal.id);
    // It is not known which branch the change is for.
    client.post(&path, json!({})).await.is_problem(409, "no-branch");
    client.set_branch(&repository, "main").await;
    let opened = client.post(&path, json!({})).await.is(200);
    assert_eq!(
        opened,
        json!({ "url": "https://forge.example/pull/7", "number": 7, "outcome": "opened" })
    );
    let shown = client.get(&format!("/api/v1/proposals/{}", proposal.id)).await.is(200);
    assert_eq!(shown["proposal"]["pr_url"], "https://forge.example/pull/7");
    assert_eq!(client.post(&path, json!({})).await.is(200)["outcome"], "found");
    client.send_with(Method::POST, &path, &[], "").await.is_problem(409, "needs-revalidation");
}
