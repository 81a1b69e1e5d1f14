//! Pack `core`: waste in how algorithms use arrays and objects.

mod accumulator;
mod array_additions;
mod array_membership_to_set;
mod array_proof;
mod dedupe;
mod filter_join_to_groupby;
mod find_to_map_index;
mod invariant;
mod invariant_call_hoist;
mod key_search;
mod keys_includes_to_hasown;
mod lookup;
mod membership;
mod memo_pure_recursive;
mod object_from_entries;
mod plain_object;
mod queue;
mod shift_queue_to_index;
mod some_to_set;
mod spread_array_accumulator;
mod spread_object_accumulator;

pub(crate) use array_membership_to_set::ArrayMembershipToSet;
pub(crate) use dedupe::Dedupe;
pub(crate) use filter_join_to_groupby::FilterJoinToGroupby;
pub(crate) use find_to_map_index::FindToMapIndex;
pub(crate) use invariant_call_hoist::InvariantCallHoist;
pub(crate) use keys_includes_to_hasown::KeysIncludesToHasown;
pub(crate) use memo_pure_recursive::MemoPureRecursive;
pub(crate) use shift_queue_to_index::ShiftQueueToIndex;
pub(crate) use some_to_set::SomeToSet;
pub(crate) use spread_array_accumulator::SpreadArrayAccumulator;
pub(crate) use spread_object_accumulator::SpreadObjectAccumulator;
