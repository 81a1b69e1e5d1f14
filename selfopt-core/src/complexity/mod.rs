//! How complex functions are, and what stands around a place: numbers that are
//! read off the syntax tree, order opportunities of the same promise, and are
//! shown beside them. They prove nothing.
//!
//! - *Cyclomatic*: T. J. McCabe, *A Complexity Measure*, IEEE Transactions on
//!   Software Engineering SE-2(4), 1976: decisions plus one. Decisions are `if`,
//!   loops, `case`, `catch`, `?:`, `&&`, `||` and `??`.
//! - *Cognitive*: G. A. Campbell, *Cognitive Complexity: a new way of measuring
//!   understandability*, SonarSource, version 1.7, 2023. Of recursion only a
//!   function that calls itself by its name is seen.
//! - *Loop depth*: loops inside of each other; a callback of an array method
//!   that calls it for each element is a loop too.

mod flow;
mod functions;
mod logic;
mod place;

pub use functions::{FunctionShape, functions};
pub use place::{Surroundings, surroundings};
