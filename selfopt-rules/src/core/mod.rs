//! Pack `core`: waste in how algorithms use arrays and objects.

mod spread_object_accumulator;

pub(crate) use spread_object_accumulator::SpreadObjectAccumulator;
