//! Columns that need more than Postgres's own types.

use selfopt_core::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{Row, error::BoxDynError, postgres::PgRow};
use uuid::Uuid;

use super::{at::At, nul};
use crate::{columns, records::Columns};

impl Columns for PgRow {
    fn id(&self, column: &str) -> sqlx::Result<Uuid> {
        self.try_get(column)
    }

    fn optional_id(&self, column: &str) -> sqlx::Result<Option<Uuid>> {
        self.try_get(column)
    }

    fn time(&self, column: &str) -> sqlx::Result<Timestamp> {
        time(self, column)
    }

    fn optional_time(&self, column: &str) -> sqlx::Result<Option<Timestamp>> {
        self.try_get::<Option<At>, _>(column).map(|at| at.map(|At(at)| at))
    }

    fn text(&self, column: &str) -> sqlx::Result<String> {
        text(self, column)
    }

    fn optional_text(&self, column: &str) -> sqlx::Result<Option<String>> {
        self.try_get::<Option<String>, _>(column).map(|text| text.map(nul::read))
    }

    fn json(&self, column: &str) -> sqlx::Result<String> {
        json(self, column)
    }

    fn optional_json(&self, column: &str) -> sqlx::Result<Option<String>> {
        self.try_get::<Option<String>, _>(column).map(|json| json.map(nul::read_json))
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

pub(super) fn time(row: &PgRow, column: &str) -> sqlx::Result<Timestamp> {
    row.try_get(column).map(|At(at)| at)
}

/// A number that was read as text.
pub(super) fn decimal(row: &PgRow, column: &str) -> sqlx::Result<u64> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|source: std::num::ParseIntError| undecodable(column, source.into()))
}

/// A number that Postgres keeps with a sign it never has.
pub(super) fn unsigned<T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>>(
    row: &PgRow,
    column: &str,
) -> sqlx::Result<T> {
    T::try_from(row.try_get(column)?).map_err(|source| undecodable(column, source.into()))
}

/// A value that JSON writes as one string, such as an enum or a digest.
pub(super) fn word<T: DeserializeOwned>(row: &PgRow, column: &str) -> sqlx::Result<T> {
    columns::from_word(row.try_get(column)?).map_err(|source| undecodable(column, source.into()))
}

/// A text that [`nul`] kept.
pub(super) fn text(row: &PgRow, column: &str) -> sqlx::Result<String> {
    row.try_get(column).map(nul::read)
}

/// JSON that [`nul`] kept, read as text.
pub(super) fn json(row: &PgRow, column: &str) -> sqlx::Result<String> {
    row.try_get(column).map(nul::read_json)
}

/// What a column holds that no version writes.
pub(super) fn undecodable(column: &str, source: BoxDynError) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source }
}
