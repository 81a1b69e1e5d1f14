//! Mutants of changed code: small wrong versions that tests should notice.
//!
//! A mutant is had in two forms: as a file of its own, and as one of several
//! in a file that runs the one that the hook names.

mod choose;
mod find;
mod numbers;
mod place;
mod write;

use std::collections::BTreeSet;

use selfopt_syntax::SourceFile;
use serde::{Deserialize, Serialize};

use super::hook::Hook;
use super::source::source;
use super::splice::Splices;

/// How a mutant differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operator {
    /// A condition is negated.
    NegateCondition,
    /// `<` becomes `<=` and so on.
    RelationalBoundary,
    /// `===` becomes `!==` and so on.
    Equality,
    /// `+` and `-` change places.
    Arithmetic,
    /// A statement that is a call is removed.
    RemoveCall,
    /// A number becomes another.
    Number,
    /// `true` and `false` change places.
    Boolean,
    /// A string becomes empty.
    EmptyString,
    /// `&&` and `||` change places.
    Logical,
    /// The function returns `undefined` at once.
    EarlyReturn,
    /// The two arguments of a call change places.
    SwapArguments,
    /// `new` is dropped.
    DropNew,
}

/// One mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// Its number, from 1.
    pub n: u32,
    /// How it differs.
    pub operator: Operator,
    /// Where, from 1.
    pub line: u32,
    /// For people: "`<` becomes `<=`".
    pub description: String,
    /// The whole file with this mutant only.
    #[serde(skip)]
    pub text: String,
}

/// How many mutants, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MutantOptions {
    /// Chooses among the possible ones.
    pub seed: u64,
    /// At most so many.
    pub cap: usize,
}

impl Default for MutantOptions {
    fn default() -> Self {
        Self { seed: 1, cap: 8 }
    }
}

/// The mutants of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutants {
    /// The chosen ones, in document order.
    pub mutants: Vec<Mutant>,
    /// How many there could have been.
    pub possible: usize,
    /// The file that holds all of them and runs the one that the hook names.
    pub text: String,
}

/// Makes mutants of the code that is on `lines` of `file` (from 1) and inside
/// of functions. The same seed gives the same mutants; a file whose names are
/// unknown has none.
pub fn mutants(file: &SourceFile, lines: &BTreeSet<u32>, options: MutantOptions) -> Mutants {
    let unchanged = || Mutants { mutants: Vec::new(), possible: 0, text: file.text.to_string() };
    let Ok(hook) = Hook::of(file, &[]) else {
        return unchanged();
    };
    let found = find::mutations(file, lines);
    let possible = found.len();
    let mut splices = Splices::default();
    let mut mutants = Vec::new();
    for mutation in choose::choose(found, options) {
        let text = write::alone(&mutation, &file.text);
        if source(&file.path, &text).is_err() {
            continue;
        }
        let n = u32::try_from(mutants.len() + 1).unwrap_or(u32::MAX);
        write::among_others(&mutation, n, &hook, &mut splices);
        mutants.push(Mutant {
            n,
            operator: mutation.operator,
            line: mutation.line,
            description: mutation.description,
            text,
        });
    }
    if mutants.is_empty() {
        return Mutants { possible, ..unchanged() };
    }
    hook.mark(&mut splices, file);
    Mutants { mutants, possible, text: splices.apply(&file.text) }
}
