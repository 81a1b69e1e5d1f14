//! A click on a proposal: one pull request, whatever GitHub does meanwhile.

use selfopt::digest::Digest;
use selfopt::{CommitId, NewRun, ProposalRecord, ProposalStore as _, RepoId, RunStore as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{World, broken, deliver, install, installed, pull_request, until};
use crate::fake::{Fault, Kind};
use crate::http::Api;
use crate::program::Serving;

const DIFF: &str = "diff --git a/has.js b/has.js\n--- a/has.js\n+++ b/has.js\n@@ -1 +1 @@\n-export const has = (list, x) => list.indexOf(x) >= 0;\n+export const has = (list, x) => list.includes(x);\n";

/// A connected repository with a proposal for its newest commit.
struct Proposed {
    world: World,
    serving: Serving,
    id: String,
}

impl Proposed {
    fn new() -> Self {
        let world = World::new(broken);
        let serving = world.serve(&[]);
        let repository = install(&serving.api);
        until(|| (world.github.state().pulls.len() == 1).then_some(()));
        let repository = repository["id"].as_str().expect("an id");
        let id = propose(&world, repository, DIFF, "prop-0123456789abcdef");
        Self { world, serving, id }
    }

    fn api(&self) -> &Api {
        &self.serving.api
    }

    fn click(&self) -> (u16, Value) {
        click(self.api(), &self.id)
    }

    /// Pull requests without the introduction.
    fn pulls(&self) -> usize {
        self.world.github.state().pulls.len() - 1
    }

    fn shown(&self) -> Value {
        let (status, shown) = self.api().get(&format!("/api/v1/proposals/{}", self.id));
        assert_eq!(status, 200, "{shown}");
        shown
    }

    /// Waits until the proposal stands there.
    fn stands(&self, state: &str) -> Value {
        until(|| {
            let shown = self.shown();
            (shown["state"] == state).then_some(shown)
        })
    }

    fn branch(&self) -> String {
        self.world.github.state().pulls[1].branch.clone()
    }

    fn tell(&self, action: &str) {
        let body = pull_request(action, 2, &self.branch(), false);
        assert_eq!(deliver(self.api(), "pull_request", &body).0, 202);
    }
}

fn click(api: &Api, proposal: &str) -> (u16, Value) {
    api.post(&format!("/api/v1/proposals/{proposal}/pull-request"), &json!({}))
}

/// A proposal as a run would have stored it.
fn propose(world: &World, repository: &str, diff: &str, id: &str) -> String {
    let run = NewRun {
        repo: RepoId(Uuid::parse_str(repository).expect("an id")),
        commit: CommitId::new(world.head()),
        seed: 1,
        config_digest: Digest::of(b"configuration"),
    };
    world.with_store(async |store| {
        let run = store.create_run(run).await.expect("a run");
        let proposal: ProposalRecord = serde_json::from_value(json!({
            "id": id,
            "run": run.id,
            "repo": run.repo,
            "created_at": run.created_at,
            "pr_url": null,
            "summary": {
                "id": id,
                "candidate": "cand-0123456789abcdef",
                "rule": "index-of-as-membership",
                "title": "Search with includes",
                "base": run.commit,
                "files": ["has.js"],
                "diff": diff,
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
        .expect("a proposal");
        store.put_proposal(&proposal).await.expect("it is kept");
    });
    id.to_owned()
}

#[test]
fn two_clicks_are_one_pull_request() {
    let proposed = Proposed::new();
    assert_eq!(proposed.shown()["state"], "proved");
    let path = format!("/api/v1/proposals/{}/pull-request/preview", proposed.id);
    let (status, preview) = proposed.api().get(&path);
    assert_eq!((status, &preview["base_branch"]), (200, &json!("main")), "{preview}");
    assert_eq!(preview["title"], "perf: Search with includes");
    assert_eq!(preview["base"], json!(proposed.world.head()));
    assert_eq!(proposed.pulls(), 0);

    // At the same time, as from an impatient person's double click.
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| proposed.click());
        let second = scope.spawn(|| proposed.click());
        (first.join().expect("an answer"), second.join().expect("an answer"))
    });
    assert_eq!((first.0, second.0), (200, 200), "{first:?} {second:?}");
    assert_eq!(first.1["url"], second.1["url"]);
    let mut outcomes = [&first.1["outcome"], &second.1["outcome"]].map(Value::to_string);
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["\"found\"", "\"opened\""]);
    assert_eq!(proposed.pulls(), 1);
    assert_eq!(proposed.branch(), preview["branch"].as_str().expect("a branch"));
    let shown = proposed.shown();
    assert_eq!(shown["proposal"]["pr_url"], first.1["url"]);
    assert_eq!(shown["state"], "pull-request-open");
    assert_eq!(shown["pull_request"]["number"], 2);
    let body = proposed.world.github.state().pulls[1].body.clone();
    assert_eq!(preview["body"], json!(body));
    let files = {
        let state = proposed.world.github.state();
        state.objects.files(&state.pulls[1].sha)
    };
    assert!(files["has.js"].1.contains("includes"));
    proposed.world.github.assert_contract();

    // Merged, closed without merging, opened again: as GitHub has it.
    proposed.world.github.state().pulls[1].state = "closed";
    proposed.tell("closed");
    proposed.stands("closed");
    let (status, refused) = proposed.click();
    assert_eq!((status, &refused["code"]), (409, &json!("suppressed")), "{refused}");
    proposed.world.github.state().pulls[1].state = "open";
    proposed.tell("reopened");
    proposed.stands("pull-request-open");
    {
        let mut state = proposed.world.github.state();
        state.pulls[1].state = "closed";
        state.pulls[1].merged = true;
    }
    proposed.tell("closed");
    proposed.stands("merged");
    assert_eq!(proposed.click().1["outcome"], "merged");
    assert_eq!(proposed.pulls(), 1);
}

#[test]
fn a_failing_github_leads_to_no_second_pull_request() {
    let proposed = Proposed::new();
    let github = &proposed.world.github;
    // Each step once: a limit, a failure, an answer that is lost.
    let limit = "You have exceeded a secondary rate limit";
    github.fail(Fault::once(
        "POST",
        "/git/blobs",
        Kind::answer(403, &[("retry-after", "1")], limit),
    ));
    github.fail(Fault::once("POST", "/git/trees", Kind::status(500)));
    github.fail(Fault::once("POST", "/git/commits", Kind::Cut));
    github.fail(Fault::once("POST", "/git/refs", Kind::CutAfter));
    github.fail(Fault::once("POST", "/pulls", Kind::CutAfter));
    let (status, opened) = proposed.click();
    assert_eq!(status, 200, "{opened}");
    assert_eq!((proposed.pulls(), &opened["number"]), (1, &json!(2)));
    assert_eq!(proposed.click().1["url"], opened["url"]);
    assert_eq!(proposed.pulls(), 1);
    github.assert_contract();
}

#[test]
fn a_github_that_is_away_is_said_to_be_and_the_next_click_goes_on() {
    let proposed = Proposed::new();
    let github = &proposed.world.github;
    let limit = "You have exceeded a secondary rate limit";
    github.fail(Fault::once("POST", "/pulls", Kind::answer(403, &[("retry-after", "600")], limit)));
    let (status, busy) = proposed.click();
    assert_eq!((status, &busy["code"]), (503, &json!("forge-busy")), "{busy}");
    github.fail(Fault::once("POST", "/pulls", Kind::answer(403, &[], "Resource not accessible")));
    let (status, refused) = proposed.click();
    assert_eq!((status, &refused["code"]), (502, &json!("forge-failed")), "{refused}");
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("permissions")));
    assert_eq!(proposed.shown()["state"], "proved");
    let (status, opened) = proposed.click();
    assert_eq!((status, &opened["outcome"]), (200, &json!("opened")), "{opened}");
    assert_eq!(proposed.pulls(), 1);
}

#[test]
fn what_was_not_proved_on_the_newest_commit_is_proved_again_first() {
    let proposed = Proposed::new();
    let head = proposed.world.push("other.js", "1;\n");
    let (status, refused) = proposed.click();
    assert_eq!((status, &refused["code"]), (409, &json!("needs-revalidation")), "{refused}");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(&head)), "{refused}");
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("start a run")));
    assert_eq!(proposed.pulls(), 0);
}

#[test]
fn there_are_two_within_an_hour_at_most() {
    let proposed = Proposed::new();
    // The introduction is one of them.
    assert_eq!(proposed.click().0, 200);
    let other = DIFF.replace("list.includes(x)", "list.lastIndexOf(x) !== -1");
    let repository = proposed.shown()["proposal"]["repo"].clone();
    let repository = repository.as_str().expect("an id");
    let other = propose(&proposed.world, repository, &other, "prop-fedcba9876543210");
    let (status, refused) = click(proposed.api(), &other);
    assert_eq!((status, &refused["code"]), (409, &json!("later")), "{refused}");
    assert_eq!(proposed.pulls(), 1);
}

#[test]
fn a_branch_that_somebody_works_on_is_theirs() {
    let proposed = Proposed::new();
    assert_eq!(proposed.click().0, 200);
    let branch = proposed.branch();
    proposed.world.github.push(&branch, "my own idea", &[("has.js", "100644", "mine\n")]);
    proposed.tell("synchronize");
    let theirs = until(|| {
        let shown = proposed.shown();
        shown["pull_request"]["hands_off"].as_str().map(str::to_owned)
    });
    assert!(theirs.contains("not SelfOpt's"), "{theirs}");
    let (status, refused) = proposed.click();
    assert_eq!((status, &refused["code"]), (409, &json!("hands-off")), "{refused}");
}

#[test]
fn a_suspended_app_opens_nothing_until_it_is_back() {
    let proposed = Proposed::new();
    assert_eq!(deliver(proposed.api(), "installation", &installed("suspend")).0, 202);
    proposed.world.until_handled(2);
    let (status, refused) = proposed.click();
    assert_eq!((status, &refused["code"]), (409, &json!("not-installed")), "{refused}");
    assert_eq!(proposed.pulls(), 0);
    assert_eq!(deliver(proposed.api(), "installation", &installed("unsuspend")).0, 202);
    proposed.world.until_handled(3);
    assert_eq!(proposed.click().0, 200);
}
