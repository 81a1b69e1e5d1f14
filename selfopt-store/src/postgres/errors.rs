//! What Postgres says, as [`StoreError`]s.

use selfopt_core::{StoreError, StorePlace};
use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::errors;

/// Turns what goes wrong while `doing` something into the port's error.
pub(super) fn failing(place: String, doing: String) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| from_sqlx(error, &place, &doing)
}

/// Tells the causes apart that a user can do something about, by SQLSTATE:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub(super) fn from_sqlx(error: sqlx::Error, place: &str, doing: &str) -> StoreError {
    let server = || StorePlace::Server(place.to_owned());
    match error {
        sqlx::Error::Migrate(error) => from_migration(*error, place, doing),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            errors::from_decoding(error, doing)
        }
        error => match error.as_database_error().and_then(DatabaseError::code).as_deref() {
            Some("25006") => StoreError::ReadOnly { place: server(), source: error.into() },
            Some("53100") => StoreError::DiskFull { place: server(), source: error.into() },
            Some("XX001" | "XX002") => {
                StoreError::Corrupt { what: "the database".to_owned(), source: error.into() }
            }
            _ => StoreError::Failed { doing: doing.to_owned(), source: error.into() },
        },
    }
}

/// Turns what goes wrong while migrating into the port's error.
pub(super) fn from_migration(error: MigrateError, place: &str, doing: &str) -> StoreError {
    errors::from_migration(error, doing, |error| from_sqlx(error, place, doing))
}
