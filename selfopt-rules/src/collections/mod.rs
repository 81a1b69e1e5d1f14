//! Pack `collections`: waste in how arrays and objects are gone through.

mod entries_to_keys_loop;
mod filter_first_to_find;
mod filter_length_to_some;
mod fuse_filter_map;
mod less_often;
mod map_includes_to_some;

use entries_to_keys_loop::EntriesToKeysLoop;
use filter_first_to_find::FilterFirstToFind;
use filter_length_to_some::FilterLengthToSome;
use fuse_filter_map::FuseFilterMap;
use map_includes_to_some::MapIncludesToSome;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] = &[
    &EntriesToKeysLoop,
    &FilterFirstToFind,
    &FilterLengthToSome,
    &FuseFilterMap,
    &MapIncludesToSome,
];
