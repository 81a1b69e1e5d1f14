//! Markdown, for a pull-request comment or a job summary.

use std::fmt::Write as _;

use selfopt_core::evidence::VerifyReport;
use selfopt_core::report::{OpportunityReport, ProposalReport, Report};
use selfopt_core::{DetectedCommand, Project};

use super::style::micros;
use crate::commands::doctor::Finding;
use crate::commands::why_not::Refused;

/// A whole run.
pub(crate) fn report(report: &Report) -> String {
    let mut out = format!("# SelfOpt: {} proved\n\n", report.proposals.len());
    pause(&mut out, report);
    out.push_str(&proposals(&report.proposals));
    if !report.attempts.is_empty() {
        out.push_str(
            "\n## Attempts\n\n| candidate | status | gate | reason |\n|---|---|---|---|\n",
        );
        for attempt in &report.attempts {
            let status = format!("{:?}", attempt.status).to_lowercase();
            let gate = attempt.gate.as_deref().unwrap_or("");
            let _ = writeln!(
                out,
                "| `{}` | {status} | {gate} | {} |",
                attempt.id,
                cell(&attempt.reason)
            );
        }
    }
    let _ = writeln!(
        out,
        "\nBase `{}`, seed {}, isolation {}, exit code {} ({}).",
        report.base,
        report.seed,
        report.isolation.backend,
        report.exit.code.code(),
        report.exit.meaning
    );
    out
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
    }
    out
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
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {:.1} % | {:.1} % | {} |",
            proposal.id,
            proposal.rule,
            proposal.files.join(", "),
            micros(proposal.before_us),
            micros(proposal.after_us),
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
    format!(
        "## {}\n\n{list}\n```diff\n{}```\n\nBase `{}`, {} pairs, confidence {:.1} %.\n",
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
                writeln!(out, "| {step} | `{}` | {confidence:.2} | {evidence} |", cell(cmd))
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
pub(crate) fn opportunities(found: &[OpportunityReport]) -> String {
    let mut out = String::from("| place | rule | what | patch |\n|---|---|---|---|\n");
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
        let here = if finding.ok { "yes" } else { "no" };
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
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
