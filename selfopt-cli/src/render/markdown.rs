//! Markdown, for a pull-request comment or a job summary.

use std::fmt::Write as _;

use selfopt_core::evidence::VerifyReport;
use selfopt_core::report::{BaselineReport, OpportunityReport, ProposalReport, Report};
use selfopt_core::{Candidate, DetectedCommand, Project, Ratio};

use super::explain::{code, one_line};
use super::style::{duration, micros, plural};
use super::{noise, proof, refusal};
use crate::commands::doctor::Finding;
use crate::commands::why_not::Refused;

/// A whole run.
pub(crate) fn report(report: &Report) -> String {
    let mut out = format!("# SelfOpt: {} proved\n\n", report.proposals.len());
    pause(&mut out, report);
    out.push_str(&proposals(&report.proposals));
    for proposal in report.proposals.iter().filter(|proposal| proposal.proof.is_some()) {
        let _ = writeln!(out, "\n### {}\n\n{}", cell(&proposal.title), proof::markdown(proposal));
    }
    if !report.attempts.is_empty() {
        out.push_str(
            "\n## Attempts\n\n| candidate | rule | place | status | gate | reason |\n|---|---|---|---|---|---|\n",
        );
        for attempt in &report.attempts {
            let of = report.opportunities.iter().find(|found| found.id == attempt.opportunity);
            let rule = attempt.rule.as_ref().map_or("", |rule| rule.as_str());
            let place = of.map_or_else(
                || attempt.files.join(", "),
                |found| format!("{}:{}", found.path, found.line),
            );
            let _ = writeln!(
                out,
                "| `{}` | {rule} | {} | {} | {} | {} |",
                attempt.id,
                cell(&place),
                name(&attempt.status),
                attempt.gate.as_deref().unwrap_or(""),
                cell(&attempt.reason)
            );
        }
    }
    left_alone(&mut out, &report.opportunities);
    spent(&mut out, report);
    out
}

/// One change that was to be proved.
pub(crate) fn proved(report: &Report, candidate: &Candidate) -> String {
    let word = match (report.proposals.first(), report.attempts.first()) {
        (Some(_), _) => "proved".to_owned(),
        (None, Some(attempt)) => name(&attempt.status).replace('_', "-"),
        (None, None) => "not tried".to_owned(),
    };
    let mut out = format!("# SelfOpt: {word}\n\n**{}**\n\n", cell(&candidate.title));
    pause(&mut out, report);
    let files: Vec<String> = candidate.files.iter().map(|file| code(&file.path)).collect();
    let _ = writeln!(out, "Changes {}.\n", files.join(", "));
    if let Some(proposal) = report.proposals.first() {
        let proof = proof::markdown(proposal);
        let gap = if proof.is_empty() { "" } else { "\n" };
        let _ = write!(out, "{}{gap}{proof}", proposals(&report.proposals));
    } else if let Some(attempt) = report.attempts.first() {
        out.push_str(&refusal::markdown(attempt));
    }
    if let Some(attempt) = report.attempts.first() {
        out.push_str("\n| gate | verdict | reason |\n|---|---|---|\n");
        for verdict in &attempt.verdicts {
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                verdict.gate,
                name(&verdict.outcome).replace('_', "-"),
                cell(&one_line(&verdict.reason))
            );
        }
    }
    spent(&mut out, report);
    out
}

/// What it cost, and how it ended.
fn spent(out: &mut String, report: &Report) {
    let budget = &report.budget;
    let _ = writeln!(
        out,
        "\nBudget: {:.1} of {:.0} CPU minutes, {} of {} elapsed, {} of {} confirmations.",
        budget.compute_minutes,
        budget.compute_minutes_limit,
        duration(budget.wall.0),
        duration(budget.wall_limit.0),
        budget.confirmations,
        budget.confirmations_limit
    );
    let _ = writeln!(
        out,
        "\nBase `{}`, seed {}, isolation {}, exit code {} ({}).",
        report.base,
        report.seed,
        report.isolation.backend,
        report.exit.code.code(),
        report.exit.meaning
    );
}

/// The name that the JSON report has for it.
fn name(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Places that look like a pattern and are not safe to rewrite.
fn left_alone(out: &mut String, found: &[OpportunityReport]) {
    let declined: Vec<_> =
        found.iter().filter_map(|report| Some((report, report.declined.as_ref()?))).collect();
    if declined.is_empty() {
        return;
    }
    out.push_str("\n## Left alone\n\n| place | rule | reason | not shown |\n|---|---|---|---|\n");
    for (report, declined) in declined {
        let _ = writeln!(
            out,
            "| {}:{} | {} | {} | `{}` |",
            cell(&report.path),
            report.line,
            report.rule,
            cell(&declined.reason),
            declined.obligation
        );
    }
}

/// A baseline.
pub(crate) fn baseline(report: &Report) -> String {
    let mut out = String::from("# Baseline\n\n");
    pause(&mut out, report);
    out.push_str(&project(&report.project));
    if let Some(baseline) = &report.baseline {
        out.push_str("\n| step | command | result | seconds |\n|---|---|---|---|\n");
        for step in &baseline.steps {
            let _ = writeln!(
                out,
                "| {} | `{}` | {} | {:.1} |",
                step.phase,
                cell(&step.cmd),
                step.status,
                std::time::Duration::from_millis(step.wall.0).as_secs_f64()
            );
        }
        benchmark(&mut out, baseline);
    }
    let _ = writeln!(
        out,
        "\nBase `{}`, isolation {}, exit code {} ({}).",
        report.base,
        report.isolation.backend,
        report.exit.code.code(),
        report.exit.meaning
    );
    out
}

/// The benchmark's figures, or why there are none.
fn benchmark(out: &mut String, baseline: &BaselineReport) {
    if let Some(reason) = &baseline.no_benchmark {
        let _ = writeln!(out, "\n**No benchmark:** {reason}");
        return;
    }
    let (Some(cmd), Some(median)) = (&baseline.measured_cmd, baseline.median_cpu_us) else {
        return;
    };
    let metric = baseline.metric.as_ref().map(name).unwrap_or_default();
    out.push_str("\n| benchmark | |\n|---|---|\n");
    let _ = writeln!(out, "| measured command | `{}` |", cell(cmd));
    let _ = writeln!(out, "| metric | {metric} |");
    let _ = writeln!(out, "| median CPU time of a process | {} |", micros(median));
    if let Some(assessed) = &baseline.noise {
        let _ = writeln!(out, "| noise | {} |", cell(&noise::words(assessed)));
    }
}

fn pause(out: &mut String, report: &Report) {
    if let Some(pause) = &report.paused {
        let _ = writeln!(out, "**Stopped:** {}\n", pause.reason);
        if let Some(hint) = &pause.hint {
            let _ = writeln!(out, "{hint}\n");
        }
    }
}

/// A list of proposals.
pub(crate) fn proposals(proposals: &[ProposalReport]) -> String {
    if proposals.is_empty() {
        return "No proposals.\n".to_owned();
    }
    let mut out = String::from(
        "| proposal | rule | files | before | after | gain | at least | risk |\n|---|---|---|---|---|---|---|---|\n",
    );
    for proposal in proposals {
        let [before, after] = proof::before_and_after(proposal);
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {:.1} % | {:.1} % | {} |",
            proposal.id,
            proposal.rule,
            proposal.files.join(", "),
            before,
            after,
            proposal.gain.percent(),
            proposal.gain_lower_bound.percent(),
            proposal.risk
        );
    }
    out
}

/// One proposal with its diff.
pub(crate) fn proposal(proposal: &ProposalReport) -> String {
    let list = proposals(std::slice::from_ref(proposal));
    let proof = proof::markdown(proposal);
    let proof = if proof.is_empty() { proof } else { proof + "\n" };
    format!(
        "## {}\n\n{list}\n{proof}```diff\n{}```\n\nBase `{}`, {} pairs, confidence {:.1} %.\n",
        proposal.title,
        proposal.diff,
        proposal.base,
        proposal.pairs,
        proposal.confidence.percent()
    )
}

/// What was detected.
pub(crate) fn project(project: &Project) -> String {
    let mut out = String::from("| step | command | confidence | evidence |\n|---|---|---|---|\n");
    let mut row = |step: &str, detected: Option<(&str, f64, String)>| {
        let _ = match detected {
            Some((cmd, confidence, evidence)) => {
                let unsure =
                    if Ratio(confidence) < DetectedCommand::SURE { ", unsure" } else { "" };
                writeln!(out, "| {step} | `{}` | {confidence:.2}{unsure} | {evidence} |", cell(cmd))
            }
            None => writeln!(out, "| {step} | none found | | |"),
        };
    };
    let command = |detected: &DetectedCommand| {
        let evidence = detected.evidence.first().map(ToString::to_string).unwrap_or_default();
        (detected.cmd.clone(), detected.confidence.0, evidence)
    };
    for (step, detected) in [
        ("install", &project.install_cmd),
        ("build", &project.build_cmd),
        ("typecheck", &project.typecheck_cmd),
        ("tests", &project.test_cmd),
    ] {
        let found = detected.as_ref().map(command);
        row(
            step,
            found
                .as_ref()
                .map(|(cmd, confidence, evidence)| (cmd.as_str(), *confidence, evidence.clone())),
        );
    }
    row(
        "benchmark",
        project.bench.as_ref().map(|bench| {
            let evidence = bench.evidence.first().map(ToString::to_string).unwrap_or_default();
            (bench.cmd.as_str(), bench.confidence.0, evidence)
        }),
    );
    out
}

/// What a scan found.
pub(crate) fn opportunities(found: &[OpportunityReport], files: usize) -> String {
    let left_alone = found.iter().filter(|report| report.declined.is_some()).count();
    let total = format!(
        "{} in {}: {} with a patch, {left_alone} left alone.\n",
        plural(found.len(), "opportunity", "opportunities"),
        plural(files, "file", "files"),
        found.len() - left_alone
    );
    let mut out = format!("# Scan\n\n{total}");
    if found.is_empty() {
        return out;
    }
    out.push_str("\n| place | rule | what | patch |\n|---|---|---|---|\n");
    for report in found {
        let patch = match &report.declined {
            None => "yes".to_owned(),
            Some(declined) => format!("no: {}", cell(&declined.reason)),
        };
        let _ = writeln!(
            out,
            "| {}:{} | {} | {} | {patch} |",
            report.path,
            report.line,
            report.rule,
            cell(&report.message)
        );
    }
    out
}

/// What was refused.
pub(crate) fn refused(refused: &Refused) -> String {
    let mut out =
        String::from("| place | rule | gate | reason | would flip it |\n|---|---|---|---|---|\n");
    for (place, attempt) in &refused.attempts {
        let at = place.as_ref().map_or_else(
            || attempt.files.join(", "),
            |place| format!("{}:{}", place.path, place.line),
        );
        let flip = attempt
            .verdicts
            .last()
            .and_then(|verdict| verdict.would_flip.clone())
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "| {at} | {} | {} | {} | {} |",
            attempt.rule,
            attempt.gate.as_deref().unwrap_or(""),
            cell(&attempt.reason),
            cell(&flip)
        );
    }
    for opportunity in &refused.declined {
        if let Some(declined) = &opportunity.finding.declined {
            let _ = writeln!(
                out,
                "| {}:{} | {} | scan | {} | code in which `{}` can be shown |",
                opportunity.path,
                opportunity.line,
                opportunity.finding.rule,
                cell(&declined.reason),
                declined.obligation
            );
        }
    }
    out
}

/// What `verify` checked.
pub(crate) fn verification(report: &VerifyReport) -> String {
    let mut out = format!(
        "# Evidence of `{}`: {}\n\n| check | result | detail |\n|---|---|---|\n",
        report.proposal,
        if report.valid { "holds" } else { "does not hold" }
    );
    for check in &report.checks {
        let result = if check.passed { "passed" } else { "**failed**" };
        let _ = writeln!(out, "| {} | {result} | {} |", check.what, cell(&check.detail));
    }
    out
}

/// What is here and what is missing.
pub(crate) fn doctor(findings: &[Finding]) -> String {
    let mut out = String::from("| what | here | found | fix |\n|---|---|---|---|\n");
    for finding in findings {
        let here = finding.label();
        let _ = writeln!(
            out,
            "| {} | {here} | {} | {} |",
            finding.name,
            cell(&finding.found),
            cell(finding.fix.as_deref().unwrap_or(""))
        );
    }
    out
}

/// Text that stays inside its table cell.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
