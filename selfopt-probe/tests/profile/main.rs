//! CPU profiles: from slices, made up and real, to tables and flame graphs.

mod flame;
mod hostile;
mod merge;
mod node;
mod stacks;
