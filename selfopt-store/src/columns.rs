//! How values are written in columns, the same in every database.

use selfopt_core::StoreError;
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as WordError},
};

/// A value that JSON writes as one string, such as an enum or a digest.
pub(crate) fn from_word<T: DeserializeOwned>(text: &str) -> Result<T, WordError> {
    T::deserialize(text.into_deserializer())
}

/// The one string that JSON writes a value as.
pub(crate) fn to_word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only called for enums without data, not {other:?}"),
    }
}

/// A number as databases take it: 63 bits and a sign.
pub(crate) fn integer(value: u64, what: &str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|source| StoreError::Failed {
        doing: format!("write {what}"),
        source: source.into(),
    })
}

/// The end of the range of texts that start with a prefix, itself not in it.
/// A range, and not LIKE, because the index on ids serves it and no character
/// of the prefix means anything special. No id holds the last code point.
pub(crate) fn end_of_prefix(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}
