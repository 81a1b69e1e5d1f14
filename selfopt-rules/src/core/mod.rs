//! Pack `core`: waste in how algorithms use arrays and objects.

mod accumulator;
mod object_from_entries;
mod spread_object_accumulator;

pub(crate) use spread_object_accumulator::SpreadObjectAccumulator;
