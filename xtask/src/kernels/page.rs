//! The tables, as docs/evidence/ keeps them.

use std::fmt::Write as _;

use anyhow::Result;
use selfopt_core::statistics::NanoLog;
use serde_json::json;

use super::VALUES;
use super::measure::Surroundings;
use super::naive::Naive;
use super::tally::{Tally, bounds, totals};
use super::trial::{Answer, Outcome};

const INTRODUCTION: &str = "\
# Calibration on a loaded machine

Written by `cargo xtask evidence calibrate`. Candidates of known gain go through the procedure that judges a changed function: ten pairs of the base against itself, then pairs with the candidate in lock-step until the sequential test has an answer, with the default parameters, and the `workloads` gate's own judgement on the samples. The candidates are versions of four kernels that do exactly the given part less work; at 0 % they are identical code in another file. Which side begins is drawn from the seed.

The noise of a kernel is measured anew for every seed, and again for the next candidate when nothing can be decided on it; the seven candidates of a kernel and seed share it, where a run measures it for each candidate.
";

/// The whole page.
pub(super) fn page(tallies: &[Tally], surroundings: &Surroundings) -> String {
    let mut page = format!("{INTRODUCTION}\n{surroundings}\n## Bounds\n\n");
    page.push_str("| gain | candidates | accepted | bound | result |\n|---|---|---|---|---|\n");
    for bound in bounds(tallies) {
        let text = bound.to_string();
        let limit = text.rsplit(", ").next().unwrap_or_default().trim_end_matches(" wanted");
        let result = if bound.holds { "PASS" } else { "FAIL" };
        let _ = writeln!(
            page,
            "| {} % | {} | {} | {limit} | {result} |",
            bound.gain_percent, bound.candidates, bound.accepted
        );
    }
    page.push_str(
        "\n## By kernel\n\n\
         *Too noisy*: the base against itself left nothing to decide on. *Inconclusive*: 32 pairs did not decide. *Pairs*: the median number with the candidate. *Deviation*: the standard deviation of a pair, in brackets what the base against itself said of it. *Gain seen*: the median estimate.\n\n\
         | gain | kernel | candidates | accepted | rejected | inconclusive | too noisy | lost | pairs | deviation | gain seen |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for tally in with_totals(tallies) {
        row(&mut page, &tally);
    }
    page.push_str(
        "\n## Rules of the usual shape on the same samples\n\n\
         Accepted by \"the best of N elapsed times is more than 5 % better\" and by the same of the mean, of the candidates that have pairs. N is twenty for each pair. *In turns*: the base's times are those of the same pairs. *Base first*: they are those of the pairs of the base against itself, measured before, as a tool does it that runs one version after the other. The elapsed times are without the time in the queue of a processor ([decision 0012](../decisions/0012-elapsed-time-without-the-queue.md)), which a usual tool cannot tell: on a busy machine its own are much noisier, so these columns flatter the rules.\n\n\
         | gain | kernel | candidates | this procedure | best of N, in turns | mean of N, in turns | best of N, base first | mean of N, base first |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for tally in with_totals(tallies) {
        let rules: [fn(&Naive) -> Option<f64>; 4] = [
            |naive| naive.in_turns.best,
            |naive| naive.in_turns.mean,
            |naive| naive.base_first.best,
            |naive| naive.base_first.mean,
        ];
        let [one, two, three, four] = rules.map(|rule| tally.naive(rule));
        let _ = writeln!(
            page,
            "| {} % | {} | {} | {} | {one} | {two} | {three} | {four} |",
            tally.gain_percent,
            tally.kernel,
            tally.measured().count(),
            tally.count(Answer::Accepted),
        );
    }
    let _ = writeln!(
        page,
        "\nThe values of all pairs are in [{name}]({name}): natural logarithms of base over candidate, in millionths.",
        name = VALUES.rsplit('/').next().unwrap_or(VALUES)
    );
    page
}

fn row(page: &mut String, tally: &Tally) {
    let _ = writeln!(
        page,
        "| {} % | {} | {} | {} | {} | {} | {} | {} | {} | {} ({}) | {} |",
        tally.gain_percent,
        tally.kernel,
        tally.outcomes.len(),
        tally.count(Answer::Accepted),
        tally.count(Answer::Rejected),
        tally.count(Answer::Open),
        tally.count(Answer::TooNoisy),
        tally.count(Answer::Lost),
        tally.median_pairs().map_or_else(|| "-".to_owned(), |pairs| pairs.to_string()),
        percent(tally.pair_sd_percent()),
        percent(tally.sigma_percent()),
        percent(tally.gain_seen_percent()),
    );
}

/// Each gain's kernels, then all of them as one.
fn with_totals(tallies: &[Tally]) -> Vec<Tally> {
    let mut rows = Vec::new();
    for total in totals(tallies) {
        let of_gain = tallies.iter().filter(|tally| tally.gain_percent == total.gain_percent);
        rows.extend(of_gain.cloned());
        rows.push(total);
    }
    rows
}

fn percent(value: Option<f64>) -> String {
    // `-0.0 %` says nothing that `0.0 %` does not.
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1} %").replace("-0.0", "0.0"))
}

/// The values of all pairs, a trial a line.
pub(super) fn values(tallies: &[Tally]) -> Result<String> {
    let mut lines = Vec::new();
    for outcome in tallies.iter().flat_map(|tally| &tally.outcomes) {
        lines.push(serde_json::to_string(&line(outcome))?);
    }
    Ok(format!(
        "{{\"schema\":\"selfopt.calibration/1\",\"unit\":\"ln(base / candidate) in millionths\",\"trials\":[\n{}\n]}}\n",
        lines.join(",\n")
    ))
}

fn line(outcome: &Outcome) -> serde_json::Value {
    let millionths = |values: &[NanoLog]| -> Vec<i64> {
        values.iter().map(|value| (value.0 + 500).div_euclid(1000)).collect()
    };
    json!({
        "kernel": outcome.kernel,
        "gain_percent": outcome.gain_percent,
        "seed": outcome.seed,
        "number": outcome.number,
        "answer": match outcome.answer {
            Answer::Accepted => "accepted",
            Answer::Rejected => "rejected",
            Answer::Open => "inconclusive",
            Answer::TooNoisy => "too noisy",
            Answer::Lost => "lost",
        },
        "noise": millionths(&outcome.noise),
        "pairs": millionths(&outcome.values),
        "at_least": outcome.at_least.map(|bound| millionths(&[bound])),
    })
}
