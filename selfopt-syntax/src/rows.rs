//! Tables as the bytes of a snapshot: made natively, or lying where a rule pack
//! got them. Numbers are little-endian.

use std::borrow::Cow;

/// Rows of `N` bytes each.
pub(crate) type Rows<const N: usize> = Cow<'static, [[u8; N]]>;

/// A word of a row, whose length is known: no check is left at run time.
#[inline]
pub(crate) fn word<const N: usize>(row: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([row[at], row[at + 1], row[at + 2], row[at + 3]])
}
