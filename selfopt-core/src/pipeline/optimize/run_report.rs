//! A run's report.

use super::{Job, Outcome};
use crate::domain::{Attempt, Baseline};
use crate::gates::names;
use crate::pipeline::Dispatcher;
use crate::report::{
    AttemptReport, BaselineReport, ExitReport, ModelReport, REPORT_SCHEMA, Report,
};
use crate::statistics::{Fraction, holm};

impl Job<'_> {
    pub(super) fn report(
        &self,
        dispatcher: &Dispatcher,
        outcome: Outcome,
        exit: ExitReport,
    ) -> Report {
        Report {
            schema: REPORT_SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: dispatcher.run().id.to_string(),
            base: self.input.commit.to_string(),
            seed: self.input.seed,
            project: self.project.clone(),
            baseline: outcome.baseline.as_ref().map(baseline_report),
            opportunities: outcome.opportunities,
            attempts: attempt_reports(&dispatcher.state().attempts),
            proposals: outcome.proposals,
            model: self
                .engine
                .model
                .as_ref()
                .and_then(|model| ModelReport::of(model.author(), dispatcher.state())),
            budget: dispatcher.budget_report(self.input.config.benchmark.confirmations),
            isolation: self.isolation.clone(),
            paused: outcome.pause.map(|pause| pause.report),
            exit,
        }
    }
}

fn attempt_reports(attempts: &[Attempt]) -> Vec<AttemptReport> {
    let p_values: Vec<Fraction> = attempts.iter().filter_map(p_value).collect();
    let mut adjusted = holm(&p_values).into_iter();
    attempts
        .iter()
        .map(|attempt| AttemptReport {
            id: attempt.id.clone(),
            opportunity: attempt.opportunity.clone(),
            rule: Some(attempt.rule.clone()),
            author: attempt.author.clone(),
            files: attempt.files.clone(),
            status: attempt.status,
            gate: attempt.gate.clone(),
            reason: attempt.reason.clone(),
            verdicts: attempt.verdicts.clone(),
            phases: attempt.phases.clone(),
            adjusted_p_value: p_value(attempt).and_then(|_| adjusted.next()),
            made_in: attempt.made_in,
        })
        .collect()
}

/// The p-value that the benchmark gate noted.
fn p_value(attempt: &Attempt) -> Option<Fraction> {
    let benchmark = attempt.verdicts.iter().find(|verdict| verdict.gate == names::BENCHMARK)?;
    serde_json::from_value(benchmark.details.pointer("/decision/p_value")?.clone()).ok()
}

fn baseline_report(baseline: &Baseline) -> BaselineReport {
    let bench = baseline.benchmark.as_ref();
    BaselineReport {
        steps: baseline.steps.clone(),
        pairing: bench.map(|bench| bench.pairing),
        metric: bench.map(|bench| bench.metric),
        measured_cmd: bench.map(|bench| bench.measured_cmd.clone()),
        median_cpu_us: bench.map(|bench| bench.median_cpu_us),
        noise: bench.map(|bench| bench.noise.clone()),
        cases: bench.and_then(|bench| bench.cases.clone()),
        work_tree: bench.and_then(|bench| bench.work_tree.clone()),
        load: bench.and_then(|bench| bench.load.clone()),
        no_benchmark: baseline.no_benchmark.clone(),
        environment: baseline.environment.fingerprint().to_string(),
    }
}
