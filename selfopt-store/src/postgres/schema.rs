//! Brings a database to the schema that this version knows. The migrations are
//! those in `supabase/`, which the Supabase CLI reads too.

use std::{borrow::Cow, collections::BTreeSet};

use selfopt_core::{StoreError, StorePlace};
use sqlx::{
    Connection as _, PgConnection,
    migrate::{Migrate as _, MigrateError, Migrator},
};

use super::errors;

/// Out of the way of the API: everything in `public` may be exposed.
const TABLE: &str = "private.migrations";

const DOING: &str = "bring the store up to date";

/// Of all programs that lock things in a database, SelfOpt's own: its name in
/// bytes.
const LOCK: i64 = i64::from_be_bytes(*b"selfopt ");

fn migrator() -> Migrator {
    Migrator {
        table_name: Cow::Borrowed(TABLE),
        create_schemas: Cow::Borrowed(&[Cow::Borrowed("private")]),
        // The whole is one transaction with a lock of its own.
        locking: false,
        ..sqlx::migrate!("../supabase/migrations")
    }
}

/// Migrates. Of several servers that start at once one does it and the others
/// wait; one that dies leaves the schema as it was.
pub(super) async fn prepare(connection: &mut PgConnection, place: &str) -> Result<(), StoreError> {
    let failing = |error| errors::from_sqlx(error, place, DOING);
    let refused = |error| errors::from_migration(error, place, DOING);
    let migrator = migrator();
    let mut transaction = connection.begin().await.map_err(failing)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(failing)?;
    refuse_newer(&mut transaction, &migrator, place).await?;
    adopt(&mut transaction, &migrator).await.map_err(refused)?;
    migrator.run_direct(None, &mut *transaction, false).await.map_err(refused)?;
    transaction.commit().await.map_err(failing)
}

async fn refuse_newer(
    connection: &mut PgConnection,
    migrator: &Migrator,
    place: &str,
) -> Result<(), StoreError> {
    let failing = |error| errors::from_sqlx(error, place, DOING);
    if !exists(connection, TABLE).await.map_err(failing)? {
        return Ok(());
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM private.migrations")
        .fetch_one(connection)
        .await
        .map_err(failing)?;
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or_default();
    match found {
        Some(found) if found > known => {
            Err(StoreError::TooNew { place: StorePlace::Server(place.to_owned()), found, known })
        }
        _ => Ok(()),
    }
}

/// Takes over what the Supabase CLI has applied.
async fn adopt(connection: &mut PgConnection, migrator: &Migrator) -> Result<(), MigrateError> {
    connection.create_schema_if_not_exists("private").await?;
    connection.ensure_migrations_table(TABLE).await?;
    if !exists(connection, "supabase_migrations.schema_migrations").await? {
        return Ok(());
    }
    let ours: BTreeSet<i64> = connection
        .list_applied_migrations(TABLE)
        .await?
        .into_iter()
        .map(|applied| applied.version)
        .collect();
    let theirs: Vec<String> =
        sqlx::query_scalar("SELECT version FROM supabase_migrations.schema_migrations")
            .fetch_all(&mut *connection)
            .await?;
    for migration in migrator.iter() {
        let version = migration.version.to_string();
        if theirs.contains(&version) && !ours.contains(&migration.version) {
            connection.skip(TABLE, migration).await?;
        }
    }
    Ok(())
}

async fn exists(connection: &mut PgConnection, table: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(connection).await
}
