//! Wrong optimizations must die, right ones must not: each folder of
//! `tests/traps/` is a project with a change, taken through every gate. With
//! `SELFOPT_TRAPS_TABLE` in the environment a row of each attempt is appended to
//! that file.

mod case;
mod engine;

use std::io::Write as _;

use libtest_mimic::{Arguments, Failed, Trial};
use selfopt::report::Report;
use selfopt::{AttemptStatus, ExitCode, Verdict};

use case::{Case, Expected};

fn main() {
    let arguments = Arguments::from_args();
    let trials = cases()
        .into_iter()
        .map(|case| Trial::test(case.id(), move || run(&case).map_err(Failed::from)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// One in so many of what is sampled is tried where not all are asked for.
const SAMPLE: usize = 4;

/// Every patch that is to be refused before anything is measured; of those that
/// take a measurement, and of the models' patches, a sample, always the same.
/// `SELFOPT_TRAPS=all` takes all of them, as `cargo xtask evidence` does.
fn cases() -> Vec<Case> {
    let mut cases = Case::all();
    if std::env::var_os("SELFOPT_TRAPS").is_none_or(|wanted| wanted != "all") {
        let mut n_seen = 0;
        cases.retain(|case| {
            let sampled = case.by_model || case.is_measured();
            n_seen += usize::from(sampled);
            !sampled || n_seen % SAMPLE == 0
        });
    }
    cases
}

fn run(case: &Case) -> Result<(), String> {
    // A measurement that the machine disturbed says nothing; it is made anew,
    // and the last answer stands.
    let mut last = String::new();
    for _ in 0..3 {
        let report = engine::prove(case)?;
        written(case, &report)?;
        match check(case, &report) {
            Ok(()) => return Ok(()),
            Err(Wrong::Noise(why)) => last = why,
            Err(Wrong::Verdict(why)) => return Err(why),
        }
    }
    Err(format!("three times: {last}"))
}

/// Appends what became of a case to the table, where one is asked for.
fn written(case: &Case, report: &Report) -> Result<(), String> {
    let Some(path) = std::env::var_os("SELFOPT_TRAPS_TABLE") else { return Ok(()) };
    let attempt = report.attempts.first();
    let status = attempt.map_or("none".into(), |one| format!("{:?}", one.status));
    let gate = attempt.and_then(|one| one.gate.as_deref()).unwrap_or("-");
    let gain = report.proposals.first().map_or(0.0, |one| one.gain.percent());
    let row = format!("| {} | {} | {status} | {gate} | {gain:.0} |\n", case.id(), case.title);
    let mut table = std::fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| error.to_string())?;
    table.write_all(row.as_bytes()).map_err(|error| error.to_string())
}

/// Why a case is not as it should be.
enum Wrong {
    /// The machine did not allow to tell.
    Noise(String),
    /// The gates did not tell.
    Verdict(String),
}

fn check(case: &Case, report: &Report) -> Result<(), Wrong> {
    let Some(attempt) = report.attempts.first() else {
        let why = report.paused.as_ref().map(|pause| pause.reason.clone()).unwrap_or_default();
        return Err(match report.exit.code {
            ExitCode::TooNoisy => Wrong::Noise(why),
            _ => Wrong::Verdict(format!("no attempt was made: {why}")),
        });
    };
    let gate = attempt.gate.as_deref().unwrap_or("none");
    let said = format!("{:?} by gate {gate}: {}", attempt.status, attempt.reason);
    // The gate names what it measured, or what it found too noisy to measure.
    let measured = |verdict: &Verdict| {
        ["workloads", "assessed"].iter().any(|key| verdict.details.get(key).is_some())
    };
    let noisy = attempt.status == AttemptStatus::Inconclusive
        && attempt.verdicts.last().is_some_and(measured);
    let right = match case.expect {
        Expected::Accepted => attempt.status == AttemptStatus::Accepted,
        Expected::Rejected | Expected::NotSlower => {
            attempt.status == AttemptStatus::Rejected && case.kills.iter().any(|one| one == gate)
        }
        // Which of both depends on where the break-even lies on this machine.
        Expected::SizeDependent => {
            matches!(attempt.status, AttemptStatus::SizeDependent | AttemptStatus::Rejected)
                && gate == "workloads"
        }
    };
    if right {
        Ok(())
    } else if noisy {
        Err(Wrong::Noise(said))
    } else {
        Err(Wrong::Verdict(format!(
            "{said}\nexpected: {:?}, killed by {:?}\nverdicts: {:#?}",
            case.expect,
            case.kills,
            attempt.verdicts.iter().map(|one| (&one.gate, &one.reason)).collect::<Vec<_>>()
        )))
    }
}
