//! GitHub limits, fails and falls silent.

use std::time::Duration;

use selfopt_core::{Clock as _, Forge as _, ForgeError, Millis, Publication, Timestamp};
use selfopt_github::{Checks, GitHubError};

use crate::fake::{Fault, Kind};
use crate::world::{KEY, World};

/// Publishes while something is wrong.
async fn publish(world: &World) -> Result<Publication, ForgeError> {
    let published = world.repository().publish(&world.draft()).await;
    world.github.assert_contract();
    published
}

/// Waits that are not the second between two changes.
fn long_waits(world: &World) -> Vec<u64> {
    world.time.waits().iter().map(|wait| wait.0).filter(|wait| *wait > 1000).collect()
}

#[tokio::test]
async fn limits_are_waited_for() {
    let reset = |world: &World| (world.time.now().0 / 1000 + 90).to_string();
    let secondary = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    let world = World::new().await;
    let reset = reset(&world);
    let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())];
    let faults = [
        ("POST", "/pulls", Kind::answer(403, &[("retry-after", "37")], secondary)),
        ("POST", "/git/trees", Kind::answer(429, &[("retry-after", "11")], secondary)),
        ("GET", "/git/ref/heads/main", Kind::answer(403, &spent, "API rate limit exceeded")),
        ("POST", "/git/commits", Kind::answer(403, &[], secondary)),
    ];
    for (method, path, kind) in faults {
        world.github.fail(Fault::once(method, path, kind));
    }
    let published = publish(&world).await.expect("published");
    assert!(matches!(published, Publication::Opened(_)), "{published:?}");
    let waits = long_waits(&world);
    assert_eq!(waits.len(), 4, "{waits:?}");
    assert!((89_000..=92_000).contains(&waits[0]), "{waits:?}");
    assert_eq!(waits[1..], [11_000, 60_000, 37_000]);
}

#[tokio::test]
async fn a_long_limit_is_told_and_not_waited_for() {
    let world = World::new().await;
    let kind = Kind::answer(429, &[("retry-after", "3600")], "Too many");
    world.github.fail(Fault::always("", "/pulls", kind));
    let error = publish(&world).await.expect_err("limited");
    let ForgeError::RateLimited { until } = error else { panic!("{error}") };
    assert_eq!(until, Timestamp(world.time.now().0 + 3_600_000));
    assert_eq!(long_waits(&world), [0; 0]);
}

#[tokio::test]
async fn limits_without_an_end_come_to_one() {
    let world = World::new().await;
    let kind = Kind::answer(403, &[("retry-after", "5")], "secondary rate limit");
    world.github.fail(Fault::always("POST", "/git/blobs", kind));
    let error = publish(&world).await.expect_err("limited");
    assert!(matches!(error, ForgeError::RateLimited { .. }), "{error}");
    let blobs = world.github.seen().iter().filter(|line| line.contains("/git/blobs")).count();
    assert_eq!(blobs, 4 + 1, "four tries, and one that read");
}

#[tokio::test]
async fn failures_and_cuts_are_repeated() {
    for (method, path) in [
        ("GET", "/pulls"),
        ("POST", "/git/blobs"),
        ("POST", "/git/refs"),
        ("POST", "/pulls"),
        ("POST", "access_tokens"),
    ] {
        for kind in [Kind::status(500), Kind::status(502), Kind::Cut, Kind::CutAfter] {
            let world = World::new().await;
            world.github.fail(Fault { times: 2, ..Fault::once(method, path, kind) });
            let published = publish(&world).await.expect("published");
            assert!(
                matches!(published, Publication::Opened(_) | Publication::Found(_)),
                "{published:?}"
            );
            assert_eq!(world.github.state().pulls.len(), 1);
        }
    }
}

#[tokio::test]
async fn failures_without_an_end_come_to_one() {
    for (kind, said) in [(Kind::status(503), "503"), (Kind::Cut, "no answer")] {
        let world = World::new().await;
        world.github.fail(Fault::always("POST", "/git/trees", kind));
        let error = publish(&world).await.expect_err("failed");
        let ForgeError::Unavailable { source, .. } = &error else { panic!("{error}") };
        assert!(source.to_string().contains(said), "{source}");
        assert_eq!(long_waits(&world), [2000, 4000]);
        // It is there again, and so is what was done.
        world.github.state().faults.clear();
        assert!(matches!(publish(&world).await, Ok(Publication::Opened(_))));
    }
}

#[tokio::test]
async fn silence_ends_at_the_time_limit() {
    let world = World::new().await;
    world.github.fail(Fault::once("GET", "/pulls", Kind::Hang));
    let app = world.app_with(Duration::from_millis(300), KEY);
    let published = World::repository_of(&app, Checks::None).publish(&world.draft()).await;
    assert!(matches!(published, Ok(Publication::Opened(_))), "{published:?}");
}

#[tokio::test]
async fn a_refusal_is_said_once() {
    let world = World::new().await;
    let kind = Kind::answer(403, &[], "Resource not accessible by integration");
    world.github.fail(Fault::always("POST", "/git/refs", kind));
    let error = publish(&world).await.expect_err("refused");
    assert_eq!(
        error.to_string(),
        "the forge refused to create the branch: 403, Resource not accessible by integration"
    );
    assert!(error.hint().contains("permissions"));
    let tries = world.github.seen().iter().filter(|line| line.contains("/git/refs 403")).count();
    assert_eq!(tries, 1);
}

#[tokio::test]
async fn a_removed_app_is_refused() {
    let world = World::new().await;
    world.github.state().installed = false;
    let error = publish(&world).await.expect_err("refused");
    assert!(
        matches!(&error, ForgeError::Refused { reason, .. } if reason.starts_with("404")),
        "{error}"
    );
    let name = selfopt_github::RepositoryName::parse("acme/web").expect("a name");
    assert_eq!(world.app().installation_of(&name).await.expect("an answer"), None);
}

#[tokio::test]
async fn answers_that_are_none_are_named() {
    let world = World::new().await;
    for body in ["", "<html>", "[]", "{\"object\":7}"] {
        let kind = Kind::Answer { status: 200, headers: Vec::new(), body: body.into() };
        world.github.fail(Fault::once("GET", "/git/ref/heads/main", kind));
        let error = publish(&world).await.expect_err("unreadable");
        let ForgeError::Unavailable { source, .. } = &error else { panic!("{error}") };
        let source = source.downcast_ref::<GitHubError>().expect("an error of ours");
        assert!(matches!(source, GitHubError::Unreadable { .. }), "{source}");
    }
}

#[tokio::test]
async fn a_token_follows_no_redirect_to_elsewhere() {
    let world = World::new().await;
    let elsewhere = World::new().await;
    let target = format!("{}/repos/acme/web/pulls", elsewhere.github.url());
    let kind = Kind::answer(301, &[("location", &target)], "Moved");
    world.github.fail(Fault::always("GET", "/pulls", kind));
    let error = publish(&world).await.expect_err("refused");
    assert!(matches!(error, ForgeError::Refused { .. }), "{error}");
    assert_eq!(elsewhere.github.seen(), [""; 0]);
    // To the same host it does, as when a repository was renamed.
    world.github.state().faults.clear();
    let target = format!("{}/repos/acme/web/git/ref/heads/main", world.github.url());
    let kind = Kind::answer(301, &[("location", &target)], "Moved");
    world.github.fail(Fault::once("GET", "/git/ref/heads/main", kind));
    assert!(matches!(publish(&world).await, Ok(Publication::Opened(_))));
    assert!(world.time.monotonic() < Millis::from_minutes(10));
}
