//! `why-not`: every refusal with its gate, its numbers, and what would flip it.

use std::fmt::Write as _;

use selfopt_core::gates::names;
use selfopt_core::report::AttemptReport;
use selfopt_core::{AttemptStatus, Verdict};

use super::counterexample::counterexample;
use super::explain::{code, one_line};
use super::grid::table;
use super::style::{BOLD, DIM, NAME, WARNING, pad};
use super::{model, workloads};
use crate::commands::why_not::Refused;

/// How an attempt ended: the gate, what would flip it, the numbers behind it,
/// and what the gates before it said.
pub(super) fn ending(
    status: AttemptStatus,
    gate: Option<&str>,
    reason: &str,
    verdicts: &[Verdict],
) -> String {
    let mut out = String::new();
    let status = serde_json::to_value(status).ok();
    let status =
        status.as_ref().and_then(|status| status.as_str()).unwrap_or("ended").replace('_', "-");
    let gate = gate.map(|gate| format!(" at {gate}")).unwrap_or_default();
    let _ = writeln!(out, "  {WARNING}{status}{gate}{WARNING:#}: {}", one_line(reason));
    if let Some(flip) = verdicts.last().and_then(|verdict| verdict.would_flip.as_ref()) {
        let _ = writeln!(out, "  would flip it: {}", one_line(flip));
    }
    if let Some(last) = verdicts.last() {
        out.push_str(&numbers(last));
    }
    // The last one's reason stands above.
    for verdict in verdicts.iter().filter(|verdict| verdict.reason != reason) {
        let _ =
            writeln!(out, "  {DIM}{} {}{DIM:#}", pad(&verdict.gate, 11), one_line(&verdict.reason));
    }
    for note in notes(verdicts) {
        let _ = writeln!(out, "  {WARNING}note{WARNING:#}: {note}");
    }
    out
}

/// What the comparison did otherwise than where nothing is in the way.
fn notes(verdicts: &[Verdict]) -> Vec<String> {
    let compared = verdicts.iter().find(|verdict| verdict.gate == names::EQUIVALENCE);
    let notes = compared.and_then(|verdict| verdict.details.get("notes")?.as_array());
    notes.into_iter().flatten().filter_map(|note| note.as_str()).map(one_line).collect()
}

/// What the last verdict is based on, where that is more than its reason.
fn numbers(verdict: &Verdict) -> String {
    let mut out = String::new();
    if let Some(example) = counterexample(verdict) {
        for (what, text) in example.lines() {
            let _ = writeln!(out, "    {} {}", pad(what, 10), one_line(&text));
        }
    }
    let judged = workloads::of_verdict(verdict);
    out.push_str(&workloads::human(&workloads::rows(&judged), "    "));
    for line in workloads::noise_lines(&judged) {
        let _ = writeln!(out, "    {DIM}{line}{DIM:#}");
    }
    out
}

/// Why an attempt was not accepted, for a comment or a job summary.
pub(super) fn markdown(attempt: &AttemptReport) -> String {
    let gate = attempt.gate.as_ref().map(|gate| format!(" ({gate})")).unwrap_or_default();
    let mut out = format!("Not proved{gate}: {}\n", one_line(&attempt.reason));
    let Some(last) = attempt.verdicts.last() else {
        return out;
    };
    if let Some(flip) = &last.would_flip {
        let _ = writeln!(out, "\nWould change the verdict: {}", one_line(flip));
    }
    if let Some(example) = counterexample(last) {
        let rows = example.lines().into_iter().map(|(what, text)| [what.to_owned(), code(&text)]);
        let _ = write!(out, "\n{}", table(["", ""], rows));
    }
    let judged = workloads::of_verdict(last);
    if !judged.is_empty() {
        let _ = write!(out, "\n{}", workloads::markdown(&workloads::rows(&judged)));
    }
    for line in workloads::noise_lines(&judged) {
        let _ = writeln!(out, "\n{line}");
    }
    for note in notes(&attempt.verdicts) {
        let _ = writeln!(out, "\nNote: {note}");
    }
    out
}

pub(crate) fn refused(refused: &Refused) -> String {
    let mut out = String::new();
    for (place, attempt) in &refused.attempts {
        let at = place.as_ref().map_or_else(
            || attempt.files.join(", "),
            |place| format!("{}:{}", place.path, place.line),
        );
        let _ = writeln!(out, "{BOLD}{}{BOLD:#} {NAME}{}{NAME:#} {at}", attempt.id, attempt.rule);
        out.push_str(&model::written(attempt.author.as_ref()));
        out.push_str(&ending(
            attempt.status,
            attempt.gate.as_deref(),
            &attempt.reason,
            &attempt.verdicts,
        ));
        out.push('\n');
    }
    for opportunity in &refused.declined {
        let Some(declined) = &opportunity.finding.declined else {
            continue;
        };
        let line = declined.line.unwrap_or(opportunity.line);
        let _ = writeln!(
            out,
            "{BOLD}{}{BOLD:#} {NAME}{}{NAME:#} {}:{}",
            opportunity.id, opportunity.finding.rule, opportunity.path, opportunity.line
        );
        let _ =
            writeln!(out, "  {WARNING}left alone{WARNING:#}: {} (line {line})", declined.reason);
        let _ = writeln!(
            out,
            "  would flip it: code in which `{}` can be shown\n",
            declined.obligation
        );
    }
    if out.is_empty() {
        out.push_str("nothing was refused in the last run\n");
    }
    out
}
