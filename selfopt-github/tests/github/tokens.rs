//! Tokens: one repository, least permissions, kept until shortly before their
//! end, replaced when revoked.

use selfopt_core::{Forge as _, Millis};
use selfopt_github::{
    App, AppSettings, Checks, Endpoints, GitHubError, InstallationId, RepositoryName, Secret,
};
use serde_json::json;

use crate::world::{BRANCH, KEY, World};

async fn look(repository: &impl selfopt_core::Forge) {
    repository.find(BRANCH).await.expect("an answer");
}

#[tokio::test]
async fn a_token_may_do_what_is_needed_and_no_more() {
    let world = World::new().await;
    let app = world.app();
    look(&World::repository_of(&app, Checks::None)).await;
    look(&World::repository_of(&app, Checks::Write)).await;
    let least = json!({ "metadata": "read", "contents": "write", "pull_requests": "write" });
    let mut checks = least.clone();
    checks["checks"] = json!("write");
    let granted: Vec<_> = world.github.state().tokens.iter().map(|(_, may)| may.clone()).collect();
    assert_eq!(granted, [least, checks]);
    world.github.assert_contract();
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let world = World::new().await;
    let app = world.app();
    let repository = World::repository_of(&app, Checks::None);
    let granted = || world.github.state().granted;
    for (pass, expected) in [(0, 1), (49, 1), (2, 2), (51, 3)] {
        world.time.pass(Millis::from_minutes(pass));
        look(&repository).await;
        // Shared by all that the App hands out.
        look(&World::repository_of(&app, Checks::None)).await;
        assert_eq!(granted(), expected, "after {pass} minutes");
    }
    app.forget(InstallationId(crate::fake::INSTALLATION));
    look(&World::repository_of(&app, Checks::None)).await;
    assert_eq!(granted(), 4);
}

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let world = World::new().await;
    let app = world.app();
    let repositories: Vec<_> = (0..8).map(|_| World::repository_of(&app, Checks::None)).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for repository in repositories {
        tasks.spawn(async move { look(&repository).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    assert_eq!(world.github.state().granted, 1);
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once() {
    let world = World::new().await;
    let repository = world.repository();
    look(&repository).await;
    world.github.state().tokens.clear();
    look(&repository).await;
    assert_eq!(world.github.state().granted, 2);
    // Where no token works, it ends.
    world.github.state().tokens.clear();
    let kind = crate::fake::Kind::status(401);
    world.github.fail(crate::fake::Fault::always("GET", "/pulls", kind));
    let error = repository.find(BRANCH).await.expect_err("refused");
    assert!(error.to_string().contains("401"), "{error}");
    assert_eq!(world.github.state().granted, 3);
}

#[tokio::test]
async fn an_installation_is_found_by_its_repository() {
    let world = World::new().await;
    let name = RepositoryName::parse("acme/web").expect("a name");
    let found = world.app().installation_of(&name).await.expect("an answer");
    assert_eq!(found, Some(InstallationId(crate::fake::INSTALLATION)));
    world.github.assert_contract();
}

#[tokio::test]
async fn a_key_that_is_none_is_told_without_showing_it() {
    let world = World::new().await;
    let half = &KEY[..KEY.len() / 2];
    for key in ["", "canary", half] {
        let made = App::new(AppSettings {
            app_id: 1,
            key: Secret::new(key),
            endpoints: Endpoints::github(),
            clock: world.time.clone(),
            pause: world.time.clone(),
            timeout: std::time::Duration::from_secs(1),
            max_wait: Millis(0),
        });
        let error = made.expect_err("no key");
        assert!(matches!(error, GitHubError::Key { .. }), "{error}");
        let said = format!("{error} {error:?} {}", error.hint());
        assert!(!said.contains("canary") && !said.contains("MIIE"), "{said}");
    }
}
