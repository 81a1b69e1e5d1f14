//! What is said while an engine is put together.

/// Something that a person may want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// What is being done.
    Progress(&'a str),
    /// What may not be as expected.
    Warning(&'a str),
}

/// Hears what is said.
pub type Say = fn(Said<'_>);
