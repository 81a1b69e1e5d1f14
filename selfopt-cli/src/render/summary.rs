//! What a person reads at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use selfopt_core::evidence::VerifyReport;
use selfopt_core::report::{ExitReport, PauseReport, ProposalReport, Report};
use selfopt_core::statistics::Metric;
use selfopt_core::{AttemptStatus, Candidate, Enforcement, Isolation};

use super::style::{BAD, BOLD, DIM, GOOD, NAME, WARNING, duration, micros, plural};
use super::{cases, model, noise, proof, refusal};

/// The closing summary of `optimize`; `store_flag` makes the commands that it
/// names find the same store.
pub(crate) fn report(report: &Report, store_flag: &str) -> String {
    let mut out = outcome(report, true);
    out.push_str(&model::human(report.model.as_ref()));
    if let Some(first) = report.proposals.first() {
        let _ = writeln!(
            out,
            "\nnext: `selfopt proposals show {0}{store_flag}`, `selfopt proposals apply {0}{store_flag}`, `selfopt verify {0}{store_flag}`",
            first.id
        );
    }
    if report.attempts.iter().any(|attempt| attempt.status != AttemptStatus::Accepted)
        || report.opportunities.iter().any(|opportunity| opportunity.declined.is_some())
    {
        let _ = writeln!(out, "why not the others: `selfopt why-not{store_flag}`");
    }
    exit(&mut out, &report.exit);
    out
}

/// The closing summary of `prove`.
pub(crate) fn proved(report: &Report, candidate: &Candidate, store_flag: &str) -> String {
    let mut out = String::from("\n");
    paused(&mut out, report);
    match (report.proposals.first(), report.attempts.first()) {
        (Some(proposal), _) => {
            let _ = writeln!(out, "{GOOD}proved{GOOD:#}");
            out.push_str(&figures(proposal));
            let _ = writeln!(
                out,
                "    risk {} of 100; evidence {DIM}{}{DIM:#}",
                proposal.risk, proposal.bundle
            );
            let _ = writeln!(out, "\nnext: `selfopt verify {}{store_flag}`", proposal.id);
        }
        (None, Some(attempt)) => {
            let _ = writeln!(out, "{BOLD}not proved{BOLD:#}: {}", candidate.title);
            out.push_str(&refusal::ending(
                attempt.status,
                attempt.gate.as_deref(),
                &attempt.reason,
                &attempt.verdicts,
            ));
        }
        (None, None) => {}
    }
    spent(&mut out, report);
    exit(&mut out, &report.exit);
    out
}

/// The closing summary of `verify --rerun`. Its store is gone by now, so no
/// path in it and no command about it would lead anywhere.
pub(crate) fn rerun(report: &Report) -> String {
    let mut out = outcome(report, false);
    exit(&mut out, &report.exit);
    out
}

/// What was proved and refused, and what it cost.
fn outcome(report: &Report, is_kept: bool) -> String {
    let mut out = String::from("\n");
    paused(&mut out, report);
    if report.paused.is_none() {
        let n = report.proposals.len();
        let _ = writeln!(out, "{BOLD}{} proved{BOLD:#}", plural(n, "proposal", "proposals"));
        for proposal in &report.proposals {
            out.push_str(&figures(proposal));
            let evidence = if is_kept {
                format!("; evidence {DIM}{}{DIM:#}", proposal.bundle)
            } else {
                String::new()
            };
            let _ = writeln!(out, "    risk {} of 100{evidence}", proposal.risk);
        }
        refused(&mut out, report);
    }
    spent(&mut out, report);
    out
}

fn spent(out: &mut String, report: &Report) {
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
}

/// The closing summary of `baseline`.
pub(crate) fn baseline(report: &Report) -> String {
    let mut out = String::from("\n");
    paused(&mut out, report);
    if let Some(baseline) = &report.baseline {
        if let Some(reason) = &baseline.no_benchmark {
            let _ = writeln!(out, "{WARNING}no benchmark{WARNING:#}: {reason}");
        }
        if let (Some(cmd), Some(median)) = (&baseline.measured_cmd, baseline.median_cpu_us) {
            let judged = baseline.metric.map_or("", clock);
            match &baseline.load {
                Some(load) => {
                    let start = load.load.start.as_deref().unwrap_or_default();
                    let _ = writeln!(out, "benchmark `{start}` under HTTP load: {}", load.load);
                }
                None => {
                    let _ = writeln!(out, "benchmark `{cmd}`, judged by its {judged} time");
                }
            }
            let _ = writeln!(out, "  median of a process: {} CPU", micros(median));
        }
        if let Some(known) = &baseline.cases {
            let _ = writeln!(out, "  {}", cases::known(known));
        }
        if let Some(check) = &baseline.work_tree {
            let _ = writeln!(out, "  {}", cases::work_tree(check));
        }
        if let Some(assessed) = &baseline.noise {
            let _ = writeln!(out, "{}", noise::line(assessed));
        }
        let _ = writeln!(out, "environment {}", baseline.environment);
    }
    exit(&mut out, &report.exit);
    out
}

fn paused(out: &mut String, report: &Report) {
    if let Some(pause) = &report.paused {
        stopped(out, pause);
    }
}

/// How it ended, in a line.
pub(super) fn exit(out: &mut String, exit: &ExitReport) {
    let _ = writeln!(out, "exit code {}: {}", exit.code.code(), exit.meaning);
}

/// Why it stopped, with the end of the log.
pub(super) fn stopped(out: &mut String, pause: &PauseReport) {
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
            (AttemptStatus::SizeDependent, _) => "size-dependent".to_owned(),
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
    let _ = writeln!(
        out,
        "\n  {GOOD}{}{GOOD:#}  {NAME}{}{NAME:#}  {}",
        proposal.id,
        proposal.rule,
        proposal.files.join(", ")
    );
    let _ = writeln!(out, "    {}", proposal.title);
    out.push_str(&model::written(proposal.author.as_ref()));
    let [before, after] = proof::before_and_after(proposal);
    let _ = writeln!(
        out,
        "    {} {before} → {after}: {BOLD}{:.1} % less{BOLD:#}, at least {:.1} % with {:.1} % confidence ({})",
        proof::measured(proposal),
        proposal.gain.percent(),
        proposal.gain_lower_bound.percent(),
        proposal.confidence.percent(),
        plural(proposal.pairs as usize, "pair", "pairs"),
    );
    out.push_str(&cases::human(&proposal.cases));
    out.push_str(&proof::human(proposal));
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
    let one = |proposal: &ProposalReport| {
        let base: String = proposal.base.chars().take(12).collect();
        let risk = proposal.risk;
        let bundle = &proposal.bundle;
        let figures = figures(proposal);
        format!("{figures}    base {base}, risk {risk} of 100; evidence {DIM}{bundle}{DIM:#}\n")
    };
    proposals.iter().map(one).collect()
}

/// One proposal with its diff.
pub(crate) fn proposal(proposal: &ProposalReport) -> String {
    let mut out = figures(proposal);
    let _ = writeln!(
        out,
        "    risk {} of 100; evidence {DIM}{}{DIM:#}",
        proposal.risk, proposal.bundle
    );
    let _ = writeln!(out, "    base {}", proposal.base);
    if let Some(isolation) = &proposal.isolation {
        let _ = writeln!(out, "    proved under {}{}", isolation.backend, gaps(isolation));
    }
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

/// What an isolation does not enforce, by level.
fn gaps(isolation: &Isolation) -> String {
    let mut out = String::new();
    for level in [Enforcement::BestEffort, Enforcement::None] {
        let names: Vec<&str> = isolation
            .gaps()
            .filter(|(_, guarantee)| guarantee.level == level)
            .map(|(name, _)| name)
            .collect();
        if !names.is_empty() {
            let _ = write!(out, "; {level}: {}", names.join(", "));
        }
    }
    out
}

/// After `proposals apply`. Taken back it is by its own patch: other changes
/// to the same files stay.
pub(crate) fn applied(proposal: &ProposalReport, root: &Path, take_back: Option<&str>) -> String {
    let mut out = format!(
        "applied {} to {} in {}\n`git diff` shows it\n",
        proposal.id,
        proposal.files.join(", "),
        root.display(),
    );
    if let Some(command) = take_back {
        let _ = writeln!(out, "to take it back: `{command}`");
    }
    out
}

/// After `proposals apply` of what is there already.
pub(crate) fn already_applied(proposal: &ProposalReport, root: &Path) -> String {
    format!(
        "{} is already applied to {} in {}: nothing was changed\n",
        proposal.id,
        proposal.files.join(", "),
        root.display(),
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
