//! From any state of a database to the schema of this version, or a refusal.

use std::{fs, path::PathBuf};

use selfopt_core::{StoreError, StorePlace};
use selfopt_store::PostgresDatabase;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use super::cluster;
use crate::backend::run_in;

/// The migrations in their order, each with its version.
fn migrations() -> Vec<(i64, PathBuf)> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../supabase/migrations");
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            (name.split_once('_').unwrap().0.parse().unwrap(), path)
        })
        .collect();
    found.sort();
    found
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// What a database is made of, a line an object.
async fn schema(url: &str) -> String {
    let rows = connect(url)
        .await
        .fetch_all(
            "SELECT format('%s.%s %s %s', table_schema, table_name, column_name, data_type) AS line
             FROM information_schema.columns WHERE table_schema IN ('public', 'private')
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             UNION ALL SELECT format('%s %s %s %s', tablename, policyname, qual, with_check)
             FROM pg_policies
             ORDER BY 1",
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get::<String, _>("line") + "\n").collect()
}

async fn open(url: &str) -> Result<(), StoreError> {
    PostgresDatabase::open(url).await?.close().await;
    Ok(())
}

/// As the Supabase CLI leaves a database after the first of the migrations.
async fn push(url: &str, n_migrations: usize) {
    let mut database = connect(url).await;
    database
        .execute(
            "CREATE SCHEMA supabase_migrations;
             CREATE TABLE supabase_migrations.schema_migrations
                 (version text PRIMARY KEY, statements text[], name text)",
        )
        .await
        .unwrap();
    for (version, path) in &migrations()[..n_migrations] {
        let sql = fs::read_to_string(path).unwrap();
        database.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        sqlx::query("INSERT INTO supabase_migrations.schema_migrations VALUES ($1)")
            .bind(version.to_string())
            .execute(&mut database)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn from_nothing_or_any_version_the_schema_becomes_the_same() {
    let fresh = cluster::new_database();
    open(&fresh).await.unwrap();
    let expected = schema(&fresh).await;
    assert!(expected.contains("proposals_by_repository"), "{expected}");
    open(&fresh).await.unwrap();
    assert_eq!(schema(&fresh).await, expected, "opened again");
    for n in 0..=migrations().len() {
        let url = cluster::new_database();
        push(&url, n).await;
        open(&url).await.unwrap();
        assert_eq!(schema(&url).await, expected, "after {n} migrations by the Supabase CLI");
        let known: Vec<i64> =
            sqlx::query_scalar("SELECT version FROM private.migrations WHERE success ORDER BY 1")
                .fetch_all(&mut connect(&url).await)
                .await
                .unwrap();
        assert!(known.into_iter().eq(migrations().into_iter().map(|(version, _)| version)));
    }
}

#[tokio::test]
async fn servers_that_start_at_once_migrate_once() {
    let url = cluster::new_database();
    let mut servers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = url.clone();
        servers.spawn(async move { open(&url).await });
    }
    for opened in servers.join_all().await {
        opened.unwrap();
    }
}

#[tokio::test]
async fn a_schema_that_is_newer_or_tampered_with_is_refused() {
    let url = cluster::new_database();
    open(&url).await.unwrap();
    let mut database = connect(&url).await;
    database
        .execute(
            "INSERT INTO private.migrations VALUES (99990101000000, 'later', now(), true, '', 0)",
        )
        .await
        .unwrap();
    let error = open(&url).await.unwrap_err();
    let StoreError::TooNew { found, known, place } = &error else { panic!("{error:?}") };
    assert_eq!(*found, 99_990_101_000_000);
    assert_eq!(*known, migrations().last().unwrap().0);
    assert!(matches!(place, StorePlace::Server(_)), "{place:?}");
    assert!(place.to_string().contains("/test_"), "{place}");
    assert!(!error.hint().unwrap().contains("--store"), "{:?}", error.hint());

    database
        .execute("DELETE FROM private.migrations WHERE version = 99990101000000")
        .await
        .unwrap();
    database.execute("UPDATE private.migrations SET checksum = '\\x00'").await.unwrap();
    let error = open(&url).await.unwrap_err();
    assert_eq!(error.to_string(), "the schema in the store does not read back");
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_told_apart() {
    let url = cluster::new_database();
    open(&url).await.unwrap();
    connect(&url)
        .await
        .execute(
            "DO $$ BEGIN EXECUTE format(
                 'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()
             ); END $$",
        )
        .await
        .unwrap();
    let error = open(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("standby") && !hint.contains("--store"), "{hint}");
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_schema_as_it_was() {
    let url = cluster::new_database();
    let mut database = connect(&url).await;
    // In the way of the last migration.
    database.execute("DROP TABLE storage.objects").await.unwrap();
    let before = schema(&url).await;
    let error = open(&url).await.unwrap_err();
    assert_eq!(error.to_string(), "failed to bring the store up to date");
    assert_eq!(schema(&url).await, before);
}

/// A server that dies in the middle of a write, or a caller that gives up: the
/// connection it used is not left in a transaction that swallows later writes.
#[tokio::test]
async fn what_is_written_after_an_abandoned_write_is_kept() {
    let backend = super::TempPostgres::new();
    let store = backend.store().await;
    let mut kept = Vec::new();
    for n_polls in 0..40 {
        let run = run_in(&store, "/a").await;
        {
            let scan = [crate::values::opportunity("o", 1)];
            let mut write = std::pin::pin!(selfopt_core::OpportunityStore::put_opportunities(
                &store, run.id, &scan
            ));
            for _ in 0..n_polls {
                tokio::task::yield_now().await;
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                if std::future::Future::poll(write.as_mut(), &mut context).is_ready() {
                    break;
                }
            }
        }
        kept.push(run_in(&store, "/a").await.id.0);
    }
    let mut database = backend.connect().await;
    let n_kept: i64 = sqlx::query_scalar("SELECT count(*) FROM runs WHERE id = ANY ($1)")
        .bind(&kept)
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(usize::try_from(n_kept).unwrap(), kept.len());
}
