//! Columns that need more than SQLite's own types.

use selfopt_core::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{Row, error::BoxDynError, sqlite::SqliteRow};
use uuid::Uuid;

use crate::columns;
pub(super) use crate::columns::{end_of_prefix, integer, to_word};
use crate::records::Columns;

impl Columns for SqliteRow {
    fn id(&self, column: &str) -> sqlx::Result<Uuid> {
        uuid(self, column)
    }

    fn optional_id(&self, column: &str) -> sqlx::Result<Option<Uuid>> {
        let id: Option<&str> = self.try_get(column)?;
        id.map(Uuid::parse_str).transpose().map_err(|source| undecodable(column, source.into()))
    }

    fn time(&self, column: &str) -> sqlx::Result<Timestamp> {
        time(self, column)
    }

    fn optional_time(&self, column: &str) -> sqlx::Result<Option<Timestamp>> {
        self.try_get::<Option<u64>, _>(column).map(|at| at.map(Timestamp))
    }

    fn text(&self, column: &str) -> sqlx::Result<String> {
        self.try_get(column)
    }

    fn optional_text(&self, column: &str) -> sqlx::Result<Option<String>> {
        self.try_get(column)
    }

    fn json(&self, column: &str) -> sqlx::Result<String> {
        self.try_get(column)
    }

    fn optional_json(&self, column: &str) -> sqlx::Result<Option<String>> {
        self.try_get(column)
    }

    fn word<T: DeserializeOwned>(&self, column: &str) -> sqlx::Result<T> {
        word(self, column)
    }

    fn decimal(&self, column: &str) -> sqlx::Result<u64> {
        decimal(self, column)
    }

    fn integer(&self, column: &str) -> sqlx::Result<i64> {
        self.try_get(column)
    }

    fn optional_integer(&self, column: &str) -> sqlx::Result<Option<i64>> {
        self.try_get(column)
    }

    fn flag(&self, column: &str) -> sqlx::Result<bool> {
        self.try_get(column)
    }

    fn real(&self, column: &str) -> sqlx::Result<f64> {
        self.try_get(column)
    }

    fn optional_real(&self, column: &str) -> sqlx::Result<Option<f64>> {
        self.try_get(column)
    }
}

/// An id that was written as text.
pub(super) fn uuid(row: &SqliteRow, column: &str) -> sqlx::Result<Uuid> {
    Uuid::parse_str(row.try_get(column)?).map_err(|source| undecodable(column, source.into()))
}

/// A time that was written by [`integer`].
pub(super) fn time(row: &SqliteRow, column: &str) -> sqlx::Result<Timestamp> {
    row.try_get(column).map(Timestamp)
}

/// A number that was written in decimal.
pub(super) fn decimal(row: &SqliteRow, column: &str) -> sqlx::Result<u64> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|source: std::num::ParseIntError| undecodable(column, source.into()))
}

/// A value that JSON writes as one string, such as an enum or a digest.
pub(super) fn word<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> sqlx::Result<T> {
    columns::from_word(row.try_get(column)?).map_err(|source| undecodable(column, source.into()))
}

fn undecodable(column: &str, source: BoxDynError) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source }
}
