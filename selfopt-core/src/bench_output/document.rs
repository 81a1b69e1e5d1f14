//! `selfopt.bench/1`: the JSON that any benchmark can print. On one line, or
//! indented; several documents are read as one.

use serde::Deserialize;

use super::decimal::{picoseconds, steps};
use super::json::{documents, number};
use super::reader::Found;
use crate::domain::{Better, Case, Measure, Unit};

/// The schema id of the document.
pub const DOCUMENT_SCHEMA: &str = "selfopt.bench/1";

#[derive(Deserialize)]
struct Document {
    schema: String,
    #[serde(default)]
    judge: Judge,
    cases: Vec<Figure>,
}

/// What decides.
#[derive(Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Judge {
    /// The process does the same work in every run: its time decides, the
    /// cases must not lose.
    #[default]
    Process,
    /// It runs for a time: what the cases say decides.
    Cases,
}

#[derive(Deserialize)]
struct Figure {
    name: String,
    value: serde_json::Value,
    unit: String,
    better: Option<Better>,
}

pub(super) fn find(lines: &[&str]) -> Found {
    let mut found =
        Found { cases: Vec::new(), taken: vec![false; lines.len()], measure: Measure::Process };
    for document in documents(lines) {
        let at = document.lines;
        let Ok(document) = serde_json::from_value::<Document>(document.value) else { continue };
        if document.schema != DOCUMENT_SCHEMA {
            continue;
        }
        found.taken[at].fill(true);
        if document.judge == Judge::Cases {
            found.measure = Measure::Cases;
        }
        found.cases.extend(document.cases.into_iter().filter_map(case));
    }
    found
}

/// Times and rates know which way is better; other units must say so.
fn case(figure: Figure) -> Option<Case> {
    let Figure { name, value, unit, better } = figure;
    let text = number(&value)?;
    let (value, unit, usual) = match unit.as_str() {
        "ops/s" => (steps(&text, 6)?, Unit::MicroOpsPerSecond, Some(Better::Higher)),
        "bytes" => (steps(&text, 0)?, Unit::Bytes, Some(Better::Lower)),
        unit => match picoseconds(&text, unit) {
            Some(picoseconds) => (picoseconds, Unit::Picoseconds, Some(Better::Lower)),
            None => (steps(&text, 6)?, Unit::Millionths, None),
        },
    };
    Some(Case { name, value, unit, better: better.or(usual)? })
}
