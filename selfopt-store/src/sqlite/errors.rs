//! What SQLite and the file system say, as [`StoreError`]s.

use std::io;

use selfopt_core::{StoreError, StorePlace};
use sqlx::migrate::MigrateError;

use crate::errors;

// Primary result codes; an extended code carries its primary one in the low
// byte. <https://www.sqlite.org/rescode.html>
const READONLY: u32 = 8;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const NOTADB: u32 = 26;
/// No room for the shared-memory file of the write-ahead log.
const IOERR_SHMSIZE: u32 = 0x130a;

/// Turns what goes wrong while `doing` something into the port's error.
pub(super) fn failing(place: String, doing: String) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| from_sqlx(error, &place, &doing)
}

/// Tells the causes apart that a user can do something about.
pub(super) fn from_sqlx(error: sqlx::Error, place: &str, doing: &str) -> StoreError {
    match error {
        sqlx::Error::Io(error) => from_io(error, place, doing),
        sqlx::Error::Migrate(error) => from_migration(*error, place, doing),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            errors::from_decoding(error, doing)
        }
        error => match result_code(&error) {
            Some(IOERR_SHMSIZE) => disk_full(place, error.into()),
            Some(code) => match code & 0xff {
                // SQLite opens a file that it may not write for reading only,
                // and cannot open one in a directory that it may not write.
                READONLY | CANTOPEN => read_only(place, error.into()),
                FULL => disk_full(place, error.into()),
                CORRUPT | NOTADB => StoreError::Corrupt {
                    what: "the database file".to_owned(),
                    source: error.into(),
                },
                _ => failed(doing, error.into()),
            },
            None => failed(doing, error.into()),
        },
    }
}

/// Turns what goes wrong while migrating into the port's error.
pub(super) fn from_migration(error: MigrateError, place: &str, doing: &str) -> StoreError {
    errors::from_migration(error, doing, |error| from_sqlx(error, place, doing))
}

/// Tells the causes apart that a user can do something about.
pub(crate) fn from_io(error: io::Error, place: &str, doing: &str) -> StoreError {
    match error.kind() {
        // A file where the directory should be is as unwritable as a locked one.
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::AlreadyExists => read_only(place, error.into()),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_full(place, error.into()),
        _ => failed(doing, error.into()),
    }
}

fn result_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn read_only(place: &str, source: Cause) -> StoreError {
    StoreError::ReadOnly { place: StorePlace::Directory(place.to_owned()), source }
}

fn disk_full(place: &str, source: Cause) -> StoreError {
    StoreError::DiskFull { place: StorePlace::Directory(place.to_owned()), source }
}

fn failed(doing: &str, source: Cause) -> StoreError {
    StoreError::Failed { doing: doing.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use sqlx::{ConnectOptions as _, Connection as _, Executor as _, sqlite::SqliteConnectOptions};

    use super::*;

    /// What SQLite itself says, when `statement` is run on a database made so.
    async fn says(options: SqliteConnectOptions, statement: &'static str) -> StoreError {
        let failed = async { options.connect().await?.execute(statement).await }.await;
        from_sqlx(failed.unwrap_err(), "here", "write")
    }

    fn options(dir: &tempfile::TempDir) -> SqliteConnectOptions {
        SqliteConnectOptions::new().filename(dir.path().join("a.db")).create_if_missing(true)
    }

    #[tokio::test]
    async fn sqlite_errors_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let mut database = options(&dir).connect().await.unwrap();
        database.execute("CREATE TABLE a (b TEXT)").await.unwrap();
        database.close().await.unwrap();

        let read_only = says(options(&dir).read_only(true), "INSERT INTO a VALUES (1)").await;
        assert!(matches!(read_only, StoreError::ReadOnly { .. }), "{read_only:?}");

        // A disk of three pages.
        let full = says(
            options(&dir).pragma("max_page_count", "3"),
            "INSERT INTO a VALUES (zeroblob(100000))",
        )
        .await;
        assert!(matches!(full, StoreError::DiskFull { .. }), "{full:?}");

        let missing = SqliteConnectOptions::new().filename(dir.path().join("no/such.db"));
        let missing = says(missing, "SELECT 1").await;
        assert!(matches!(missing, StoreError::ReadOnly { .. }), "{missing:?}");

        let other = says(options(&dir), "SELECT * FROM nothing").await;
        assert_eq!(other.to_string(), "failed to write");
    }

    #[test]
    fn file_errors_are_told_apart() {
        let said = |kind: io::ErrorKind| from_io(kind.into(), "here", "write");
        assert!(matches!(said(io::ErrorKind::StorageFull), StoreError::DiskFull { .. }));
        assert!(matches!(said(io::ErrorKind::QuotaExceeded), StoreError::DiskFull { .. }));
        assert!(matches!(said(io::ErrorKind::ReadOnlyFilesystem), StoreError::ReadOnly { .. }));
        assert!(matches!(said(io::ErrorKind::PermissionDenied), StoreError::ReadOnly { .. }));
        assert!(matches!(said(io::ErrorKind::Interrupted), StoreError::Failed { .. }));
    }
}
