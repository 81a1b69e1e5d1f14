//! A run as it happens: tables and frames to standard output, progress to
//! standard error, a moving line only on a terminal.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use selfopt_core::gates::names;
use selfopt_core::pipeline::{Observer, RunEvent};
use selfopt_core::{
    Attempt, AttemptStatus, NoteLevel, SourceTree, StepResult, Verdict, VerdictOutcome,
};

use super::style::{BAD, BOLD, DIM, GOOD, NAME, WARNING, duration, micros, plural};
use super::{cases, frames, model, noise, progress, table, text, warning};

/// Prints events as they come.
pub(crate) struct LiveObserver {
    /// Whether tables and frames go to standard output.
    human: bool,
    tree: Arc<dyn SourceTree>,
    line: Mutex<Line>,
    /// Proposals that are in the store since the run began.
    stored: AtomicUsize,
}

/// The moving line, and what it says.
struct Line {
    bar: Option<ProgressBar>,
    candidate: String,
    gates: Vec<String>,
}

impl LiveObserver {
    pub(crate) fn new(human: bool, tree: Arc<dyn SourceTree>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            human,
            tree,
            line: Mutex::new(Line { bar, candidate: String::new(), gates: Vec::new() }),
            stored: AtomicUsize::new(0),
        }
    }

    /// Removes the moving line.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.line().bar.take() {
            bar.finish_and_clear();
        }
    }

    /// What a run that ends early leaves behind: proved proposals are stored
    /// one by one, and stay.
    pub(crate) fn kept(&self, store_flag: &str) {
        let stored = self.stored.load(Ordering::Relaxed);
        if stored > 0 {
            progress(&format!(
                "{} proved and stored so far: `selfopt proposals list{store_flag}`",
                plural(stored, "proposal is", "proposals are")
            ));
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is going on now; only on a terminal.
    fn moving(&self, message: String) {
        if let Some(bar) = &self.line().bar {
            bar.set_message(message);
        }
    }

    /// A lasting line on standard error.
    fn lasting(&self, message: &str) {
        self.undisturbed(|| progress(message));
    }

    /// Data on standard output.
    fn data(&self, data: &str) {
        if self.human {
            self.undisturbed(|| text(data));
        }
    }

    fn undisturbed(&self, print: impl FnOnce()) {
        let bar = self.line().bar.clone();
        match bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn gate(&self, verdict: &Verdict) {
        let mark = match verdict.outcome {
            VerdictOutcome::Passed => format!("{GOOD}{} ✓{GOOD:#}", verdict.gate),
            VerdictOutcome::Refused => format!("{BAD}{} ✗{BAD:#}", verdict.gate),
            VerdictOutcome::Inconclusive | VerdictOutcome::SizeDependent => {
                format!("{WARNING}{} ?{WARNING:#}", verdict.gate)
            }
        };
        let mut line = self.line();
        line.gates.push(mark);
        let message = format!("{} {}", line.candidate, line.gates.join(" "));
        if let Some(bar) = &line.bar {
            bar.set_message(message);
        }
    }

    fn attempt(&self, attempt: &Attempt) {
        let (candidate, gates) = {
            let mut line = self.line();
            (std::mem::take(&mut line.candidate), std::mem::take(&mut line.gates))
        };
        let word = match attempt.status {
            AttemptStatus::Accepted => format!("{GOOD}accepted{GOOD:#}"),
            AttemptStatus::Rejected => format!("{BAD}rejected{BAD:#}"),
            AttemptStatus::Inconclusive => format!("{WARNING}inconclusive{WARNING:#}"),
            AttemptStatus::SizeDependent => format!("{WARNING}size-dependent{WARNING:#}"),
            AttemptStatus::Deferred => format!("{DIM}deferred{DIM:#}"),
        };
        let reason = match attempt.status {
            AttemptStatus::Accepted => {
                let by = |gate: &str| attempt.verdicts.iter().find(|verdict| verdict.gate == gate);
                // What the functions were measured on says more than that the
                // benchmark was not needed.
                let functions =
                    by(names::WORKLOADS).filter(|verdict| !verdict.details["workloads"].is_null());
                let deciding = functions.or_else(|| by(names::BENCHMARK));
                deciding.map_or_else(|| attempt.reason.clone(), |verdict| verdict.reason.clone())
            }
            _ => attempt.reason.clone(),
        };
        let earlier = if attempt.made_in.is_some() { " (measured in an earlier run)" } else { "" };
        let gates =
            if gates.is_empty() { String::new() } else { format!("\n      {}", gates.join(" ")) };
        self.lasting(&format!("{candidate}{gates}\n      {word}: {reason}{earlier}"));
    }
}

impl Observer for LiveObserver {
    fn event(&self, event: &RunEvent) {
        match event {
            RunEvent::RunStarted { commit, seed, .. } => {
                let short: String = commit.as_str().chars().take(12).collect();
                self.lasting(&format!("commit {short}, seed {seed}"));
            }
            RunEvent::RunResumed { attempts } => {
                self.lasting(&format!(
                    "going on: {} already made",
                    plural(*attempts, "attempt was", "attempts were")
                ));
            }
            RunEvent::ProjectDetected { project } => {
                self.data(&format!("\n{}\n", table::project(project)));
            }
            RunEvent::StepStarted { phase, cmd } => self.moving(format!("{phase}: {cmd}")),
            RunEvent::StepFinished { step } => self.lasting(&step_line(step)),
            RunEvent::WorkTreeChecked { check } => {
                self.lasting(&format!("  {DIM}{}{DIM:#}", cases::work_tree(check)));
            }
            RunEvent::NoisePairMeasured { pair, of } => {
                self.moving(format!("noise: A/A pair {} of {of}", pair.index + 1));
            }
            RunEvent::NoiseAssessed { noise } => self.lasting(&noise::line(noise)),
            RunEvent::BaselineFinished { baseline } => {
                if let Some(bench) = &baseline.benchmark {
                    self.lasting(&format!(
                        "  {DIM}median of a benchmark process: {} CPU, {} elapsed (`{}`), {}{DIM:#}",
                        micros(bench.median_cpu_us),
                        micros(bench.median_wall_ns / 1000),
                        bench.measured_cmd,
                        noise::pairing(bench.pairing)
                    ));
                    if let Some(known) = &bench.cases {
                        self.lasting(&format!("  {DIM}{}{DIM:#}", cases::known(known)));
                    }
                }
            }
            RunEvent::ScanFinished { files, opportunities } => {
                self.data(&format!(
                    "\n{}\n",
                    frames::opportunities(opportunities, &*self.tree, *files)
                ));
            }
            RunEvent::ModelAnswered { round, candidates } => {
                self.lasting(&format!("  {DIM}{}{DIM:#}", model::asked(round, candidates.len())));
            }
            RunEvent::AttemptStarted { rule, path, line, number, of, .. } => {
                let candidate =
                    format!("{BOLD}[{number}/{of}]{BOLD:#} {NAME}{rule}{NAME:#} {path}:{line}");
                self.line().candidate.clone_from(&candidate);
                self.moving(candidate);
            }
            RunEvent::GateStarted { gate, .. } => {
                let message = {
                    let line = self.line();
                    format!("{} {} {gate} …", line.candidate, line.gates.join(" "))
                };
                self.moving(message);
            }
            RunEvent::PairMeasured { pair, .. } => {
                let message = {
                    let line = self.line();
                    format!(
                        "{} {} benchmark: pair {}",
                        line.candidate,
                        line.gates.join(" "),
                        pair.index + 1
                    )
                };
                self.moving(message);
            }
            RunEvent::FunctionPairMeasured { key, pair, .. } => {
                let what = if key.base_twice { "noise pair" } else { "pair" };
                let message = {
                    let line = self.line();
                    format!(
                        "{} {} {}: {what} {}",
                        line.candidate,
                        line.gates.join(" "),
                        key.bench_id,
                        pair.index + 1
                    )
                };
                self.moving(message);
            }
            RunEvent::GateFinished { verdict, .. } => self.gate(verdict),
            RunEvent::AttemptFinished { attempt } => self.attempt(attempt),
            RunEvent::ProposalStored { .. } => {
                self.stored.fetch_add(1, Ordering::Relaxed);
            }
            RunEvent::Note { level, message } => self.undisturbed(|| match level {
                NoteLevel::Warning => warning(message),
                NoteLevel::Info => progress(message),
            }),
            _ => {}
        }
    }
}

fn step_line(step: &StepResult) -> String {
    let mark =
        if step.succeeded() { format!("{GOOD}✓{GOOD:#}") } else { format!("{BAD}✗{BAD:#}") };
    let tests = step
        .tests
        .map(|tests| {
            format!(
                ", {} passed",
                plural(usize::try_from(tests.passed).unwrap_or(usize::MAX), "test", "tests")
            )
        })
        .unwrap_or_default();
    let status = if step.succeeded() { String::new() } else { format!(", {}", step.status) };
    format!(
        "  {mark} {:<10} {} {DIM}({}{tests}{status}){DIM:#}",
        step.phase,
        step.cmd,
        duration(step.wall.0)
    )
}
