//! GitHub's examples, with what is known here in their place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Pull, State};
use crate::contract::Contract;

const REPO: &str = "/repos/{owner}/{repo}";

fn example(method: &str, path: &str, status: u16) -> Value {
    Contract::get().example(method, &format!("{REPO}{path}"), status)
}

pub(super) fn pull(pull: &Pull) -> Value {
    let mut out = example("post", "/pulls", 201);
    out["number"] = json!(pull.number);
    out["html_url"] = json!(format!("https://github.com/acme/web/pull/{}", pull.number));
    out["state"] = json!(pull.state);
    out["title"] = json!(pull.title);
    // GitHub gives back line ends of forms.
    out["body"] = json!(pull.body.replace('\n', "\r\n"));
    out["merged"] = json!(pull.merged);
    out["merged_at"] = if pull.merged { json!(pull.created_at) } else { Value::Null };
    out["created_at"] = json!(pull.created_at);
    out["head"]["ref"] = json!(pull.branch);
    out["head"]["sha"] = json!(pull.sha);
    out["head"]["repo"]["full_name"] = json!(pull.from);
    out["base"]["ref"] = json!(pull.base);
    // The example breaks its own schema here.
    out["requested_teams"] = json!([]);
    out
}

pub(super) fn pull_in_list(one: &Pull) -> Value {
    let mut out = example("get", "/pulls", 200)[0].clone();
    let full = pull(one);
    for key in ["number", "html_url", "state", "title", "body", "merged_at", "created_at"] {
        out[key] = full[key].clone();
    }
    for side in ["head", "base"] {
        out[side]["ref"] = full[side]["ref"].clone();
        out[side]["sha"] = full[side]["sha"].clone();
    }
    out["head"]["repo"]["full_name"] = json!(one.from);
    out["requested_teams"] = json!([]);
    out
}

pub(super) fn repository() -> Value {
    let mut out = Contract::get().example("get", REPO, 200);
    out["id"] = json!(super::REPOSITORY);
    out["name"] = json!("web");
    out["full_name"] = json!("acme/web");
    out["default_branch"] = json!("main");
    out["archived"] = json!(false);
    // The example breaks its own schema here.
    out["language"] = json!("JavaScript");
    if let Some(fields) = out.as_object_mut() {
        fields.remove("source");
        fields.remove("parent");
    }
    out
}

pub(super) fn reference(branch: &str, sha: &str) -> Value {
    let mut out = example("get", "/git/ref/{ref}", 200);
    out["ref"] = json!(format!("refs/heads/{branch}"));
    out["object"]["sha"] = json!(sha);
    out["object"]["type"] = json!("commit");
    out
}

pub(super) fn commit(state: &State, sha: &str) -> Value {
    let commit = &state.objects.commits[sha];
    let mut out = example("get", "/git/commits/{commit_sha}", 200);
    let parent = out["parents"][0].clone();
    out["sha"] = json!(sha);
    out["message"] = json!(commit.message);
    out["tree"]["sha"] = json!(commit.tree);
    let parents = commit.parents.iter().map(|sha| {
        let mut parent = parent.clone();
        parent["sha"] = json!(sha);
        parent
    });
    out["parents"] = parents.collect();
    out
}

pub(super) fn tree(state: &State, sha: &str) -> Value {
    let items = state.objects.trees[sha].iter().map(|(path, (mode, sha))| {
        let kind = if mode == "040000" { "tree" } else { "blob" };
        json!({ "path": path, "mode": mode, "type": kind, "sha": sha, "url": "https://api.github.com/x" })
    });
    json!({ "sha": sha, "url": "https://api.github.com/x", "tree": items.collect::<Vec<_>>(), "truncated": false })
}

pub(super) fn blob(state: &State, sha: &str) -> Value {
    let bytes = &state.objects.blobs[sha];
    let text = STANDARD.encode(bytes);
    // In lines, as GitHub has it.
    let lines: Vec<&str> =
        text.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    json!({
        "content": lines.join("\n") + "\n", "encoding": "base64", "sha": sha,
        "url": "https://api.github.com/x", "node_id": "x", "size": bytes.len(),
    })
}

pub(super) fn check(id: u64, body: &Value) -> Value {
    let mut out = example("post", "/check-runs", 201);
    out["id"] = json!(id);
    for key in ["name", "external_id", "head_sha", "status", "conclusion"] {
        if !body[key].is_null() {
            out[key] = body[key].clone();
        }
    }
    out["pull_requests"] = json!([]);
    out
}

/// A refusal with its details.
pub(super) fn invalid(message: &str, detail: &str) -> Value {
    let errors = if detail.is_empty() {
        json!([])
    } else {
        json!([{ "resource": "PullRequest", "code": "custom", "message": detail }])
    };
    json!({ "message": message, "errors": errors, "documentation_url": "https://docs.github.com/rest" })
}
