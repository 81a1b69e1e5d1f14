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

use array_membership_to_set::ArrayMembershipToSet;
use dedupe::Dedupe;
use filter_join_to_groupby::FilterJoinToGroupby;
use find_to_map_index::FindToMapIndex;
use invariant_call_hoist::InvariantCallHoist;
use keys_includes_to_hasown::KeysIncludesToHasown;
use memo_pure_recursive::MemoPureRecursive;
use shift_queue_to_index::ShiftQueueToIndex;
use some_to_set::SomeToSet;
use spread_array_accumulator::SpreadArrayAccumulator;
use spread_object_accumulator::SpreadObjectAccumulator;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] = &[
    &ArrayMembershipToSet,
    &Dedupe,
    &FilterJoinToGroupby,
    &FindToMapIndex,
    &InvariantCallHoist,
    &KeysIncludesToHasown,
    &MemoPureRecursive,
    &ShiftQueueToIndex,
    &SomeToSet,
    &SpreadArrayAccumulator,
    &SpreadObjectAccumulator,
];
