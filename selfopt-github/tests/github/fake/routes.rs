//! What each operation does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use selfopt_core::Millis;
use serde_json::{Value, json};

use super::{Pull, State, answers};
use crate::contract::{Contract, decoded};

const PUBLIC: &[u8] = include_bytes!("../data/app.pub.pem");

/// The App's id.
pub(crate) const APP_ID: u64 = 1234;

/// GitHub's number of `acme/web`.
pub(crate) const REPOSITORY: u64 = 5;

/// The installation on `acme/web`.
pub(crate) const INSTALLATION: u64 = 77;

type Answer = (u16, Value);

pub(super) fn answer(
    state: &mut State,
    method: &str,
    path: &str,
    query: &str,
    body: &Value,
    bearer: &str,
) -> Answer {
    let bad = || (401, json!({ "message": "Bad credentials" }));
    if path.starts_with("/app/") || path.ends_with("/installation") {
        return if is_app(bearer) { as_app(state, path, body) } else { bad() };
    }
    let Some((_, permissions)) = state.tokens.iter().find(|(token, _)| token == bearer) else {
        return bad();
    };
    let Some(rest) = path.strip_prefix("/repos/acme/web") else { return missing() };
    let part = if rest.starts_with("/git/") {
        "contents"
    } else if rest.contains("check-runs") {
        "checks"
    } else {
        "pull_requests"
    };
    if permissions[part] != "write" {
        return (403, json!({ "message": "Resource not accessible by integration" }));
    }
    let parts: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", [""]) => (200, answers::repository()),
        ("GET", ["git", "ref", "heads", branch @ ..]) => {
            branch_head(state, &decoded(&branch.join("/")))
        }
        ("POST", ["git", "refs"]) => create_ref(state, body),
        ("PATCH", ["git", "refs", "heads", branch @ ..]) => {
            move_ref(state, &branch.join("/"), body)
        }
        ("GET", ["git", "commits", sha]) if state.objects.commits.contains_key(*sha) => {
            (200, answers::commit(state, sha))
        }
        ("POST", ["git", "commits"]) => create_commit(state, body),
        ("GET", ["git", "trees", sha]) if state.objects.trees.contains_key(*sha) => {
            (200, answers::tree(state, sha))
        }
        ("POST", ["git", "trees"]) => create_tree(state, body),
        ("GET", ["git", "blobs", sha]) if state.objects.blobs.contains_key(*sha) => {
            (200, answers::blob(state, sha))
        }
        ("POST", ["git", "blobs"]) => {
            let content = STANDARD.decode(text(&body["content"])).expect("base64");
            let sha = state.objects.blob(&content);
            (201, json!({ "sha": sha, "url": "https://api.github.com/x" }))
        }
        ("GET", ["pulls"]) => list(state, query),
        ("POST", ["pulls"]) => open(state, body),
        (_, ["pulls", number]) => one(state, method, number, body),
        ("GET", ["commits", sha, "check-runs"]) => {
            let found: Vec<Value> =
                state.checks.iter().filter(|check| check["head_sha"] == **sha).cloned().collect();
            (200, json!({ "total_count": found.len(), "check_runs": found }))
        }
        ("POST", ["check-runs"]) => {
            let id = 1 + state.checks.len() as u64;
            let check = answers::check(id, body);
            state.checks.push(check.clone());
            (201, check)
        }
        ("PATCH", ["check-runs", id]) => {
            let at = id.parse::<usize>().expect("a number") - 1;
            let mut merged = state.checks[at].clone();
            merged["conclusion"] = body["conclusion"].clone();
            state.checks[at] = merged.clone();
            (200, merged)
        }
        _ => missing(),
    }
}

fn missing() -> Answer {
    (404, json!({ "message": "Not Found", "documentation_url": "https://docs.github.com/rest" }))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether a token is the App's own: signed with its key, for ten minutes at
/// most.
fn is_app(token: &str) -> bool {
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_required_spec_claims(&["exp"]);
    rules.leeway = 0;
    let key = DecodingKey::from_rsa_pem(PUBLIC).expect("a key");
    jsonwebtoken::decode::<Value>(token, &key, &rules).is_ok_and(|token| {
        let (iat, exp) = (token.claims["iat"].as_u64(), token.claims["exp"].as_u64());
        let lasts = exp.unwrap_or(u64::MAX) - iat.unwrap_or_default();
        lasts <= 660 && token.claims["iss"] == APP_ID
    })
}

fn as_app(state: &mut State, path: &str, body: &Value) -> Answer {
    if path == "/repos/acme/web/installation" && state.installed {
        let mut found = Contract::get().example("get", "/repos/{owner}/{repo}/installation", 200);
        found["id"] = json!(INSTALLATION);
        return (200, found);
    }
    if path != format!("/app/installations/{INSTALLATION}/access_tokens") || !state.installed {
        return missing();
    }
    if body["repositories"] != json!(["web"]) {
        return (422, answers::invalid("not one repository of the installation", ""));
    }
    state.granted += 1;
    let token = format!("ghs_canary{:026}", state.granted);
    state.tokens.push((token.clone(), body["permissions"].clone()));
    let expires_at = state.time.text(Millis::from_minutes(60));
    let permissions = body["permissions"].clone();
    (
        201,
        json!({ "token": token, "expires_at": expires_at, "permissions": permissions, "repository_selection": "selected" }),
    )
}

fn branch_head(state: &State, branch: &str) -> Answer {
    match state.objects.branches.get(branch) {
        Some(sha) => (200, answers::reference(branch, sha)),
        None => missing(),
    }
}

fn create_ref(state: &mut State, body: &Value) -> Answer {
    let branch = text(&body["ref"]).strip_prefix("refs/heads/").expect("a branch").to_owned();
    let sha = text(&body["sha"]);
    if !state.objects.commits.contains_key(sha) {
        return (422, answers::invalid("Object does not exist", ""));
    }
    if state.objects.branches.contains_key(&branch) {
        return (422, answers::invalid("Reference already exists", ""));
    }
    state.set_branch(&branch, sha);
    (201, answers::reference(&branch, sha))
}

fn move_ref(state: &mut State, branch: &str, body: &Value) -> Answer {
    if !state.objects.branches.contains_key(branch) {
        return (422, answers::invalid("Reference does not exist", ""));
    }
    if body["force"] != true {
        return (422, answers::invalid("Update is not a fast forward", ""));
    }
    let sha = text(&body["sha"]);
    state.set_branch(branch, sha);
    (200, answers::reference(branch, sha))
}

fn create_commit(state: &mut State, body: &Value) -> Answer {
    let parents = body["parents"].as_array().expect("parents");
    let parents: Vec<String> = parents.iter().map(|sha| text(sha).to_owned()).collect();
    let is_known = parents.iter().all(|sha| state.objects.commits.contains_key(sha));
    if !is_known || !state.objects.trees.contains_key(text(&body["tree"])) {
        return (422, answers::invalid("Tree or parent does not exist", ""));
    }
    let sha = state.objects.commit(text(&body["message"]), text(&body["tree"]), &parents);
    (201, answers::commit(state, &sha))
}

fn create_tree(state: &mut State, body: &Value) -> Answer {
    let mut tree = text(&body["base_tree"]).to_owned();
    if !state.objects.trees.contains_key(&tree) {
        return (422, answers::invalid("base_tree is not valid", ""));
    }
    for item in body["tree"].as_array().expect("items") {
        let (path, mode, sha) = (text(&item["path"]), text(&item["mode"]), text(&item["sha"]));
        if !state.objects.blobs.contains_key(sha) {
            return (422, answers::invalid("tree.sha is not a blob", ""));
        }
        tree = state.objects.with(Some(&tree), path, mode, sha);
    }
    (201, answers::tree(state, &tree))
}

fn list(state: &State, query: &str) -> Answer {
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
    };
    let head = parameter("head");
    let every = parameter("state").as_deref() == Some("all");
    let size: usize = parameter("per_page").map_or(30, |n| n.parse().expect("a number"));
    let page: usize = parameter("page").map_or(1, |n| n.parse().expect("a number"));
    let fits = |pull: &&Pull| {
        let owner = pull.from.split('/').next().unwrap_or_default();
        (every || pull.state == "open")
            && head.as_ref().is_none_or(|head| *head == format!("{owner}:{}", pull.branch))
    };
    // The newest first, which is GitHub's default, too.
    let found = state.pulls.iter().rev().filter(fits).skip((page - 1) * size).take(size);
    (200, Value::Array(found.map(answers::pull_in_list).collect()))
}

fn open(state: &mut State, body: &Value) -> Answer {
    let (branch, base) = (text(&body["head"]), text(&body["base"]));
    let Some(sha) = state.objects.branches.get(branch).cloned() else {
        return (422, answers::invalid("Validation Failed", "head is invalid"));
    };
    if state.objects.branches.get(base).is_none_or(|base| *base == sha) {
        return (422, answers::invalid("Validation Failed", "No commits between base and head"));
    }
    if state
        .pulls
        .iter()
        .any(|pull| pull.branch == branch && pull.state == "open" && pull.from == "acme/web")
    {
        let message = format!("A pull request already exists for acme:{branch}.");
        return (422, answers::invalid("Validation Failed", &message));
    }
    let number = state.pulls.len() as u64 + 1;
    let pull = Pull {
        number,
        title: text(&body["title"]).into(),
        body: text(&body["body"]).into(),
        branch: branch.into(),
        sha,
        base: base.into(),
        state: "open",
        merged: false,
        created_at: state.time.text(Millis(0)),
        from: "acme/web".into(),
    };
    state.pulls.push(pull.clone());
    (201, answers::pull(&pull))
}

fn one(state: &mut State, method: &str, number: &str, body: &Value) -> Answer {
    let Some(pull) = state.pulls.iter_mut().find(|pull| pull.number.to_string() == number) else {
        return missing();
    };
    if method == "PATCH" {
        pull.title = text(&body["title"]).into();
        pull.body = text(&body["body"]).into();
    }
    (200, answers::pull(pull))
}
