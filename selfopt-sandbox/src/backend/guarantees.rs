//! Levels of isolation with their reasons.

use std::collections::BTreeMap;

use selfopt_core::{Enforcement, Guarantee};

/// How the disk is held to its limit where [`crate::workspace::Area::volumes`]
/// can be had.
pub(super) const VOLUMES: &str = "a file system of limited size for each workspace";

/// Builds the map of an [`selfopt_core::Isolation`] from one row a guarantee.
pub(super) fn table<const N: usize>(
    rows: [(&str, Enforcement, &str); N],
) -> BTreeMap<String, Guarantee> {
    rows.into_iter()
        .map(|(name, level, reason)| {
            (name.to_owned(), Guarantee { level, reason: reason.to_owned() })
        })
        .collect()
}
