//! What is signed is read, everything else is turned away unread.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use selfopt_core::CommitId;
use selfopt_core::pull_request::Marker;
use selfopt_github::webhook::{
    AccountEvent, CheckEvent, Delivery, Event, InstallationAction, MAX_WEBHOOK_BYTES,
    PullRequestAction, PullRequestEvent, PushEvent, RepositoriesEvent, RepositoryRef, WebhookError,
    WebhookSecrets,
};
use selfopt_github::{InstallationId, RepositoryName, Secret};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "canary-secret-of-webhooks";
const ID: &str = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

fn secrets() -> WebhookSecrets {
    WebhookSecrets::new(Secret::new(SECRET)).expect("a secret")
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(body);
    let mut out = String::from("sha256=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn headers(event: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("x-github-event", event), ("x-github-delivery", ID), ("x-hub-signature-256", signature)]
    {
        headers.insert(name, value.parse().expect("a value"));
    }
    headers
}

fn open(event: &str, body: &[u8]) -> Result<Delivery, WebhookError> {
    secrets().open(&headers(event, &signature(SECRET, body)), body)
}

fn event(name: &str, body: &Value) -> Event {
    open(name, body.to_string().as_bytes()).expect(name).event
}

fn repository() -> Value {
    json!({ "id": 5, "full_name": "acme/web", "default_branch": "main", "private": true })
}

fn web() -> RepositoryRef {
    RepositoryRef { id: 5, name: RepositoryName::parse("acme/web").expect("a name") }
}

const INSTALLATION: InstallationId = InstallationId(77);

#[test]
fn installations() {
    for (word, action) in [
        ("created", InstallationAction::Created),
        ("deleted", InstallationAction::Deleted),
        ("suspend", InstallationAction::Suspended),
        ("unsuspend", InstallationAction::Resumed),
        ("new_permissions_accepted", InstallationAction::PermissionsAccepted),
    ] {
        let body = json!({
            "action": word,
            "installation": { "id": 77, "account": { "login": "acme" } },
            "repositories": [{ "id": 5, "full_name": "acme/web" }, { "id": 6, "full_name": "../evil" }],
        });
        let expected = AccountEvent {
            installation: INSTALLATION,
            action,
            account: "acme".into(),
            repositories: vec![web()],
        };
        assert_eq!(event("installation", &body), Event::Installation(expected));
    }
    let body = json!({
        "action": "added", "installation": { "id": 77 },
        "repositories_added": [{ "id": 5, "full_name": "acme/web" }], "repositories_removed": [],
    });
    let expected =
        RepositoriesEvent { installation: INSTALLATION, added: vec![web()], removed: Vec::new() };
    assert_eq!(event("installation_repositories", &body), Event::Repositories(expected));
}

#[test]
fn pushes() {
    let push = |name: &str, deleted: bool| {
        json!({
            "ref": name, "before": "0".repeat(40), "after": SHA, "deleted": deleted,
            "installation": { "id": 77 }, "repository": repository(),
        })
    };
    let expected = |branch: &str, deleted: bool| {
        Event::Push(PushEvent {
            installation: INSTALLATION,
            repository: web(),
            branch: branch.into(),
            is_default_branch: branch == "main",
            head: (!deleted).then(|| CommitId::new(SHA)),
        })
    };
    assert_eq!(event("push", &push("refs/heads/main", false)), expected("main", false));
    assert_eq!(event("push", &push("refs/heads/a/b", true)), expected("a/b", true));
    assert_eq!(event("push", &push("refs/tags/v1", false)), Event::Other("push".into()));
}

#[test]
fn pull_requests() {
    let marker = "<!-- selfopt:proposal prop-0123456789abcdef 0123456789abcdef -->";
    let pull = |action: &str, merged: bool, from: u64| {
        json!({
            "action": action, "number": 9, "installation": { "id": 77 }, "repository": repository(),
            "pull_request": {
                "number": 9, "merged": merged, "body": format!("x\r\n{marker}\r\n"),
                "head": { "ref": "selfopt/x-1", "sha": SHA, "repo": { "id": from, "full_name": "acme/web" } },
            },
        })
    };
    let expected = |action: PullRequestAction, is_own_branch: bool| {
        Event::PullRequest(PullRequestEvent {
            installation: INSTALLATION,
            repository: web(),
            action,
            number: 9,
            branch: "selfopt/x-1".into(),
            head: CommitId::new(SHA),
            is_own_branch,
            marker: Marker::find(marker),
        })
    };
    for (word, merged, action) in [
        ("opened", false, PullRequestAction::Opened),
        ("reopened", false, PullRequestAction::Opened),
        ("synchronize", false, PullRequestAction::Synchronized),
        ("closed", false, PullRequestAction::Closed { merged: false }),
        ("closed", true, PullRequestAction::Closed { merged: true }),
        ("edited", false, PullRequestAction::Edited),
        ("labeled", false, PullRequestAction::Other("labeled".into())),
    ] {
        assert_eq!(event("pull_request", &pull(word, merged, 5)), expected(action.clone(), true));
        // A fork has the same branch names.
        assert_eq!(event("pull_request", &pull(word, merged, 8)), expected(action, false));
    }
}

#[test]
fn checks_and_the_rest() {
    let check = |action: &str, key: &str| json!({ "action": action, "installation": { "id": 77 }, "repository": repository(), (key): { "head_sha": SHA } });
    let expected =
        CheckEvent { installation: INSTALLATION, repository: web(), head: CommitId::new(SHA) };
    for (name, key) in [("check_run", "check_run"), ("check_suite", "check_suite")] {
        assert_eq!(
            event(name, &check("rerequested", key)),
            Event::CheckRequested(expected.clone())
        );
        assert_eq!(event(name, &check("completed", key)), Event::Other(name.into()));
    }
    assert_eq!(event("ping", &json!({ "zen": "x" })), Event::Ping);
    assert_eq!(event("star", &json!([])), Event::Other("star".into()));
}

#[test]
fn a_delivery_carries_its_id() {
    let body = b"{}";
    assert_eq!(open("ping", body).expect("genuine").id.as_str(), ID);
    for bad in ["", "x", "../../etc/passwd", &"a".repeat(65), "72d3162e cc78"] {
        let mut headers = headers("ping", &signature(SECRET, body));
        headers.insert("x-github-delivery", bad.parse().expect("a value"));
        let error = secrets().open(&headers, body).expect_err(bad);
        assert!(matches!(error, WebhookError::NoDelivery), "{error}");
    }
}

#[test]
fn forgeries_are_turned_away_before_they_are_read() {
    // Not even JSON: it would be another error if it were parsed first.
    let body: &[u8] = b"\xff not json";
    let genuine = signature(SECRET, body);
    let mut forged = vec![
        signature("another-secret-of-webhooks", body),
        signature(SECRET, b"\xff not JSON"),
        signature("", body),
        genuine.replace("sha256=", "sha1="),
        genuine.replace("sha256=", ""),
        genuine.to_ascii_uppercase(),
        format!("{genuine}00"),
        genuine[..genuine.len() - 2].to_owned(),
        format!(" {genuine}"),
        format!("{genuine},{genuine}"),
        "sha256=".into(),
        "x".into(),
    ];
    for at in 0..64 {
        let mut digits: Vec<char> = genuine.chars().collect();
        digits[7 + at] = if digits[7 + at] == '0' { '1' } else { '0' };
        forged.push(digits.into_iter().collect());
    }
    for signature in forged {
        let error = secrets().open(&headers("push", &signature), body).expect_err(&signature);
        assert!(matches!(error, WebhookError::Forged), "{signature}: {error}");
        assert_eq!(error.status(), 401);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let error = secrets().open(&headers("push", &genuine), body).expect_err("no JSON");
    assert!(matches!(error, WebhookError::Unreadable { .. }) && error.status() == 400, "{error}");
    let mut unsigned = headers("push", &genuine);
    unsigned.remove("x-hub-signature-256");
    assert!(matches!(secrets().open(&unsigned, body), Err(WebhookError::Unsigned)));
    // Two signatures, of which one is right.
    let mut both = headers("ping", &genuine);
    both.append("x-hub-signature-256", signature("x", body).parse().expect("a value"));
    assert!(matches!(secrets().open(&both, body), Err(WebhookError::Unsigned)));
}

#[test]
fn a_secret_is_changed_without_a_gap() {
    let body = b"{}";
    let new = "another-secret-of-webhooks";
    let both = WebhookSecrets::new(Secret::new(new)).expect("a secret").or(Secret::new(SECRET));
    for secret in [new, SECRET] {
        assert!(both.open(&headers("ping", &signature(secret, body)), body).is_ok());
    }
    assert!(both.open(&headers("ping", &signature("third", body)), body).is_err());
    assert!(!format!("{both:?}").contains("secret-of"));
    // An empty one would let everybody in.
    assert!(matches!(WebhookSecrets::new(Secret::new("")), Err(WebhookError::WeakSecret)));
    let empty = secrets().or(Secret::new(""));
    assert!(empty.open(&headers("ping", &signature("", body)), body).is_err());
}

#[test]
fn signed_nonsense_is_an_error_and_no_panic() {
    let deep = "[".repeat(100_000);
    let nonsense = [
        "",
        "null",
        "[]",
        "7",
        "{}",
        "{\"installation\":{}}",
        "{\"installation\":{\"id\":-1}}",
        "{\"installation\":{\"id\":77},\"ref\":\"refs/heads/x\"}",
        "{\"installation\":{\"id\":77},\"ref\":\"refs/heads/x\",\"after\":\"zz\",\"repository\":{\"id\":5,\"full_name\":\"a/b\"}}",
        "{\"installation\":{\"id\":77},\"repository\":{\"id\":5,\"full_name\":\"../x\"},\"ref\":\"refs/heads/x\"}",
        &deep,
    ];
    for body in nonsense {
        let error = open("push", body.as_bytes()).expect_err(body.get(..80).unwrap_or(body));
        assert!(matches!(error, WebhookError::Unreadable { .. }), "{error}");
    }
    let huge = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    let error = secrets().open(&headers("push", "sha256=00"), &huge).expect_err("too large");
    assert_eq!(error.status(), 413);
}
