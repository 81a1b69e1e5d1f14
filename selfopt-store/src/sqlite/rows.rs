//! Columns that need more than SQLite's own types.

use selfopt_core::{StoreError, Timestamp};
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as WordError},
};
use sqlx::{Row, error::BoxDynError, sqlite::SqliteRow};
use uuid::Uuid;

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
    let text: &str = row.try_get(column)?;
    T::deserialize(text.into_deserializer())
        .map_err(|source: WordError| undecodable(column, source.into()))
}

/// The one string that JSON writes a value as.
pub(super) fn to_word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only called for enums without data, not {other:?}"),
    }
}

/// A number as SQLite takes it: 63 bits and a sign.
pub(super) fn integer(value: u64, what: &str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|source| StoreError::Failed {
        doing: format!("write {what}"),
        source: source.into(),
    })
}

/// The end of the range of texts that start with a prefix, itself not in it.
/// A range, and not LIKE, because the index on ids serves it and no character
/// of the prefix means anything special. No id holds the last code point.
pub(super) fn end_of_prefix(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

fn undecodable(column: &str, source: BoxDynError) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source }
}
