//! Searching an array of objects again and again by one property.
//!
//! An index made once gives the same answers as long as the array, and that
//! property of its elements, stay as they were when the index was made. What
//! is asked of the array is the same as for membership; in addition nothing
//! that runs until the last search may write the property.

mod proof;
mod remedy;
mod search;

use selfopt_syntax::{Edit, MetBy, Node};

use crate::analysis::names::fresh_name;
use crate::rule::Condition;

pub(super) use proof::Indexed;
pub(super) use remedy::Remedy;
pub(super) use search::Lookup;

/// It is an array.
pub(super) static RECEIVER_IS_ARRAY: Condition =
    Condition::new("receiver-is-array", "What is searched is an array.", MetBy::Syntax);
/// No element is missing.
pub(super) static ELEMENTS_ARE_THERE: Condition = Condition::new(
    "elements-are-there",
    "No element is `null`, `undefined` or a hole: the index reads a property of all of them, the \
     search only of those that it reaches.",
    MetBy::Type,
);
/// `===` never finds `NaN`.
pub(super) static KEY_NOT_NAN: Condition = Condition::new(
    "key-not-nan",
    "The property or the value is never `NaN`, which `===` never finds and an index does.",
    MetBy::Type,
);
/// The value may be evaluated once.
pub(super) static VALUE_ONLY_COMPUTES: Condition = Condition::new(
    "value-only-computes",
    "The value that is looked for does nothing but compute and does not throw, also where the \
     array is empty.",
    MetBy::Syntax,
);
/// The property stays.
pub(super) static KEYS_NOT_CHANGED: Condition = Condition::new(
    "keys-not-changed",
    "From the making of the index to the end of the loop nothing writes the property, and \
     nothing runs that this file does not show.",
    MetBy::Syntax,
);
/// TypeScript agrees.
pub(super) static TYPES_FIT: Condition = Condition::new(
    "types-fit",
    "In TypeScript, the value has the property's type, and the types of the index can be written \
     on one line.",
    MetBy::Type,
);
/// It is the host's `Map`.
pub(super) static MAP_IS_GLOBAL: Condition =
    Condition::new("map-is-the-hosts", "`Map` is not a name of the file's own.", MetBy::Syntax);

/// A free name for an index: `usersById`.
pub(super) fn index_name(lookup: &Lookup<'_>) -> String {
    let name = format!("{}By{}", lookup.list.text(), capitalized(lookup.key.text()));
    fresh_name(lookup.ctx.file, &name)
}

/// `id` → `Id`.
pub(super) fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

/// Puts `text` in the place of the search.
fn replaced(node: Node<'_>, text: impl Into<String>) -> Edit {
    Edit::replace(node.span(), text)
}
