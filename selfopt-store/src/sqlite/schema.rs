//! Brings a database to the schema that this version knows.

use selfopt_core::{StoreError, StorePlace, Timestamp};
use sqlx::{SqliteConnection, SqlitePool, migrate::Migrator};
use uuid::Uuid;

use super::{errors, rows};
use crate::ids::IdSource;

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

const DOING: &str = "bring the store up to date";

/// Migrates, makes sure that there is a local organization, and returns its id.
///
/// One transaction, which takes the write lock at its start: of two processes
/// one waits here, and a process that dies leaves the schema as it was.
pub(super) async fn prepare(
    pool: &SqlitePool,
    place: &str,
    ids: &IdSource,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let failing = |error| errors::from_sqlx(error, place, DOING);
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failing)?;
    refuse_newer(&mut transaction, place).await?;
    // `run` would do, but leaves every caller with a future that the compiler
    // cannot show to be `Send`; this is what it calls.
    MIGRATOR
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(|error| errors::from_migration(error, place, DOING))?;
    let created_at = rows::integer(now.0, "the time")?;
    let organization =
        local_organization(&mut transaction, ids, now, created_at).await.map_err(failing)?;
    transaction.commit().await.map_err(failing)?;
    Ok(organization)
}

async fn refuse_newer(connection: &mut SqliteConnection, place: &str) -> Result<(), StoreError> {
    let found =
        newest_applied(connection).await.map_err(|error| errors::from_sqlx(error, place, DOING))?;
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    match found {
        Some(found) if found > known => {
            Err(StoreError::TooNew { place: StorePlace::Directory(place.to_owned()), found, known })
        }
        _ => Ok(()),
    }
}

async fn newest_applied(connection: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    let migrated: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !migrated {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await
}

/// The first organization; made, with its owner, when there is none.
async fn local_organization(
    connection: &mut SqliteConnection,
    ids: &IdSource,
    now: Timestamp,
    created_at: i64,
) -> sqlx::Result<Uuid> {
    let first = sqlx::query("SELECT id FROM organizations ORDER BY id LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = first {
        return rows::uuid(&row, "id");
    }
    let user = ids.next(now);
    let organization = ids.next(now);
    sqlx::query("INSERT INTO users (id, created_at) VALUES (?, ?)")
        .bind(user.to_string())
        .bind(created_at)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO organizations (id, name, owner_id) VALUES (?, 'local', ?)")
        .bind(organization.to_string())
        .bind(user.to_string())
        .execute(connection)
        .await?;
    Ok(organization)
}
