//! Makes the candidate's file count whether its changed lines are executed.

mod place;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use selfopt_syntax::SourceFile;
use serde::{Deserialize, Serialize};

use super::hook::Hook;
use super::splice::Splices;
use place::{Place, place};
use tokens::tokens_on;

/// One place that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The number that the hook gets.
    pub n: u32,
    /// The changed lines that are reached when it is hit, from 1.
    pub lines: Vec<u32>,
}

/// A file that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Its text.
    pub text: String,
    /// Its probes in document order, numbered upwards from the first number.
    /// A line with several probes is reached wholly when all are hit.
    pub probes: Vec<Probe>,
    /// Changed lines that hold nothing that is executed: comments, types,
    /// brackets, imports.
    pub without_code: Vec<u32>,
}

/// Puts probes at the innermost statements and branches that hold `lines`,
/// which are lines of `file`, from 1. A file whose names are unknown has no
/// probes; [`super::functions`] says why.
pub fn reach(file: &SourceFile, lines: &BTreeSet<u32>, first: u32) -> Reach {
    let mut lines_of: BTreeMap<(u32, Place), BTreeSet<u32>> = BTreeMap::new();
    let mut with_code = BTreeSet::new();
    for (token, line) in tokens_on(file, lines) {
        if let Some(place) = place(token) {
            lines_of.entry((place.start(), place)).or_default().insert(line);
            with_code.insert(line);
        }
    }
    let without_code = lines.difference(&with_code).copied().collect();
    let Ok(hook) = Hook::of(file, &[]) else {
        return Reach { text: file.text.to_string(), probes: Vec::new(), without_code };
    };
    let mut splices = Splices::default();
    let mut probes = Vec::new();
    for (n, ((_, place), lines)) in (first..).zip(lines_of) {
        let hit = format!("({}||{{hit:function(){{}}}}).hit({n})", hook.expression);
        place.put(&mut splices, &hit);
        probes.push(Probe { n, lines: lines.into_iter().collect() });
    }
    if !probes.is_empty() {
        hook.mark(&mut splices, file);
    }
    Reach { text: splices.apply(&file.text), probes, without_code }
}
