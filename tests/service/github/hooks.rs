//! What comes to the webhook address: only what GitHub signed, each once, and
//! nothing that was taken is lost.

use serde_json::json;

use super::world::{
    HOOK, World, broken, connected, deliver, headers, install, installed, signature, until,
};
use crate::fake::{Fault, Kind};

const ID: &str = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

#[test]
fn what_github_did_not_sign_changes_nothing() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    let api = &serving.api;
    let body = installed("created").to_string();
    let refused = |headers: &str, body: &str| {
        let (status, problem) = api.post_signed(HOOK, headers, body);
        (status, problem["code"].as_str().unwrap_or_default().to_owned())
    };
    let forged = signature(&body.replace("acme", "evil"));
    assert_eq!(
        refused(&headers("installation", ID, &forged), &body),
        (401, "bad-signature".to_owned())
    );
    assert_eq!(refused("X-GitHub-Event: installation\r\n", &body).0, 401);
    let signed = signature(&body);
    assert_eq!(refused(&headers("installation", "no id", &signed), &body).0, 400);
    let garbage = "{\"action\": ";
    let garbled = headers("installation", ID, &signature(garbage));
    assert_eq!(refused(&garbled, garbage), (400, "bad-delivery".to_owned()));
    let (status, page) = api.get("/api/v1/repositories");
    assert_eq!((status, &page["items"]), (200, &json!([])));

    // Somebody else's host name is no matter here: GitHub knows the public one.
    let elsewhere =
        format!("{}X-Forwarded-Host: selfopt.example\r\n", headers("ping", ID, &signed));
    let (status, received) = api.post_signed(HOOK, &elsewhere, &body);
    assert_eq!((status, &received["outcome"]), (202, &json!("ignored")), "{received}");
    assert!(world.github.seen().is_empty());
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    let head = headers("push", ID, &signature(""));
    let (status, problem) = serving.api.announce(HOOK, &head, 26 << 20);
    assert_eq!((status, &problem["code"]), (413, &json!("too-large")), "{problem}");
}

#[test]
fn a_delivery_that_comes_twice_is_taken_once() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    let api = &serving.api;
    let body = installed("created").to_string();
    let sent = || api.post_signed(HOOK, &headers("installation", ID, &signature(&body)), &body);
    let (status, first) = sent();
    assert_eq!((status, &first["outcome"], &first["delivery"]), (202, &json!("kept"), &json!(ID)));
    for _ in 0..3 {
        let (status, again) = sent();
        assert_eq!((status, &again["outcome"]), (202, &json!("repeated")));
    }
    until(|| (world.github.state().pulls.len() == 1).then_some(()));
    // With another id, as after a change of the App: state decides, not counting.
    install(api);
    assert_eq!(deliver(api, "installation", &installed("new_permissions_accepted")).0, 202);
    world.until_handled(3);
    let (_, page) = api.get("/api/v1/repositories");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
    assert_eq!(world.github.state().pulls.len(), 1);
    world.github.assert_contract();
}

#[test]
fn what_was_answered_is_not_lost_when_the_service_is_killed() {
    let world = World::new(broken);
    let serving = world.serve(&[]);
    world.github.fail(Fault::once("GET", "/repos/acme/web", Kind::Hang));
    assert_eq!(deliver(&serving.api, "installation", &installed("created")).0, 202);
    world.until_hung();
    serving.kill();

    let serving = world.serve(&[]);
    let found = connected(&serving.api);
    assert_eq!(found["default_branch"], "main");
    until(|| (world.github.state().pulls.len() == 1).then_some(()));
    world.github.assert_contract();
}
