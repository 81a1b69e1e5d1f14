//! What was proved of the changed functions themselves.

use std::fmt::Write as _;

use selfopt_core::report::{
    DifferenceReport, LoadReport, ProofReport, ProposalReport, WorkloadReport, time,
};
use selfopt_core::statistics::Metric;
use selfopt_core::{Candidate, WorkloadRole};

use super::explain::one_line;
use super::grid::cell;
use super::style::{BOLD, NAME, WARNING, micros, pad};
use super::workloads::{self, name};

/// A change that is about to be proved, with all its files.
pub(crate) fn candidate(candidate: &Candidate) -> String {
    let mut out = format!("{BOLD}{}{BOLD:#} {NAME}{}{NAME:#}", candidate.title, candidate.id);
    for file in &candidate.files {
        let _ = write!(out, "\n  {}", file.path);
    }
    out
}

/// The time before and after: of a call of the function where that was
/// measured, else of a process of the benchmark.
pub(super) fn before_and_after(proposal: &ProposalReport) -> [String; 2] {
    match call(proposal).or(proposal.operation_ns).or_else(|| request(proposal)) {
        Some(times) => times.map(time),
        None => [proposal.before_us, proposal.after_us].map(micros),
    }
}

/// What the times are of: `CPU`, `CPU of a call`.
pub(super) fn measured(proposal: &ProposalReport) -> String {
    let clock = match proposal.metric {
        Metric::Cpu => "CPU",
        Metric::Wall => "elapsed",
    };
    match (call(proposal), proposal.operation_ns) {
        (Some(_), _) => format!("{clock} of a call"),
        (None, Some(_)) => format!("{clock} of an operation"),
        (None, None) if proposal.load.is_some() => format!("{clock} of a request"),
        (None, None) => clock.to_owned(),
    }
}

/// What a request costs the server that carries the proposal.
#[expect(clippy::cast_precision_loss, reason = "53 bits are more than a clock resolves")]
fn request(proposal: &ProposalReport) -> Option<[f64; 2]> {
    Some(proposal.load.as_ref()?.request_ns.map(|nanos| nanos as f64))
}

/// The times of a call on the workload that carries the proposal.
fn call(proposal: &ProposalReport) -> Option<[f64; 2]> {
    carrying(proposal.proof.as_ref()?, proposal)?.call_ns
}

fn carrying<'a>(proof: &'a ProofReport, proposal: &ProposalReport) -> Option<&'a WorkloadReport> {
    let deciding = proof.workloads.iter().filter(|one| one.role == WorkloadRole::Decides);
    deciding
        .into_iter()
        .find(|one| one.gain == Some(proposal.gain))
        .or_else(|| proof.workloads.iter().find(|one| one.role == WorkloadRole::Decides))
}

/// The proof in a few lines under the figures of its proposal.
pub(super) fn human(proposal: &ProposalReport) -> String {
    let mut out = String::new();
    let Some(proof) = &proposal.proof else {
        return out;
    };
    for (what, text) in facts(proof, proposal) {
        let _ = writeln!(out, "    {} {text}", pad(what, 10));
    }
    if let Some(elements) = proof.break_even {
        let _ = writeln!(
            out,
            "    {} {WARNING}from about {elements} elements{WARNING:#}",
            pad("pays", 10)
        );
    }
    // One row says no more than the figures.
    if proof.workloads.len() > 1 {
        out.push_str(&workloads::human(&workloads::of_report(&proof.workloads), "    "));
    }
    out
}

/// The same for a comment or a job summary.
pub(super) fn markdown(proposal: &ProposalReport) -> String {
    let mut out = String::new();
    let Some(proof) = &proposal.proof else {
        return out;
    };
    for (what, text) in facts(proof, proposal) {
        let _ = writeln!(out, "- {what}: {}", cell(&text));
    }
    if let Some(elements) = proof.break_even {
        let _ = writeln!(out, "- pays: **from about {elements} elements**");
    }
    if proof.workloads.len() > 1 {
        out.push('\n');
        out.push_str(&workloads::markdown(&workloads::of_report(&proof.workloads)));
    }
    out
}

fn facts(proof: &ProofReport, proposal: &ProposalReport) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if !proof.functions.is_empty() {
        facts.push(("functions", proof.functions.join(", ")));
    }
    if let Some(one) = carrying(proof, proposal) {
        let place =
            if one.in_place { ", measured beside the base in the test process" } else { "" };
        facts.push((
            "measured",
            format!(
                "{} on {} calls from {}, {}{place}",
                name(&one.function),
                one.calls,
                one.provenance,
                one.elements
            ),
        ));
    }
    if let Some(LoadReport { load, latency_us: [before, after], .. }) = &proposal.load {
        facts.push((
            "measured",
            format!(
                "HTTP load, {load}; latency p50 {} → {}, p99 {} → {}",
                micros(before.p50),
                micros(after.p50),
                micros(before.p99),
                micros(after.p99)
            ),
        ));
    }
    facts.push(("checked", checked(proof)));
    facts.extend(proof.notes.iter().map(|note| ("note", one_line(note))));
    if let Some(DifferenceReport { function, example }) = &proof.differs_outside {
        facts.push((
            "differs",
            format!(
                "{} gives {} and gave {}; no recorded call is like it",
                one_line(&format!("{function}{}", example.input)),
                one_line(&example.candidate),
                one_line(&example.base)
            ),
        ));
    }
    if let Some(impact) = &proposal.impact {
        facts.push((
            "impact",
            format!(
                "{:.1} % of the project's own CPU time was spent there, {:.1} % is saved ({})",
                impact.share.percent(),
                impact.saving.percent(),
                impact.profiled
            ),
        ));
    }
    facts
}

/// "214 calls and 200 variations agree; 5 of 5 changed lines reached; 6 of 6
/// mutants caught".
fn checked(proof: &ProofReport) -> String {
    let mut parts = Vec::new();
    parts.push(if proof.calls_agreed == 0 {
        "no call could be compared".to_owned()
    } else {
        let not_all = if proof.all_compared { "" } else { " (not every changed function)" };
        format!(
            "{} calls and {} variations agree{not_all}",
            proof.calls_agreed, proof.variations_agreed
        )
    });
    parts.push(match proof.reached_lines {
        Some([all, reached]) => format!("{reached} of {all} changed lines reached"),
        None => "reach not measured".to_owned(),
    });
    let [mutants, caught] = proof.mutants;
    if mutants > 0 {
        parts.push(format!("{caught} of {mutants} mutants caught"));
    }
    parts.join("; ")
}
