//! A file's tree and bindings as bytes: what a rule pack gets, once a file, and
//! reads where it is, with no call back to the host.
//!
//! Everything is little-endian and starts at a multiple of four bytes, so that
//! a guest in any language can look at it as an array of 32-bit words.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | `SOSN` |
//! | 4 | version, 1 |
//! | 8 | flags: bit 0, names could be resolved |
//! | 12 | offsets of the eleven sections, in the order below |
//!
//! Each section starts with the number of its rows.
//!
//! | section | a row |
//! |---|---|
//! | kinds | end offset of the name in the section's text, bit 31: a named kind; behind the rows the length of the text, the text, padded to four bytes, and two lists for binary search, each with its length: the named kinds in the order of their names, and the others |
//! | fields | the same |
//! | coverage | start, end |
//! | nodes | parent (`0xffff_ffff`: none), end of the subtree, start, end, then 16 bits kind, 8 bits field + 1 (0: none), 8 bits flags (1 named, 2 error, 4 missing, 8 holds an error) |
//! | symbols | name start, name end, declaration start, end, scope, then 8 bits each kind, exported, reassigned, 0 |
//! | declared | start of an identifier, the symbol that it declares; ascending |
//! | references | start, end, symbol (`0xffff_ffff`: none), use; ascending |
//! | scopes | start, end, parent (`0xffff_ffff`: none), kind |
//! | diagnostics | source, start, end, end offset of the message in the section's text; behind the rows as for kinds |
//! | starts | for each kind, and once more at the end, where its nodes begin in the next section |
//! | by kind | the named nodes, grouped by kind, in preorder |
//!
//! Nodes are in preorder: the first child of node `i` is `i + 1`, the next
//! sibling of `i` is where its subtree ends. Codes of kinds and uses are the
//! positions of the variants in [`crate::SymbolKind`], [`crate::ReferenceUse`],
//! [`crate::ScopeKind`] and [`crate::DiagnosticSource`].
//!
//! Nothing is made of the rows: the tree looks at them where they lie, and the
//! bindings when they are first asked for. So a pack that finds nothing in a
//! file pays next to nothing for getting it.

mod bindings;
mod codes;
mod read;
mod write;

pub(crate) use bindings::BindingRows;

use thiserror::Error;

/// The version of the format; another number is another format.
pub const SNAPSHOT_VERSION: u32 = 1;

const MAGIC: [u8; 4] = *b"SOSN";
const HEADER_LEN: usize = 12 + 4 * N_SECTIONS;
const N_SECTIONS: usize = 11;
const NONE: u32 = u32::MAX;
const HAS_BINDINGS: u32 = 1;

/// Bytes that are no snapshot of the text they came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// Not a snapshot.
    #[error("the bytes are no syntax snapshot")]
    NotASnapshot,
    /// A format that this version of the crate does not read.
    #[error("the snapshot has format {found}, readable is {SNAPSHOT_VERSION}")]
    Version {
        /// The format of the bytes.
        found: u32,
    },
    /// A row that points outside of its table, or a table outside of the bytes.
    #[error("the snapshot's {section} are damaged")]
    Damaged {
        /// The section.
        section: &'static str,
    },
}
