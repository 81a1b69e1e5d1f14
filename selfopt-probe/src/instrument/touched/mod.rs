//! Which functions a change touches.
//!
//! The two trees are compared node by node, layout and comments left out. A
//! difference belongs to the innermost function around it that is in both
//! versions and has an exposing path; where none has one, to the innermost
//! function. Declarations that come or go at the top level belong to the
//! functions that change with them.

mod align;
mod top_level;
mod units;
mod walk;
mod whole;

use std::collections::BTreeSet;

use selfopt_syntax::{SourceFile, Span};

use super::functions::FunctionAt;
use super::refusal::Refusal;
use super::source::{Unreadable, source};

pub(super) use top_level::{Outside, imports, outside};
pub(super) use walk::{Difference, differences};
pub use whole::{Whole, whole};

/// A function that a change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFunction {
    /// The innermost function around the change that has a path, or the
    /// innermost function if none has one; in the text before.
    pub base: FunctionAt,
    /// The same in the text after.
    pub candidate: FunctionAt,
    /// The innermost function that holds all of the change and can be wrapped;
    /// the same as `base` unless the change is in a function inside it.
    pub inner_base: FunctionAt,
    /// The same in the text after.
    pub inner_candidate: FunctionAt,
}

/// What a change of one file touches.
#[derive(Debug, Clone)]
pub struct Touched {
    /// The file before.
    pub before: SourceFile,
    /// The file after.
    pub after: SourceFile,
    /// The functions, in document order.
    pub functions: Vec<TouchedFunction>,
    /// Whether code outside of functions changes that is no mere addition or
    /// removal of declarations beside a function that changes.
    pub outside: bool,
    /// Top-level statements that only the text after has. What a function holds
    /// that is called while the module loads is top-level code too.
    pub added_top_level: Vec<Span>,
    /// Top-level statements that only the text before has.
    pub removed_top_level: Vec<Span>,
    /// Changed lines of the text after, from 1.
    pub lines: BTreeSet<u32>,
    /// Why the functions cannot be compared in place, if they cannot.
    pub in_place: Option<Refusal>,
}

/// Reads both texts of a file and tells what the change touches.
pub fn touched(path: &str, before: &str, after: &str) -> Result<Touched, Unreadable> {
    let lines = super::changed_lines(before, after);
    let (before, after) = (source(path, before)?, source(path, after)?);
    let differences = differences(&before, &after);
    let units = units::units(&before, &after, &differences);
    let mut added_top_level = Vec::new();
    let mut removed_top_level = Vec::new();
    let mut is_outside = false;
    let mut only_nothing = true;
    let mut in_place = None;
    for difference in &units.elsewhere {
        let kind = outside(difference);
        only_nothing &= kind == Outside::Nothing;
        match kind {
            Outside::AddedStatement => {
                added_top_level.extend(difference.after.map(selfopt_syntax::Node::span));
            }
            Outside::RemovedStatement => {
                removed_top_level.extend(difference.before.map(selfopt_syntax::Node::span));
            }
            Outside::AddedMember | Outside::MoreImports | Outside::Nothing => {}
            Outside::Members => in_place = Some(Refusal::ChangesOutsideTheFunction),
            Outside::Code => {
                is_outside = true;
                in_place = Some(Refusal::ChangesOutsideTheFunction);
            }
        }
    }
    is_outside |= units.functions.is_empty() && !only_nothing;
    let functions = units.functions;
    Ok(Touched {
        before,
        after,
        functions,
        outside: is_outside,
        added_top_level,
        removed_top_level,
        lines,
        in_place,
    })
}
