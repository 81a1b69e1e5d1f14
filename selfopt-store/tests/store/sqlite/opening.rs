//! Opening a store, and refusing to.

use std::{fs, path::Path};

use selfopt_core::{
    AttemptStatus, AttemptStore as _, OpportunityStore as _, RepositoryStore as _, StoreError,
};
use selfopt_store::SqliteStore;

use super::database;
use crate::{
    backend::run_in,
    values::{attempt, opportunity},
};

async fn refusal(dir: &Path) -> StoreError {
    SqliteStore::open(dir).await.err().expect("it does not open")
}

#[tokio::test]
async fn a_store_is_made_where_there_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("made/when/needed");
    let store = SqliteStore::open(&place).await.unwrap();
    let run = run_in(&store, "/a").await;
    store.close().await;
    // Closed, everything is in the one file.
    assert!(!place.join("selfopt.db-wal").exists());
    let store = SqliteStore::open(&place).await.unwrap();
    assert_eq!(run_in(&store, "/a").await.repo, run.repo);
}

/// As when a dashboard and a run start together. Each round has a new store:
/// only the first opening is delicate.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_make_the_same_store_at_once() {
    for _ in 0..4 {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("store");
        let openings: Vec<_> = (0..4)
            .map(|_| {
                let place = place.clone();
                tokio::spawn(async move {
                    let store = SqliteStore::open(&place).await.unwrap();
                    store.repository("/a").await.unwrap()
                })
            })
            .collect();
        let mut repos = Vec::new();
        for opening in openings {
            repos.push(opening.await.unwrap());
        }
        repos.dedup();
        assert_eq!(repos.len(), 1);
    }
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("selfopt.db"), b"").unwrap();
    SqliteStore::open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    SqliteStore::open(dir.path()).await.unwrap().close().await;
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (9999, 'later', '', TRUE, x'00', 0)")
        .execute(&mut database(dir.path()).await)
        .await
        .unwrap();
    let error = refusal(dir.path()).await;
    let StoreError::TooNew { found, known, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*found, *known), (9999, 4));
    assert_eq!(
        error.to_string(),
        format!(
            "the store at `{}` was written by a newer version of selfopt (migration 9999, this version knows 4)",
            dir.path().display()
        )
    );
    assert!(
        error
            .hint()
            .unwrap()
            .contains("upgrade selfopt, or choose another store with `--store DIR`")
    );
}

#[tokio::test]
async fn a_schema_that_was_tampered_with_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    SqliteStore::open(dir.path()).await.unwrap().close().await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'")
        .execute(&mut database(dir.path()).await)
        .await
        .unwrap();
    let error = refusal(dir.path()).await;
    assert_eq!(error.to_string(), "the schema in the store does not read back");
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("selfopt.db");
    fs::write(&file, "something else ".repeat(1000)).unwrap();
    let error = refusal(dir.path()).await;
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    let untouched = fs::read_to_string(file).unwrap();
    assert!(untouched.starts_with("something else"));
}

#[tokio::test]
async fn a_row_that_does_not_read_back_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).await.unwrap();
    let run = run_in(&store, "/a").await.id;
    store.put_opportunities(run, &[opportunity("o", 1)]).await.unwrap();
    let made = attempt("a", "o", AttemptStatus::Rejected);
    store.put_attempt(run, &made).await.unwrap();
    sqlx::query("UPDATE attempts SET record = json_remove(record, '$.reason')")
        .execute(&mut database(dir.path()).await)
        .await
        .unwrap();
    let error = store.history(&made.id).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("attempt cand-a of run {run} in the store does not read back")
    );
}

/// The one way to be unwritable that also binds a superuser; what SQLite itself
/// says about a read-only file is tested beside the code that reads it.
#[tokio::test]
async fn a_file_in_place_of_the_directory_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"a file").unwrap();
    for place in [file.clone(), file.join("beneath")] {
        let error = refusal(&place).await;
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("make the directory writable"));
    }
}

/// Permissions do not bind a superuser: then the store opens.
#[cfg(unix)]
#[tokio::test]
async fn a_directory_without_permission_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let binding = fs::write(dir.path().join("probe"), b"").is_err();
    let opened = SqliteStore::open(dir.path()).await;
    assert_eq!(matches!(opened, Err(StoreError::ReadOnly { .. })), binding, "{:?}", opened.err());
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
}
