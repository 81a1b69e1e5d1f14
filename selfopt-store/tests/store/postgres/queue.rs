//! What is particular to the queue on Postgres: tenants, and schedules that a
//! user sets past the service.

use selfopt_core::{
    ApiTokens as _, Clock as _, ComputeBudgets as _, Millis, NewRequest, PausedBy,
    RepoSettingsStore as _, RepositorySettings, RepositoryStore as _, RequestOrigin,
    RunRequests as _, ScheduleStore as _, TokenScope, WorkQueue as _, config::CommandsConfig,
    digest::Digest,
};

use super::TempPostgres;
use crate::backend::Backend as _;

const LEASE: Millis = Millis::from_secs(60);

#[tokio::test]
async fn a_service_sees_its_own_organization_alone() {
    let backend = TempPostgres::new();
    let ours = backend.store().await;
    let database = backend.database().await;
    let other = database.add_organization("other", super::user(1)).await.unwrap();
    let theirs = database.organization(other);

    let repo = ours.repository("/a").await.unwrap();
    let new = || NewRequest { repo, origin: RequestOrigin::Person, key: Some("k".to_owned()) };
    let request = ours.request_run(new()).await.unwrap().into_request();
    let settings =
        RepositorySettings { schedule: Some("0 3 * * *".to_owned()), ..Default::default() };
    ours.set_settings(repo, &settings).await.unwrap();
    let hash = Digest::of(b"secret");
    let token = ours.keep_token("ci", TokenScope::Read, &hash).await.unwrap();

    theirs.request_run(new()).await.unwrap_err();
    theirs.tick(repo, backend.clock().now()).await.unwrap_err();
    theirs.set_settings(repo, &RepositorySettings::default()).await.unwrap_err();
    theirs.confirm(repo, &CommandsConfig::default()).await.unwrap_err();
    theirs.reserve_compute(request.id, "2026-11", 1.0, None).await.unwrap_err();
    assert_eq!(theirs.run_request(request.id).await.unwrap(), None);
    assert_eq!(theirs.cancel_request(request.id).await.unwrap(), None);
    assert_eq!(theirs.requeue_request(request.id).await.unwrap(), None);
    assert_eq!(theirs.run_requests(repo, None, 10).await.unwrap(), []);
    assert_eq!(theirs.settings(repo).await.unwrap(), RepositorySettings::default());
    assert_eq!(theirs.schedules().await.unwrap(), []);
    assert_eq!(theirs.token(&hash).await.unwrap(), None);
    assert_eq!(theirs.tokens().await.unwrap(), []);
    assert_eq!(theirs.revoke_token(token.id).await.unwrap(), None);
    assert_eq!(theirs.claim("theirs", LEASE).await.unwrap(), None);

    ours.set_pause(repo, "holidays", PausedBy::Person).await.unwrap();
    theirs.set_pause(repo, "mine", PausedBy::Person).await.unwrap_err();
    theirs.resume(repo).await.unwrap();
    assert_eq!(theirs.pause(repo).await.unwrap(), None);
    assert_eq!(ours.pause(repo).await.unwrap().unwrap().reason, "holidays");
    ours.resume(repo).await.unwrap();

    // Keys are each organization's own.
    let own = theirs.repository("/a").await.unwrap();
    let second = theirs.request_run(NewRequest { repo: own, ..new() }).await.unwrap();
    assert_ne!(second.into_request().id, request.id);
    assert_eq!(ours.claim("w", LEASE).await.unwrap().unwrap().id, request.id);
    assert_eq!(theirs.reclaim(&["w".to_owned()]).await.unwrap(), 0);
    assert_eq!(ours.settings(repo).await.unwrap(), settings);
    assert_eq!(ours.token(&hash).await.unwrap(), Some(token));
}

/// A user changes the row through the API of the database.
#[tokio::test]
async fn a_schedule_counts_from_when_anybody_set_it() {
    let backend = TempPostgres::new();
    let store = backend.store().await;
    let repo = store.repository("/a").await.unwrap();
    let settings =
        RepositorySettings { schedule: Some("0 3 * * *".to_owned()), ..Default::default() };
    store.set_settings(repo, &settings).await.unwrap();
    let mut database = backend.connect().await;
    for (statement, later) in [
        ("UPDATE settings SET compute_budget_minutes = 5", false),
        ("UPDATE settings SET schedule = '0 3 * * *'", false),
        ("UPDATE settings SET schedule = '0 4 * * *'", true),
    ] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
        let since = store.schedules().await.unwrap()[0].since;
        assert_eq!(since > backend.clock().now(), later, "{statement}");
    }
}
