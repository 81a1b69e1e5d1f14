//! Markdown, for a pull-request comment or a job summary.

use std::fmt::Write as _;

use selfopt_core::evidence::VerifyReport;
use selfopt_core::report::{
    BaselineReport, OpportunityReport, PauseReport, ProposalReport, Report,
};
use selfopt_core::{Candidate, DetectedCommand, EvidenceLine, Project, Ratio, StepResult};

use super::explain::{code, one_line};
use super::grid::{cell, table};
use super::style::{duration, micros, plural};
use super::{cases, model, noise, proof, refusal};
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
        out.push_str("\n## Attempts\n\n");
        out.push_str(&attempts(report));
    }
    left_alone(&mut out, &report.opportunities);
    spent(&mut out, report);
    out
}

fn attempts(report: &Report) -> String {
    let header = ["candidate", "rule", "place", "status", "gate", "reason"];
    let rows = report.attempts.iter().map(|attempt| {
        let of = report.opportunities.iter().find(|found| found.id == attempt.opportunity);
        let place = of.map_or_else(
            || attempt.files.join(", "),
            |found| format!("{}:{}", found.path, found.line),
        );
        [
            format!("`{}`", attempt.id),
            attempt.rule.as_ref().map_or_else(String::new, ToString::to_string),
            place,
            name(&attempt.status),
            attempt.gate.clone().unwrap_or_default(),
            attempt.reason.clone(),
        ]
    });
    table(header, rows)
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
        let proof = proof::markdown(proposal) + &cases::markdown(&proposal.cases);
        let gap = if proof.is_empty() { "" } else { "\n" };
        let _ = write!(out, "{}{gap}{proof}", proposals(&report.proposals));
    } else if let Some(attempt) = report.attempts.first() {
        out.push_str(&refusal::markdown(attempt));
    }
    if let Some(attempt) = report.attempts.first() {
        let rows = attempt.verdicts.iter().map(|verdict| {
            let outcome = name(&verdict.outcome).replace('_', "-");
            [verdict.gate.clone(), outcome, verdict.reason.clone()]
        });
        let _ = write!(out, "\n{}", table(["gate", "verdict", "reason"], rows));
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
    let rows = declined.into_iter().map(|(report, declined)| {
        [
            format!("{}:{}", report.path, report.line),
            report.rule.to_string(),
            declined.reason.clone(),
            format!("`{}`", declined.obligation),
        ]
    });
    let rows = table(["place", "rule", "reason", "not shown"], rows);
    let _ = write!(out, "\n## Left alone\n\n{rows}");
}

/// A baseline.
pub(crate) fn baseline(report: &Report) -> String {
    let mut out = String::from("# Baseline\n\n");
    pause(&mut out, report);
    out.push_str(&project(&report.project));
    if let Some(baseline) = &report.baseline {
        let rows = baseline.steps.iter().map(|step| {
            let wall = std::time::Duration::from_millis(step.wall.0).as_secs_f64();
            [step.phase.to_string(), code(&step.cmd), step.status.to_string(), format!("{wall:.1}")]
        });
        let _ = write!(out, "\n{}", table(["step", "command", "result", "seconds"], rows));
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
    let mut rows = vec![
        ["measured command".to_owned(), code(cmd)],
        ["metric".to_owned(), metric],
        ["median CPU time of a process".to_owned(), micros(median)],
    ];
    rows.extend(
        baseline.load.iter().map(|known| ["HTTP load".to_owned(), cell(&known.load.to_string())]),
    );
    rows.extend(baseline.cases.iter().map(|known| ["cases".to_owned(), cases::known(known)]));
    rows.extend(
        baseline.work_tree.iter().map(|check| ["work tree".to_owned(), cases::work_tree(check)]),
    );
    rows.extend(baseline.noise.iter().map(|noise| ["noise".to_owned(), noise::words(noise)]));
    let _ = write!(out, "\n{}", table(["benchmark", ""], rows));
}

fn pause(out: &mut String, report: &Report) {
    if let Some(pause) = &report.paused {
        stopped(out, pause);
    }
}

/// Why it stopped, and what to do about it.
pub(super) fn stopped(out: &mut String, pause: &PauseReport) {
    let _ = writeln!(out, "**Stopped:** {}\n", one_line(&pause.reason));
    if let Some(hint) = &pause.hint {
        let _ = writeln!(out, "{}\n", one_line(hint));
    }
}

/// The head of what is told of a command that was run.
pub(super) fn of_command(
    title: &str,
    ran: Option<&StepResult>,
    paused: Option<&PauseReport>,
) -> String {
    let mut out = format!("# SelfOpt: {title}\n\n");
    if let Some(ran) = ran {
        let _ = writeln!(out, "{}\n", code(&ran.cmd));
    }
    if let Some(pause) = paused {
        stopped(&mut out, pause);
    }
    out
}

/// A list of proposals.
pub(crate) fn proposals(proposals: &[ProposalReport]) -> String {
    if proposals.is_empty() {
        return "No proposals.\n".to_owned();
    }
    let header = ["proposal", "rule", "files", "before", "after", "gain", "at least", "risk"];
    let rows = proposals.iter().map(|proposal| {
        let [before, after] = proof::before_and_after(proposal);
        [
            format!("`{}`", proposal.id),
            proposal.rule.to_string(),
            proposal.files.join(", "),
            before,
            after,
            format!("{:.1} %", proposal.gain.percent()),
            format!("{:.1} %", proposal.gain_lower_bound.percent()),
            proposal.risk.to_string(),
        ]
    });
    table(header, rows)
}

/// One proposal with its diff.
pub(crate) fn proposal(proposal: &ProposalReport) -> String {
    let list = proposals(std::slice::from_ref(proposal));
    let proof = proof::markdown(proposal) + &cases::markdown(&proposal.cases);
    let proof = if proof.is_empty() { proof } else { proof + "\n" };
    let proof = model::markdown(proposal.author.as_ref()) + &proof;
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
    let row = |step: &str, cmd: &str, confidence: Ratio, evidence: &[EvidenceLine]| {
        let unsure = if confidence < DetectedCommand::SURE { ", unsure" } else { "" };
        let evidence = evidence.first().map(ToString::to_string).unwrap_or_default();
        [step.to_owned(), code(cmd), format!("{:.2}{unsure}", confidence.0), evidence]
    };
    let none =
        |step: &str| [step.to_owned(), "none found".to_owned(), String::new(), String::new()];
    let commands = [
        ("install", &project.install_cmd),
        ("build", &project.build_cmd),
        ("typecheck", &project.typecheck_cmd),
        ("tests", &project.test_cmd),
    ];
    let commands = commands.into_iter().map(|(step, detected)| match detected {
        Some(one) => row(step, &one.cmd, one.confidence, &one.evidence),
        None => none(step),
    });
    let bench = match &project.bench {
        Some(bench) => row("benchmark", &bench.cmd, bench.confidence, &bench.evidence),
        None => none("benchmark"),
    };
    table(["step", "command", "confidence", "evidence"], commands.chain([bench]))
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
    let rows = found.iter().map(|report| {
        let patch = match &report.declined {
            None => "yes".to_owned(),
            Some(declined) => format!("no: {}", declined.reason),
        };
        let place = format!("{}:{}", report.path, report.line);
        [place, report.rule.to_string(), report.message.clone(), patch]
    });
    let _ = write!(out, "\n{}", table(["place", "rule", "what", "patch"], rows));
    out
}

/// What was refused.
pub(crate) fn refused(refused: &Refused) -> String {
    let attempts = refused.attempts.iter().map(|(place, attempt)| {
        let at = place.as_ref().map_or_else(
            || attempt.files.join(", "),
            |place| format!("{}:{}", place.path, place.line),
        );
        let flip = attempt.verdicts.last().and_then(|verdict| verdict.would_flip.clone());
        [
            at,
            attempt.rule.to_string(),
            attempt.gate.clone().unwrap_or_default(),
            attempt.reason.clone(),
            flip.unwrap_or_default(),
        ]
    });
    let declined = refused.declined.iter().filter_map(|opportunity| {
        let declined = opportunity.finding.declined.as_ref()?;
        Some([
            format!("{}:{}", opportunity.path, opportunity.line),
            opportunity.finding.rule.to_string(),
            "scan".to_owned(),
            declined.reason.clone(),
            format!("code in which `{}` can be shown", declined.obligation),
        ])
    });
    table(["place", "rule", "gate", "reason", "would flip it"], attempts.chain(declined))
}

/// What `verify` checked.
pub(crate) fn verification(report: &VerifyReport) -> String {
    let rows = report.checks.iter().map(|check| {
        let result = if check.passed { "passed" } else { "**failed**" };
        [check.what.clone(), result.to_owned(), check.detail.clone()]
    });
    format!(
        "# Evidence of `{}`: {}\n\n{}",
        report.proposal,
        if report.valid { "holds" } else { "does not hold" },
        table(["check", "result", "detail"], rows)
    )
}

/// What is here and what is missing.
pub(crate) fn doctor(findings: &[Finding]) -> String {
    let rows = findings.iter().map(|finding| {
        [
            finding.name.to_owned(),
            finding.label().to_owned(),
            finding.found.clone(),
            finding.fix.clone().unwrap_or_default(),
        ]
    });
    table(["what", "here", "found", "fix"], rows)
}
