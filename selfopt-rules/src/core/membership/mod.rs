//! Searching an array again and again for whether it holds a value.
//!
//! A `Set` made once gives the same answers as long as the array stays as it
//! was when the `Set` was made. So the proof is about the stretch of code from
//! there to the last search: nothing in it may change the array, neither by
//! the array's name nor, where others know the array, from elsewhere.

mod existing;
mod haystack;
mod iteration;
mod nan;
mod test;

use selfopt_syntax::MetBy;

use crate::rule::Condition;

pub(super) use existing::existing_set;
pub(super) use haystack::Haystack;
pub(super) use iteration::{Iteration, iterations_around};
pub(super) use nan::cannot_be_nan;
pub(super) use test::Test;

/// It is an array.
pub(super) static RECEIVER_IS_ARRAY: Condition = Condition::new(
    "receiver-is-array",
    "What is searched is an array; the `includes` of a string finds parts of it.",
    MetBy::Syntax,
);
/// It stays as it is.
pub(super) static NOT_CHANGED: Condition = Condition::new(
    "haystack-not-changed",
    "From the making of the `Set` or `Map` to the end of the loop nothing changes the array.",
    MetBy::Syntax,
);
/// No start index.
pub(super) static ONE_ARGUMENT: Condition = Condition::new(
    "one-argument",
    "The search has one argument: it starts at the first element.",
    MetBy::Syntax,
);
/// `indexOf` never finds `NaN`.
pub(super) static NOT_NAN: Condition = Condition::new(
    "elements-not-nan",
    "No search by `indexOf` is for `NaN`, which it never finds and a `Set` does.",
    MetBy::Syntax,
);
/// The array cannot change while the loop waits.
pub(super) static SYNCHRONOUS: Condition = Condition::new(
    "loop-runs-synchronously",
    "If code outside the loop could change the array, the loop does not wait and is over before \
     that code runs.",
    MetBy::Syntax,
);
/// It has its value.
pub(super) static DEFINED_BEFORE: Condition = Condition::new(
    "haystack-defined-before-loop",
    "The array has its value before the loop starts.",
    MetBy::Syntax,
);
/// There is room for a statement.
pub(super) static PLACE: Condition = Condition::new(
    "place-for-statement",
    "A statement can stand before the loop, in the same function.",
    MetBy::Syntax,
);
/// It is the host's `Set`.
pub(super) static SET_IS_GLOBAL: Condition =
    Condition::new("set-is-the-hosts", "`Set` is not a name of the file's own.", MetBy::Syntax);
/// It is not known to be too small.
pub(super) static MAY_BE_LARGE: Condition = Condition::new(
    "haystack-may-be-large",
    "The array is not a short list that is written out: the benchmark shows that its size pays.",
    MetBy::Benchmark,
);
