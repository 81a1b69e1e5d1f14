//! What a person reads at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use selfopt_core::AttemptStatus;
use selfopt_core::evidence::VerifyReport;
use selfopt_core::report::{ProposalReport, Report};
use selfopt_core::statistics::Metric;

use super::style::{BAD, BOLD, DIM, GOOD, NAME, WARNING, duration, micros, plural};

/// The closing summary of `optimize`.
pub(crate) fn report(report: &Report) -> String {
    let mut out = String::from("\n");
    paused(&mut out, report);
    if report.paused.is_none() {
        let n = report.proposals.len();
        let _ = writeln!(out, "{BOLD}{} proved{BOLD:#}", plural(n, "proposal", "proposals"));
        for proposal in &report.proposals {
            out.push_str(&figures(proposal));
        }
        refused(&mut out, report);
    }
    let budget = &report.budget;
    let _ = writeln!(
        out,
        "\n{DIM}{:.1} of {:.0} CPU minutes, {} elapsed, {} of {} confirmations; isolation {}; run {}{DIM:#}",
        budget.compute_minutes,
        budget.compute_minutes_limit,
        duration(budget.wall.0),
        budget.confirmations,
        budget.confirmations_limit,
        report.isolation.backend,
        report.run
    );
    if let Some(first) = report.proposals.first() {
        let _ = writeln!(
            out,
            "\nnext: `selfopt proposals show {}`, `selfopt proposals apply {0}`, `selfopt verify {0}`",
            first.id
        );
    }
    if report.attempts.iter().any(|attempt| attempt.status != AttemptStatus::Accepted)
        || report.opportunities.iter().any(|opportunity| opportunity.declined.is_some())
    {
        let _ = writeln!(out, "why not the others: `selfopt why-not`");
    }
    let _ = writeln!(out, "exit code {}: {}", report.exit.code.code(), report.exit.meaning);
    out
}

/// The closing summary of `baseline`.
pub(crate) fn baseline(report: &Report) -> String {
    let mut out = String::from("\n");
    paused(&mut out, report);
    if let Some(baseline) = &report.baseline {
        if let Some(reason) = &baseline.no_benchmark {
            let _ = writeln!(out, "{WARNING}no benchmark{WARNING:#}: {reason}");
        }
        let _ = writeln!(out, "environment {}", baseline.environment);
    }
    let _ = writeln!(out, "exit code {}: {}", report.exit.code.code(), report.exit.meaning);
    out
}

fn paused(out: &mut String, report: &Report) {
    let Some(pause) = &report.paused else {
        return;
    };
    if let Some(log) = &pause.log_tail {
        for line in log.lines() {
            let _ = writeln!(out, "  {DIM}| {line}{DIM:#}");
        }
    }
    let _ = writeln!(out, "{BAD}stopped{BAD:#}: {}", pause.reason);
    if let Some(hint) = &pause.hint {
        let _ = writeln!(out, "{NAME}hint{NAME:#}: {hint}");
    }
}

/// Refused and unfinished attempts, counted by reason.
fn refused(out: &mut String, report: &Report) {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for attempt in &report.attempts {
        let reason = match (attempt.status, &attempt.gate) {
            (AttemptStatus::Accepted, _) => continue,
            (AttemptStatus::Deferred, _) => "deferred: the run's budget was spent".to_owned(),
            (AttemptStatus::Inconclusive, Some(gate)) => format!("inconclusive at {gate}"),
            (_, Some(gate)) => format!("refused at {gate}"),
            (_, None) => "refused".to_owned(),
        };
        *reasons.entry(reason).or_default() += 1;
    }
    for opportunity in &report.opportunities {
        if let Some(declined) = &opportunity.declined {
            *reasons.entry(format!("left alone: {}", declined.obligation)).or_default() += 1;
        }
    }
    let all: usize = reasons.values().sum();
    if all == 0 {
        return;
    }
    let _ = writeln!(out, "\n{BOLD}{} not proposed{BOLD:#}", plural(all, "place", "places"));
    for (reason, n) in reasons {
        let _ = writeln!(out, "  {n:>3}  {reason}");
    }
}

fn figures(proposal: &ProposalReport) -> String {
    let mut out = String::new();
    let clock = clock(proposal.metric);
    let _ = writeln!(
        out,
        "\n  {GOOD}{}{GOOD:#}  {NAME}{}{NAME:#}  {}",
        proposal.id,
        proposal.rule,
        proposal.files.join(", ")
    );
    let _ = writeln!(out, "    {}", proposal.title);
    let _ = writeln!(
        out,
        "    {clock} {} → {}: {BOLD}{:.1} % less{BOLD:#}, at least {:.1} % with {:.1} % confidence ({})",
        micros(proposal.before_us),
        micros(proposal.after_us),
        proposal.gain.percent(),
        proposal.gain_lower_bound.percent(),
        proposal.confidence.percent(),
        plural(proposal.pairs as usize, "pair", "pairs"),
    );
    let _ = writeln!(
        out,
        "    risk {} of 100; evidence {DIM}{}{DIM:#}",
        proposal.risk, proposal.bundle
    );
    out
}

fn clock(metric: Metric) -> &'static str {
    match metric {
        Metric::Cpu => "CPU",
        Metric::Wall => "elapsed",
    }
}

/// The list of all proposals.
pub(crate) fn proposals(proposals: &[ProposalReport]) -> String {
    if proposals.is_empty() {
        return "no proposals yet; `selfopt optimize` looks for some\n".to_owned();
    }
    proposals.iter().map(figures).collect()
}

/// One proposal with its diff.
pub(crate) fn proposal(proposal: &ProposalReport) -> String {
    let mut out = figures(proposal);
    let _ = writeln!(out, "    base {}", proposal.base);
    for reason in &proposal.risk_reasons {
        let _ = writeln!(out, "    risk: {reason}");
    }
    out.push('\n');
    for line in proposal.diff.lines() {
        let _ = match line.as_bytes().first() {
            Some(b'+') if !line.starts_with("+++") => writeln!(out, "{GOOD}{line}{GOOD:#}"),
            Some(b'-') if !line.starts_with("---") => writeln!(out, "{BAD}{line}{BAD:#}"),
            _ => writeln!(out, "{line}"),
        };
    }
    out
}

/// After `proposals apply`.
pub(crate) fn applied(proposal: &ProposalReport, root: &Path) -> String {
    format!(
        "applied {} to {} in {}\n`git diff` shows it; `git checkout -- {}` takes it back\n",
        proposal.id,
        proposal.files.join(", "),
        root.display(),
        proposal.files.join(" ")
    )
}

/// What `verify` checked.
pub(crate) fn verification(report: &VerifyReport) -> String {
    let mut out = String::new();
    for check in &report.checks {
        let mark =
            if check.passed { format!("{GOOD}✓{GOOD:#}") } else { format!("{BAD}✗{BAD:#}") };
        let _ = writeln!(out, "{mark} {}: {}", check.what, check.detail);
    }
    let failed = report.checks.iter().filter(|check| !check.passed).count();
    let _ = if report.valid {
        writeln!(out, "{GOOD}the evidence of {} holds{GOOD:#}", report.proposal)
    } else {
        writeln!(
            out,
            "{BAD}the evidence of {} does not hold{BAD:#}: {} failed",
            report.proposal,
            plural(failed, "check", "checks")
        )
    };
    out
}
