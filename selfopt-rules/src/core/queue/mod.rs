//! Arrays used as queues: pushed to at the end, shifted from the front.
//!
//! `shift` moves all other elements. With the index of the front kept beside
//! the array nothing moves, but the array keeps its old elements and its
//! length. So the proof is that nobody looks at either: the queue is pushed
//! to, taken from in one place, and asked whether it is empty in the loop's test.

mod source;
mod test;
mod uses;

use selfopt_syntax::MetBy;

use crate::rule::Condition;

pub(super) use source::{Source, prove_source};
pub(super) use test::Test;
pub(super) use uses::{prove_item, prove_uses};

/// It is an array of this function's own.
pub(super) static IS_LOCAL: Condition = Condition::new(
    "queue-is-local-and-fresh",
    "The queue is a new array of the function that drains it, and stays that array.",
    MetBy::Syntax,
);
/// Only a queue.
pub(super) static DOES_NOT_ESCAPE: Condition = Condition::new(
    "queue-does-not-escape",
    "From the loop's start the queue is only pushed to and shifted: nothing stores, passes on, \
     goes through or indexes it.",
    MetBy::Syntax,
);
/// Its length is not looked at.
pub(super) static LENGTH_ONLY_IN_TEST: Condition = Condition::new(
    "length-only-in-loop-test",
    "The queue's length is only asked in the loop's test, and only whether it is zero.",
    MetBy::Syntax,
);
/// It is never empty where it is shifted.
pub(super) static GUARDED: Condition = Condition::new(
    "shift-guarded-by-loop-test",
    "After each test of the loop at most one element is taken, so that the queue is not empty then.",
    MetBy::Syntax,
);
/// Nothing looks at what is left.
pub(super) static NOT_USED_AFTER: Condition = Condition::new(
    "not-used-after-loop",
    "After the loop nothing looks at the queue: it still has the elements that were taken.",
    MetBy::Syntax,
);
/// `queue[head++]()` would make the queue its `this`.
pub(super) static NOT_CALLED: Condition = Condition::new(
    "item-is-not-called",
    "The taken element is not called in place, which would hand it the queue as `this`.",
    MetBy::Syntax,
);
/// TypeScript agrees.
pub(super) static TYPES_FIT: Condition = Condition::new(
    "types-still-fit",
    "In TypeScript no variable that is written again has its type from `shift`, with `undefined`.",
    MetBy::Syntax,
);
/// There is room for the index.
pub(super) static PLACE: Condition = Condition::new(
    "place-for-statement",
    "The queue is declared by a statement, behind which the index can be declared.",
    MetBy::Syntax,
);
