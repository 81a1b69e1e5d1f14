//! `cargo xtask calibrate`: the benchmark gate's error rates, power and cost by simulation, compared
//! with the bounds that it is held to.
//!
//! The quick test of the core runs the same simulation with fewer candidates and a tolerance. Here
//! there is none: a measured number beyond its bound fails. A release build takes seconds, a
//! development build minutes.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use crate::shell::repository_root;

#[path = "../../selfopt-core/tests/statistics/simulation/mod.rs"]
mod simulation;

use simulation::{
    Bound, DRIFT, Floor, Noise, PAIR_SDS, RUNS_WITH_FALSE_ACCEPT_AT_MOST, Scenario, Tally, rows,
    simulate, simulate_runs,
};

/// Candidates for each row.
const TRIALS: u32 = 5_000;

/// Runs of ten candidates for each machine.
const RUNS: u32 = 2_000;

/// Where every stream of random numbers starts; row numbers are added.
const SEED: u64 = 20_260_101;

/// Where the tables are kept.
const PAGE: &str = "docs/evidence/calibration.md";

/// What to do with the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Print them.
    Print,
    /// Print them and store them in the documentation.
    PrintAndWrite,
}

/// Simulates, prints, and fails when a bound does not hold.
pub(crate) fn run(output: Output) -> Result<()> {
    let mut calibration = Calibration::default();
    calibration.write_page().context("failed to format the tables")?;
    println!("{}", calibration.page);
    if output == Output::PrintAndWrite {
        let path = repository_root().join(PAGE);
        std::fs::write(&path, &calibration.page)
            .with_context(|| format!("failed to write `{}`", path.display()))?;
        eprintln!("written to {PAGE}");
    }
    ensure!(
        calibration.n_failed == 0,
        "{} of {} bounds do not hold",
        calibration.n_failed,
        calibration.n_bounds
    );
    Ok(())
}

#[derive(Default)]
struct Calibration {
    page: String,
    n_bounds: u32,
    n_failed: u32,
}

impl Calibration {
    fn write_page(&mut self) -> std::fmt::Result {
        writeln!(
            self.page,
            "# Calibration of the benchmark gate\n\n\
             Written by `cargo run --release --package xtask -- calibrate --write`; the same numbers \
             come out on every machine.\n\n\
             {TRIALS} simulated candidates a row with the default parameters, seed {SEED}. The noise of \
             a pair is Student's t with 4 degrees of freedom, scaled to the standard deviation in the \
             first column. The drift row lets the machine itself wander from process to process; the \
             two processes of a pair run in random order. A measured number must be within its bound, \
             without tolerance.\n\n\
             ## Bounds\n\n\
             | noise of a pair | true effect | number | measured | bound | result |\n\
             |---|---|---|---|---|---|"
        )?;
        for (row_number, row) in (0..).zip(rows()) {
            let tally = simulate(row.scenario, TRIALS, SEED + row_number);
            for bound in row.bounds {
                let machine = describe(row.scenario.noise);
                self.write_bound(&machine, row.scenario.improvement, bound, &tally)?;
            }
        }
        for (machine_number, noise) in (0..).zip(machines()) {
            let share = simulate_runs(noise, RUNS, SEED + 10_000 * (machine_number + 1));
            let holds = share <= RUNS_WITH_FALSE_ACCEPT_AT_MOST;
            let result = self.result(holds);
            writeln!(
                self.page,
                "| {} | ten candidates with 0% | runs with a false accept | {} | ≤ {} | {result} |",
                describe(noise),
                percent(share),
                percent(RUNS_WITH_FALSE_ACCEPT_AT_MOST)
            )?;
        }
        self.write_naive_rule()?;
        self.write_measured_floor()
    }

    fn write_bound(
        &mut self,
        machine: &str,
        effect: f64,
        bound: Bound,
        tally: &Tally,
    ) -> std::fmt::Result {
        let accepted = tally.accepted_share();
        let (number, measured, limit, holds) = match bound {
            Bound::AcceptedAtMost(limit) => {
                ("accepted", percent(accepted), format!("≤ {}", percent(limit)), accepted <= limit)
            }
            Bound::AcceptedAtLeast(limit) => {
                ("accepted", percent(accepted), format!("≥ {}", percent(limit)), accepted >= limit)
            }
            Bound::MeanPairsAtMost(limit) => (
                "mean pairs",
                format!("{:.1}", tally.mean_pairs()),
                format!("≤ {limit:.0}"),
                tally.mean_pairs() <= limit,
            ),
            Bound::PairsAtMost(limit) => (
                "most pairs",
                tally.most_pairs.to_string(),
                format!("≤ {limit}"),
                tally.most_pairs <= limit,
            ),
        };
        let result = self.result(holds);
        writeln!(
            self.page,
            "| {machine} | {} | {number} | {measured} | {limit} | {result} |",
            percent(effect)
        )
    }

    fn write_naive_rule(&mut self) -> std::fmt::Result {
        writeln!(
            self.page,
            "\n## A naive rule on the same samples\n\n\
             False accepts of candidates without effect. The naive rule compares the best of ten times \
             with the best of ten and accepts when the gain is more than 5%. The pairs are the same; \
             of their noise each process carries half, except in the drift row, where each has its \
             own.\n\n\
             | noise of a pair | this procedure | best of ten, more than 5% |\n\
             |---|---|---|"
        )?;
        for (row_number, noise) in (0..).zip(machines()) {
            let scenario = Scenario { noise, improvement: 0.0, floor: Floor::Zero };
            let tally = simulate(scenario, TRIALS, SEED + 1_000 + row_number);
            writeln!(
                self.page,
                "| {} | {} | {} |",
                describe(noise),
                percent(tally.accepted_share()),
                percent(f64::from(tally.naive_accepted) / f64::from(TRIALS))
            )?;
        }
        Ok(())
    }

    fn write_measured_floor(&mut self) -> std::fmt::Result {
        writeln!(
            self.page,
            "\n## With a measured floor\n\n\
             The bounds above take the A/A floor as zero, which makes accepting easiest. In a run the \
             floor is estimated from ten A/A pairs, raises the margin when it is above 1%, and a \
             benchmark that looks biased or unusable is not measured at all. For information, no \
             bounds.\n\n\
             | noise of a pair | true effect | accepted, floor zero | accepted, floor measured |\n\
             |---|---|---|---|"
        )?;
        for (row_number, row) in (0..).zip(rows()) {
            let seed = SEED + 2_000 + row_number;
            let measured = Scenario { floor: Floor::Measured, ..row.scenario };
            writeln!(
                self.page,
                "| {} | {} | {} | {} |",
                describe(row.scenario.noise),
                percent(row.scenario.improvement),
                percent(simulate(row.scenario, TRIALS, seed).accepted_share()),
                percent(simulate(measured, TRIALS, seed).accepted_share())
            )?;
        }
        Ok(())
    }

    fn result(&mut self, holds: bool) -> &'static str {
        self.n_bounds += 1;
        self.n_failed += u32::from(!holds);
        if holds { "PASS" } else { "FAIL" }
    }
}

fn machines() -> impl Iterator<Item = Noise> {
    let independent = PAIR_SDS.map(|pair_sd| Noise::Independent { pair_sd });
    independent.into_iter().chain([DRIFT])
}

fn describe(noise: Noise) -> String {
    match noise {
        Noise::Independent { pair_sd } => percent(pair_sd),
        Noise::Drift { drift_sd, correlation, process_sd } => format!(
            "drift {}, correlation {correlation}, and {} a process",
            percent(drift_sd),
            percent(process_sd)
        ),
    }
}

/// At most two decimals, none that is not needed.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    format!("{short}%")
}
