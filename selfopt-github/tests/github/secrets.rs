//! A canary token, in everything that people get to see: nowhere.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use selfopt_core::Forge as _;
use selfopt_github::Checks;
use tracing::field::{Field, Visit};
use tracing::span;

use crate::fake::{Fault, Kind};
use crate::world::World;

/// Keeps all that is logged, on every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut Line(&mut self.0.lock().expect("not poisoned")));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().expect("not poisoned")));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().expect("not poisoned")));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// An error with all its causes, as people and logs show it.
fn told(error: &dyn std::error::Error) -> String {
    let mut out = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(one) = cause {
        let _ = write!(out, " {one} {one:?}");
        cause = one.source();
    }
    out
}

#[tokio::test]
async fn a_token_is_in_no_log_and_no_error() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let world = World::new().await;
    let app = world.app();
    let repository = World::repository_of(&app, Checks::None);
    repository.publish(&world.draft()).await.expect("published");
    let mut seen = format!("{app:?} {repository:?}");
    for kind in [
        Kind::status(401),
        Kind::status(403),
        Kind::status(500),
        Kind::Cut,
        Kind::answer(429, &[("retry-after", "99999")], "x"),
        Kind::Answer { status: 200, headers: Vec::new(), body: "x".into() },
    ] {
        for path in ["/pulls", "access_tokens"] {
            let world = World::new().await;
            world.github.fail(Fault::always("", path, kind.clone()));
            let error = world.repository().publish(&world.draft()).await.expect_err("failed");
            seen += &told(&error);
        }
    }
    // Answers of another form, which a reader's complaint would quote.
    for body in [
        "{\"token\":\"ghs_canary\",\"expires_at\":7}",
        "\"ghs_canary\"",
        "{\"token\":[\"ghs_canary\"]}",
        "{\"expires_at\":\"ghs_canary\",\"token\":\"x\"}",
    ] {
        let world = World::new().await;
        let echo = Kind::Answer { status: 201, headers: Vec::new(), body: body.into() };
        world.github.fail(Fault::always("", "access_tokens", echo));
        seen += &told(&world.repository().publish(&world.draft()).await.expect_err("unreadable"));
    }
    seen += &log.0.lock().expect("not poisoned");
    assert!(seen.contains("GitHub is asked again"), "nothing was logged: {seen}");
    for secret in ["ghs_canary", "Bearer", "BEGIN RSA", "eyJ"] {
        assert!(!seen.contains(secret), "{secret}: {seen}");
    }
    // What goes to GitHub holds it in one header alone.
    let state = world.github.state();
    assert!(state.seen.iter().all(|one| !one.path.contains("ghs_")));
    assert!(state.pulls.iter().all(|one| !one.body.contains("ghs_")));
}
