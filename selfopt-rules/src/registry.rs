//! The list of built-in rules, sorted by id. A new rule adds one line here.

use crate::async_io::{
    AwaitInLoopToAll, BufferConcatInLoop, FileReadCache, NPlusOne, SequentialAwaits,
};
use crate::collections::{
    EntriesToKeysLoop, FilterFirstToFind, FilterLengthToSome, FuseFilterMap, MapIncludesToSome,
};
use crate::core::{
    ArrayMembershipToSet, Dedupe, FilterJoinToGroupby, FindToMapIndex, InvariantCallHoist,
    KeysIncludesToHasown, MemoPureRecursive, ShiftQueueToIndex, SomeToSet, SpreadArrayAccumulator,
    SpreadObjectAccumulator,
};
use crate::dead_code::UnusedPureResult;
use crate::react::{DerivedState, IndexKey, LazyInit};
use crate::rule::Rule;
use crate::server::{RequestScope, SchemaHoist, StaticPayload};
use crate::strings::{CollatorHoist, IntlHoist, RegexpCtorHoist, SplitToSlice, TextcodecHoist};

/// Every built-in rule.
pub fn all() -> &'static [&'static dyn Rule] {
    &[
        &ArrayMembershipToSet,
        &AwaitInLoopToAll,
        &BufferConcatInLoop,
        &CollatorHoist,
        &Dedupe,
        &DerivedState,
        &EntriesToKeysLoop,
        &FileReadCache,
        &FilterFirstToFind,
        &FilterJoinToGroupby,
        &FilterLengthToSome,
        &FindToMapIndex,
        &FuseFilterMap,
        &IndexKey,
        &IntlHoist,
        &InvariantCallHoist,
        &KeysIncludesToHasown,
        &LazyInit,
        &MapIncludesToSome,
        &MemoPureRecursive,
        &NPlusOne,
        &RegexpCtorHoist,
        &RequestScope,
        &SchemaHoist,
        &SequentialAwaits,
        &ShiftQueueToIndex,
        &SomeToSet,
        &SplitToSlice,
        &SpreadArrayAccumulator,
        &SpreadObjectAccumulator,
        &StaticPayload,
        &TextcodecHoist,
        &UnusedPureResult,
    ]
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| rule.meta().id == id)
}
