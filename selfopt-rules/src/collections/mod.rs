//! Pack `collections`: waste in how arrays and objects are gone through.

mod entries_to_keys_loop;
mod filter_first_to_find;
mod filter_length_to_some;
mod fuse_filter_map;
mod less_often;
mod map_includes_to_some;

pub(crate) use entries_to_keys_loop::EntriesToKeysLoop;
pub(crate) use filter_first_to_find::FilterFirstToFind;
pub(crate) use filter_length_to_some::FilterLengthToSome;
pub(crate) use fuse_filter_map::FuseFilterMap;
pub(crate) use map_includes_to_some::MapIncludesToSome;
