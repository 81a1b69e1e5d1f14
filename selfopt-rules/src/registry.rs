//! The list of built-in rules, sorted by id. A new rule adds one line here.

use crate::async_io::BufferConcatInLoop;
use crate::collections::{
    EntriesToKeysLoop, FilterFirstToFind, FilterLengthToSome, FuseFilterMap, MapIncludesToSome,
};
use crate::core::{
    ArrayMembershipToSet, Dedupe, FilterJoinToGroupby, FindToMapIndex, InvariantCallHoist, KeysIncludesToHasown, ShiftQueueToIndex, SomeToSet, SpreadArrayAccumulator,
    SpreadObjectAccumulator,
};
use crate::react::LazyInit;
use crate::rule::Rule;
use crate::server::SchemaHoist;
use crate::strings::{CollatorHoist, IntlHoist, RegexpCtorHoist, SplitToSlice, TextcodecHoist};

/// Every built-in rule.
pub fn all() -> &'static [&'static dyn Rule] {
    &[
        &ArrayMembershipToSet,
        &BufferConcatInLoop,
        &CollatorHoist,
        &Dedupe,
        &EntriesToKeysLoop,
        &FilterFirstToFind,
        &FilterJoinToGroupby,
        &FilterLengthToSome,
        &FindToMapIndex,
        &FuseFilterMap,
        &IntlHoist,
        &InvariantCallHoist,
        &KeysIncludesToHasown,
        &LazyInit,
        &MapIncludesToSome,
        &RegexpCtorHoist,
        &SchemaHoist,
        &ShiftQueueToIndex,
        &SomeToSet,
        &SplitToSlice,
        &SpreadArrayAccumulator,
        &SpreadObjectAccumulator,
        &TextcodecHoist,
    ]
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    all().iter().copied().find(|rule| rule.meta().id == id)
}
