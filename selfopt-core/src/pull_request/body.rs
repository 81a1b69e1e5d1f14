//! The body of a pull request. Each heading answers a question that
//! maintainers ask before they merge a change for speed.

use std::fmt::Write as _;

use super::markdown::{block, code, line, plural, prose, table};
use super::subject::Subject;
use super::{Marker, figures};
use crate::domain::{Attempt, AttemptStatus, MODEL_RULE, TestCounts, WorkloadRole};
use crate::report::{ProofReport, ProposalReport, time};

/// Rows of a table at most.
const ROWS: usize = 12;

/// GitHub takes 65,536 characters; sections of less weight are left out before
/// that is reached.
const LONGEST: usize = 60_000;

/// The body.
pub(super) fn of(subject: &Subject<'_>, marker: &Marker) -> String {
    let mut out = String::new();
    for section in [head, changed, why, figures_of, sizes, checks, risk, refused, verify, closing] {
        let text = section(subject);
        if out.chars().count() + text.chars().count() > LONGEST {
            out.push_str(
                "_What follows is too long for this page; the evidence bundle has it._\n\n",
            );
            break;
        }
        out.push_str(&text);
    }
    out + &marker.line() + "\n"
}

fn head(subject: &Subject<'_>) -> String {
    let ProposalReport { gain_lower_bound, confidence, base, .. } = subject.proposal;
    let [before, after] = figures::before_and_after(subject.proposal);
    format!(
        "**{}: {before} → {after}, at least {} less** with {} confidence. Proved on {}; nothing merges by itself.\n\n",
        figures::measured(subject.proposal),
        figures::percent(*gain_lower_bound),
        figures::percent(*confidence),
        code(base),
    )
}

fn changed(subject: &Subject<'_>) -> String {
    let proposal = subject.proposal;
    let mut out = format!("### What changed\n\n- {}\n", prose(&proposal.title));
    let files: Vec<String> = proposal.files.iter().take(ROWS).map(|path| code(path)).collect();
    let _ = writeln!(out, "- Files: {}", files.join(", "));
    let functions: Vec<String> = proposal
        .proof
        .iter()
        .flat_map(|proof| &proof.functions)
        .take(ROWS)
        .map(|function| code(figures::name(function)))
        .collect();
    if !functions.is_empty() {
        let _ = writeln!(out, "- Functions: {}", functions.join(", "));
    }
    let _ = writeln!(out, "- Written by {}", author(proposal));
    out + "\n"
}

/// Who made it; a language model is always named.
fn author(proposal: &ProposalReport) -> String {
    match &proposal.author {
        Some(model) => format!(
            "a language model: {}, prompt {}{}. Its transcript is part of the evidence; no person reviewed it",
            code(&format!("{}/{}", model.provider, model.model)),
            code(&model.prompt),
            if model.synthetic { " (from a transcript written by hand)" } else { "" }
        ),
        None if proposal.rule.as_str() == MODEL_RULE => {
            "a language model that is not recorded".into()
        }
        None if proposal.rule.as_str() == "patch" => {
            "a person or another tool; SelfOpt proved it".into()
        }
        None => {
            format!("the rule {}, a program without a language model", code(proposal.rule.as_str()))
        }
    }
}

fn why(subject: &Subject<'_>) -> String {
    let mut out = String::from("### Why it is faster\n\n");
    match subject.opportunity {
        Some(opportunity) => {
            let at = format!("{}:{}", opportunity.path, opportunity.line);
            let finding = &opportunity.finding;
            let _ = writeln!(
                out,
                "{} {}\n\nFound at {}.\n",
                prose(&finding.message),
                prose(&finding.why),
                code(&at)
            );
        }
        None => {
            out.push_str(
                "The reason was not recorded; the measurement below stands by itself.\n\n",
            );
        }
    }
    if let Some(impact) = &subject.proposal.impact {
        let _ = writeln!(
            out,
            "{} of the project's own CPU time was spent there, {} of it all is saved (profile of {}). This decided nothing.\n",
            figures::percent(impact.share),
            figures::percent(impact.saving),
            code(&impact.profiled)
        );
    } else {
        out.push_str("What this means for the whole program was not measured.\n\n");
    }
    out
}

fn figures_of(subject: &Subject<'_>) -> String {
    let proposal = subject.proposal;
    let [before, after] = figures::before_and_after(proposal);
    let mut out = String::from("### Figures\n\n");
    let at_least = format!("at least, with {} confidence", figures::percent(proposal.confidence));
    out.push_str(&table(
        ["", "before", "after", "saved", &at_least, "pairs"],
        [[
            figures::measured(proposal),
            before,
            after,
            figures::percent(proposal.gain),
            figures::percent(proposal.gain_lower_bound),
            proposal.pairs.to_string(),
        ]],
    ));
    out.push_str("\nBoth versions were run in alternation; a pair is one run of each. The bound comes from an exact test on the pairs.\n\n");
    let mut commands: Vec<String> = Vec::new();
    if let Some(benchmark) = subject.baseline.and_then(|baseline| baseline.benchmark.as_ref()) {
        commands.push(benchmark.measured_cmd.clone());
    }
    let workload = figures::deciding(proposal);
    if let Some(one) = workload {
        let _ = writeln!(
            out,
            "Measured: {} on {} recorded from {}, {}{}.\n",
            code(figures::name(&one.function)),
            plural(one.calls, "call", "calls"),
            prose(&one.provenance.to_string()),
            one.elements,
            if one.in_place { ", beside the base in the test process" } else { "" }
        );
        if let Some(test) = subject.baseline.and_then(tests_cmd) {
            commands.push(test);
        }
    } else if let Some(load) = &proposal.load {
        let _ = writeln!(out, "Measured: HTTP load, {}.\n", prose(&load.load.to_string()));
    }
    if commands.is_empty() {
        out.push_str("The commands stand in the evidence bundle.\n\n");
    } else {
        commands.dedup();
        let _ = writeln!(out, "{}", block("sh", &commands));
    }
    cases(&mut out, proposal);
    environment(&mut out, subject);
    out
}

fn tests_cmd(baseline: &crate::domain::Baseline) -> Option<String> {
    let tests = baseline.steps.iter().rev().find(|step| step.tests.is_some())?;
    Some(tests.cmd.clone())
}

fn cases(out: &mut String, proposal: &ProposalReport) {
    if proposal.cases.is_empty() {
        return;
    }
    let rows = proposal.cases.iter().take(ROWS).map(|case| {
        let [before, after] = case.values;
        let unit = serde_json::to_value(case.unit).unwrap_or_default();
        let unit = unit.as_str().unwrap_or_default();
        [
            code(&case.name),
            format!("{before} {unit}"),
            format!("{after} {unit}"),
            figures::percent(case.gain),
        ]
    });
    let _ = writeln!(out, "{}", table(["case of the benchmark", "before", "after", "saved"], rows));
}

fn environment(out: &mut String, subject: &Subject<'_>) {
    let Some(baseline) = subject.baseline else {
        out.push_str("The environment stands in the evidence bundle.\n\n");
        return;
    };
    let environment = &baseline.environment;
    let facts = environment.fixed.iter().chain(&environment.varying);
    let rows = facts.take(4 * ROWS).map(|(name, value)| [prose(name), code(value)]);
    let isolation = ["isolation".to_owned(), code(&environment.isolation.backend)];
    let _ = writeln!(
        out,
        "<details><summary>Environment</summary>\n\n{}\n</details>\n",
        table(["fact", "value"], rows.chain([isolation]))
    );
}

fn sizes(subject: &Subject<'_>) -> String {
    let Some(proof) = &subject.proposal.proof else { return String::new() };
    if proof.workloads.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Sizes where it pays\n\n");
    match proof.break_even {
        Some(elements) => {
            let _ =
                writeln!(out, "It pays from about **{elements} elements**; below, it does not.\n");
        }
        None => out.push_str("It pays, or does not lose, at every size that was tried.\n\n"),
    }
    let rows = proof.workloads.iter().take(ROWS).map(|one| {
        let dash = || "–".to_owned();
        let [before, after] = one.call_ns.map_or_else(|| [dash(), dash()], |ns| ns.map(time));
        let role = match (one.role, one.holds) {
            (WorkloadRole::Decides, _) => "decides",
            (_, true) => "holds",
            (_, false) => "loses",
        };
        [
            code(figures::name(&one.function)),
            one.elements.to_string(),
            before,
            after,
            one.gain.map_or_else(dash, figures::percent),
            one.gain_lower_bound.map_or_else(dash, figures::percent),
            role.to_owned(),
        ]
    });
    let header = ["function", "size", "before", "after", "saved", "at least", ""];
    let _ = writeln!(out, "{}", table(header, rows));
    out
}

fn checks(subject: &Subject<'_>) -> String {
    let mut out = String::from("### How it was checked\n\n");
    if let Some(TestCounts { passed, failed, skipped }) =
        subject.baseline.and_then(crate::domain::Baseline::tests)
    {
        let _ = writeln!(
            out,
            "- Tests on the base: {passed} passed, {failed} failed, {skipped} skipped"
        );
    }
    if let Some(proof) = &subject.proposal.proof {
        proved(&mut out, proof);
    }
    let gates: Vec<_> = subject
        .attempt()
        .into_iter()
        .flat_map(|attempt| &attempt.verdicts)
        .take(2 * ROWS)
        .map(|verdict| [prose(&verdict.gate), prose(&verdict.reason)])
        .collect();
    if gates.is_empty() {
        out.push_str("- The gates' verdicts stand in the evidence bundle\n\n");
    } else {
        let _ = writeln!(out, "\n{}", table(["gate passed", "why"], gates));
    }
    out
}

fn proved(out: &mut String, proof: &ProofReport) {
    let all =
        if proof.all_compared { "" } else { " (not every changed function could be compared)" };
    let _ = writeln!(
        out,
        "- Same behaviour: {} and {} of them agree{all}",
        plural(proof.calls_agreed, "recorded call", "recorded calls"),
        plural(proof.variations_agreed, "variation", "variations")
    );
    let _ = match proof.reached_lines {
        Some([all, reached]) => writeln!(out, "- The tests run {reached} of {all} changed lines"),
        None => writeln!(out, "- Whether the tests run the changed lines was not measured"),
    };
    let [mutants, caught] = proof.mutants;
    if mutants > 0 {
        let _ = writeln!(
            out,
            "- Wrong versions of the change made on purpose: {caught} of {mutants} were caught"
        );
    }
    if let Some(differs) = &proof.differs_outside {
        let _ = writeln!(
            out,
            "- **Known difference**, unlike every recorded call: {} gives {} and gave {}",
            code(&format!("{}{}", differs.function, differs.example.input)),
            code(&differs.example.candidate),
            code(&differs.example.base)
        );
    }
    for note in proof.notes.iter().take(ROWS) {
        let _ = writeln!(out, "- Not done: {}", prose(note));
    }
}

fn risk(subject: &Subject<'_>) -> String {
    let proposal = subject.proposal;
    let mut out = format!("### Risk {} of 100\n\n", proposal.risk);
    for reason in proposal.risk_reasons.iter().take(ROWS) {
        let _ = writeln!(out, "- {}", prose(reason));
    }
    out + "\n"
}

fn refused(subject: &Subject<'_>) -> String {
    let mut out = String::from("### What was tried and refused\n\n");
    let refused: Vec<&Attempt> = subject
        .attempts
        .iter()
        .filter(|attempt| attempt.status != AttemptStatus::Accepted)
        .collect();
    if subject.attempts.is_empty() {
        out.push_str("The other attempts of the run are not at hand.\n\n");
        return out;
    }
    if refused.is_empty() {
        out.push_str("Nothing else was refused in this run.\n\n");
        return out;
    }
    let proved = subject.attempts.len() - refused.len();
    let _ = writeln!(
        out,
        "{} of {} in this run became no proposal; {proved} did.\n",
        refused.len(),
        plural(subject.attempts.len() as u64, "attempt", "attempts"),
    );
    let rows = refused.iter().take(ROWS).map(|attempt| {
        let files: Vec<String> = attempt.files.iter().take(2).map(|path| code(path)).collect();
        [
            code(attempt.rule.as_str()),
            files.join(", "),
            prose(attempt.gate.as_deref().unwrap_or("not tried")),
            prose(&attempt.reason),
        ]
    });
    let rows = table(["rule", "file", "gate", "reason"], rows);
    let more = match refused.len().saturating_sub(ROWS) {
        0 => String::new(),
        more => format!("\nand {more} more\n"),
    };
    let _ = writeln!(out, "<details><summary>Refused</summary>\n\n{rows}{more}\n</details>\n");
    out
}

fn verify(subject: &Subject<'_>) -> String {
    let id = &subject.proposal.id;
    let bundle = bundle_name(&subject.proposal.bundle);
    let name = bundle.unwrap_or("bundle.tar");
    let mut out = String::from(
        "### Check it yourself\n\nThe evidence bundle holds every raw sample. The first command recomputes every verdict from it, the second measures again on your machine:\n\n",
    );
    let commands =
        [format!("selfopt verify {name}"), format!("selfopt verify {name} --rerun --repo .")];
    out.push_str(&block("sh", &commands));
    if let Some(url) = subject.evidence_url.filter(|url| is_plain_https(url)) {
        let _ = writeln!(out, "\nBundle: <{url}>");
    }
    match bundle.and_then(|name| name.strip_prefix("bundle-")?.strip_suffix(".tar")) {
        Some(digest) => {
            let _ = writeln!(
                out,
                "\nProposal {}, SHA-256 of the bundle {}.\n",
                code(id.as_str()),
                code(digest)
            );
        }
        None => {
            let _ = writeln!(out, "\nProposal {}.\n", code(id.as_str()));
        }
    }
    out
}

fn closing(subject: &Subject<'_>) -> String {
    let rule = line(subject.proposal.rule.as_str());
    format!(
        "### If you do not want it\n\nClose this pull request: the same change is not proposed again. Commits of yours on this branch make it yours, and SelfOpt leaves it alone. To switch the rule off, add this to {}:\n\n{}\n",
        code("selfopt.toml"),
        block(
            "toml",
            &["[rules]".to_owned(), format!("disable = [\"{}\"]", rule.replace(['"', '\\'], ""))]
        )
    )
}

/// The bundle's file name, without where it lies on the server.
fn bundle_name(location: &str) -> Option<&str> {
    let name = location.rsplit(['/', '\\']).next()?;
    let digest = name.strip_prefix("bundle-")?.strip_suffix(".tar")?;
    let is_hex = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then_some(name)
}

/// An address of our own server that can stand between angle brackets.
fn is_plain_https(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"<>\"'`\\|".contains(c);
    url.starts_with("https://") && url.len() < 2000 && url.chars().all(plain)
}

impl<'a> Subject<'a> {
    /// The proposal's own attempt.
    fn attempt(&self) -> Option<&'a Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == self.proposal.candidate)
    }
}
