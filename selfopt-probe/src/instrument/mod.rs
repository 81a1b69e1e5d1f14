//! Where the functions of a file are, which of them a change touches, and the
//! span edits that make a file record, compare, count reach or hold mutants.
//!
//! Everything here is pure: text and tree in, text out. The text of the file
//! stays as it is; instrumentation is only ever inserted between its tokens,
//! on the lines that are there, so that line numbers hold (a TypeScript file
//! moves down by its `// @ts-nocheck` line). Without the hook an instrumented
//! file behaves as the original does; what cannot be wrapped exactly is
//! refused with its reason.

mod announce;
mod changed_lines;
mod classes;
mod code;
mod expose;
mod functions;
mod hook;
mod in_place;
mod literals;
mod mutants;
mod reach;
mod record;
mod refusal;
mod same;
mod source;
mod splice;
mod touched;
mod unchecked;
mod wrap;

pub use announce::announcement;
pub use changed_lines::changed_lines;
pub use classes::{ClassAt, classes, registration};
pub use expose::{Exposed, expose};
pub use functions::{FunctionAt, FunctionKind, Uses, functions};
pub use in_place::{Pair, in_place};
pub use literals::Literals;
pub use mutants::{Mutant, MutantOptions, Mutants, Operator, mutants};
pub use reach::{Probe, Reach, reach};
pub use record::{Instrumented, Site, Target, record};
pub use refusal::Refusal;
pub use source::{Unreadable, append_line, source};
pub use touched::{Touched, TouchedFunction, Whole, touched, whole};
pub use unchecked::unchecked;
