//! What sqlx says, as [`StoreError`]s, as far as it is the same in every
//! database.

use selfopt_core::StoreError;
use sqlx::migrate::MigrateError;

/// A row that is not as it was written.
pub(crate) fn from_decoding(error: sqlx::Error, doing: &str) -> StoreError {
    StoreError::Corrupt { what: format!("a row needed to {doing}"), source: error.into() }
}

/// What an update did not find is an error.
pub(crate) fn must_be_there(
    rows: u64,
    failing: impl FnOnce(sqlx::Error) -> StoreError,
) -> Result<(), StoreError> {
    if rows == 0 { Err(failing(sqlx::Error::RowNotFound)) } else { Ok(()) }
}

/// Migrations fail for their own reasons, or for those of any statement.
pub(crate) fn from_migration(
    error: MigrateError,
    doing: &str,
    from_sqlx: impl FnOnce(sqlx::Error) -> StoreError,
) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => from_sqlx(error),
        MigrateError::VersionMissing(_)
        | MigrateError::VersionMismatch(_)
        | MigrateError::Dirty(_) => {
            StoreError::Corrupt { what: "the schema".to_owned(), source: error.into() }
        }
        error => StoreError::Failed { doing: doing.to_owned(), source: error.into() },
    }
}
