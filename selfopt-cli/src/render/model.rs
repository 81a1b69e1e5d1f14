//! What a language model wrote, and what asking it came to.

use std::fmt::Write as _;

use selfopt_core::report::ModelReport;
use selfopt_core::{Authorship, ModelRound};

use super::style::plural;

/// Sentences about unusable answers that are shown.
const SHOWN: usize = 5;

/// Under what a model wrote.
pub(super) fn written(author: Option<&Authorship>) -> String {
    author.map_or_else(String::new, |author| format!("    written by a language model: {author}\n"))
}

/// The same as a paragraph.
pub(super) fn markdown(author: Option<&Authorship>) -> String {
    author.map_or_else(String::new, |author| {
        format!(
            "Written by a language model: {author}. Its transcript is part of the evidence.\n\n"
        )
    })
}

/// While it is asked.
pub(super) fn asked(round: &ModelRound, candidates: usize) -> String {
    let what = if round.repaired.is_some() { "model, repair" } else { "model" };
    format!(
        "{what}: {}:{} {} ({})",
        round.target.path,
        round.target.name,
        plural(candidates, "candidate", "candidates"),
        round.answer.counted(),
    )
}

/// At the end of a run.
pub(super) fn human(report: Option<&ModelReport>) -> String {
    let Some(report) = report else { return String::new() };
    let ModelReport {
        author,
        targets,
        calls,
        patches,
        unusable,
        over_limits,
        accepted,
        spent,
        stopped,
    } = report;
    let mut out = format!(
        "\nlanguage model {author}: {}, {}, {} ({accepted} proved, {over_limits} over the limits), {spent}\n",
        plural(*targets, "function", "functions"),
        plural(*calls, "call", "calls"),
        plural(*patches, "patch", "patches"),
    );
    for why in unusable.iter().take(SHOWN) {
        let _ = writeln!(out, "  not usable: {why}");
    }
    if unusable.len() > SHOWN {
        let _ = writeln!(out, "  and {} more", unusable.len() - SHOWN);
    }
    if let Some(why) = stopped {
        let _ = writeln!(out, "  not asked further: {why}");
    }
    out
}
