//! Long lists in pages. A cursor names the last row that was seen, so that a
//! row which arrives meanwhile neither shifts the next page nor shows twice.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    after: Option<Cursor>,
    limit: u32,
}

impl PageRequest {
    /// The longest page, in rows.
    pub const MAX_LIMIT: u32 = 100;

    /// At most `limit` rows (1 to 100) after a cursor, or from the start.
    pub fn new(limit: u32, after: Option<Cursor>) -> Result<Self, PageError> {
        match limit {
            1..=Self::MAX_LIMIT => Ok(Self { after, limit }),
            _ => Err(PageError::Limit { limit }),
        }
    }

    /// Where the page before this one ended.
    pub fn after(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }

    /// The most rows to give, 1 to 100.
    pub fn limit(&self) -> u32 {
        self.limit
    }
}

impl Default for PageRequest {
    /// The first 50.
    fn default() -> Self {
        Self { after: None, limit: 50 }
    }
}

/// One part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The page of a store that read one row more than asked for, to know
    /// whether there are more. `cursor` names a row.
    pub fn of(mut rows: Vec<T>, asked: &PageRequest, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { items: rows, next }
    }

    /// The same page with each row made into something else.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(row).collect(), next: self.next }
    }
}

/// A place in a list, in characters that need no escaping in a URL. What it
/// holds is the store's own business, and grants nothing: whoever forges one
/// only chooses where a list of what they may read begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Cursor(Vec<String>);

/// Longer than the key of any row.
const MAX_CURSOR_LENGTH: usize = 1024;

impl Cursor {
    /// The row of a list with this key; the list's name guards against use
    /// with another list.
    pub fn new(list: &str, key: impl IntoIterator<Item = String>) -> Self {
        Self(std::iter::once(list.to_owned()).chain(key).collect())
    }

    /// Reads a cursor as it was printed.
    pub fn parse(text: &str) -> Result<Self, PageError> {
        let bytes = (text.len() <= MAX_CURSOR_LENGTH).then(|| unhex(text)).flatten();
        bytes
            .and_then(|bytes| serde_json::from_slice::<Vec<String>>(&bytes).ok())
            .filter(|parts| !parts.is_empty())
            .map(Self)
            .ok_or(PageError::Cursor)
    }

    /// The key of a row, if this is a cursor of that list with as many parts.
    pub fn key<const N: usize>(&self, list: &str) -> Result<&[String; N], PageError> {
        match self.0.split_first() {
            Some((of, key)) if of == list => key.try_into().map_err(|_| PageError::Cursor),
            _ => Err(PageError::Cursor),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<String> for Cursor {
    type Error = PageError;

    fn try_from(text: String) -> Result<Self, PageError> {
        Self::parse(&text)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<Vec<u8>>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// A page that cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PageError {
    /// Too many rows at once, or none.
    #[error("a page has 1 to {max} rows, not {limit}", max = PageRequest::MAX_LIMIT)]
    Limit {
        /// What was asked for.
        limit: u32,
    },
    /// The text is no cursor, or one of another list.
    #[error("this is no cursor of this list")]
    Cursor,
}

impl PageError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Limit { .. } => "ask for fewer rows, and for more with the cursor `next`",
            Self::Cursor => "take the cursor from `next` of the page before, or begin without one",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_belongs_to_its_list() {
        let cursor = Cursor::new("runs", ["1".to_owned(), "größe \"".to_owned()]);
        let text = cursor.to_string();
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric()), "{text}");
        let read = Cursor::parse(&text).expect("it was printed");
        assert_eq!(read, cursor);
        assert_eq!(read.key("runs"), Ok(&["1".to_owned(), "größe \"".to_owned()]));
        assert_eq!(read.key::<1>("runs"), Err(PageError::Cursor));
        assert_eq!(read.key::<2>("attempts"), Err(PageError::Cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let long = "5b".repeat(1000);
        for text in ["", "5", "zz", "5b5d", "7b7d", "ü", "+1", &long] {
            assert_eq!(Cursor::parse(text), Err(PageError::Cursor), "{text}");
        }
        assert!(serde_json::from_str::<Cursor>("\"5b\"").is_err());
    }

    #[test]
    fn a_page_has_at_least_one_row_and_at_most_a_hundred() {
        for limit in [1, 100] {
            assert_eq!(PageRequest::new(limit, None).expect("within").limit(), limit);
        }
        for limit in [0, 101, u32::MAX] {
            assert_eq!(PageRequest::new(limit, None), Err(PageError::Limit { limit }));
        }
    }

    #[test]
    fn only_a_page_with_more_behind_it_names_the_next() {
        let asked = PageRequest::new(2, None).expect("within");
        let cursor = |row: &u32| Cursor::new("numbers", [row.to_string()]);
        assert_eq!(Page::of(vec![1, 2], &asked, cursor).next, None);
        let page = Page::of(vec![1, 2, 3], &asked, cursor);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(cursor(&2))));
    }
}
