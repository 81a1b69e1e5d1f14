//! Every candidate's turn: tried, deferred, or known from an earlier run.

use std::collections::VecDeque;

use super::model::Written;
use super::{Goal, Job};
use crate::digest::Digest;
use crate::domain::{Attempt, AttemptStatus, Baseline, Candidate, Heat, Ratio, RunId, RunStatus};
use crate::gates::{GateContext, GateLab, names};
use crate::pipeline::baseline::Prepared;
use crate::pipeline::candidates::Scan;
use crate::pipeline::package::{self, ProposalJob};
use crate::pipeline::{Dispatcher, Ground, RunError, RunEvent};
use crate::ports::{ArtifactKind, Phase, ProposalRecord};
use crate::report::ProposalReport;
use crate::statistics::Parameters;

impl Job<'_> {
    pub(super) async fn try_all(
        &self,
        dispatcher: &mut Dispatcher,
        prepared: &Prepared,
        scan: &Scan,
    ) -> Result<Vec<ProposalReport>, RunError> {
        let ground = Ground {
            project: &prepared.project,
            baseline: &prepared.baseline,
            config: &self.input.config,
            tree: &*self.input.tree,
            seed: self.input.seed,
            probe: self.engine.probe.as_deref(),
            forks: &*prepared.installed,
            installed: &prepared.trees.installed,
            checked: prepared.trees.checked.as_ref(),
        };
        let context = self.context(&prepared.baseline);
        let mut proposals = Vec::new();
        let asks = self.goal == Goal::Optimize && self.engine.model.is_some();
        self.measure_heat(dispatcher, &ground, asks || !scan.candidates.is_empty()).await?;
        let written =
            if asks { Box::pin(self.written(dispatcher, &ground)).await? } else { Vec::new() };
        let mut queue = self.queue(dispatcher, &ground, scan, written);
        let mut index = 0;
        while let Some(Turn { candidate, share, written }) = queue.pop_front() {
            let candidate = &candidate;
            index += 1;
            dispatcher.check_cancelled()?;
            let known = dispatcher.state().attempt(&candidate.id);
            let same = |attempt: &&Attempt| attempt.context == of_candidate(&context, candidate);
            if let Some(attempt) = known.filter(same) {
                if attempt.status == AttemptStatus::Accepted {
                    proposals.extend(self.stored_proposal(candidate, None).await?);
                }
                // What an interrupted run was told is tried by the one that goes on.
                let repairs = self.known_repairs(dispatcher, &ground, written.as_ref());
                queue.extend(repairs.into_iter().map(|one| self.turn(dispatcher, &ground, one)));
                continue;
            }
            let line = scan
                .opportunities
                .iter()
                .find(|opportunity| opportunity.id == candidate.opportunity)
                .map_or_else(|| first_line(candidate), |opportunity| opportunity.line);
            dispatcher
                .emit(RunEvent::AttemptStarted {
                    candidate: candidate.id.clone(),
                    rule: candidate.rule.clone(),
                    path: candidate.files.first().map(|file| file.path.clone()).unwrap_or_default(),
                    line,
                    number: index,
                    of: index + queue.len(),
                })
                .await?;
            let log_start = dispatcher.logged().len();
            let (attempt, proposal) =
                self.attempt(dispatcher, &ground, (candidate, share), &context).await?;
            proposals.extend(proposal);
            self.engine.store.put_attempt(dispatcher.run().id, &attempt).await?;
            let repairs = match &written {
                Some(refused) => {
                    Box::pin(self.repaired(dispatcher, &ground, refused, &attempt, log_start))
                        .await?
                }
                None => Vec::new(),
            };
            dispatcher.emit(RunEvent::AttemptFinished { attempt: Box::new(attempt) }).await?;
            queue.extend(repairs.into_iter().map(|one| self.turn(dispatcher, &ground, one)));
            // What was spent so far survives the process.
            dispatcher.set_status(RunStatus::Running).await?;
        }
        Ok(proposals)
    }

    async fn attempt(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        (candidate, share): (&Candidate, Option<Ratio>),
        context: &Digest,
    ) -> Result<(Attempt, Option<ProposalReport>), RunError> {
        let context = &of_candidate(context, candidate);
        if let Some(known) = self.made_before(dispatcher, candidate, context).await? {
            return Ok(known);
        }
        if let Some(reason) = self.too_cold(share) {
            return Ok((deferred(candidate, context, reason), None));
        }
        if let Some(reason) = self.deferred(dispatcher, candidate, ground.baseline) {
            return Ok((deferred(candidate, context, reason), None));
        }
        let log_start = dispatcher.begin_log_section();
        let ctx = GateContext::new(candidate, ground, dispatcher);
        let conclusion = self.engine.gates.run(ctx, context.clone()).await?;
        let Some(accepted) = conclusion.accepted else {
            return Ok((conclusion.attempt, None));
        };
        let job = ProposalJob {
            accepted: &accepted,
            project: ground.project,
            baseline: ground.baseline,
            seed: self.input.seed,
            repo: self.repo,
            store: &*self.engine.store,
            artifacts: &*self.engine.artifacts,
            clock: &*self.engine.clock,
            share,
        };
        let proposal = job.store(dispatcher, log_start).await?;
        Ok((conclusion.attempt, Some(proposal)))
    }

    /// Where the project's own CPU time goes, if that is wanted and not known.
    async fn measure_heat(
        &self,
        dispatcher: &mut Dispatcher,
        ground: &Ground<'_>,
        is_wanted: bool,
    ) -> Result<(), RunError> {
        let Some(probe) = ground.probe.filter(|_| is_wanted) else { return Ok(()) };
        if dispatcher.state().heat.is_none() {
            let heat = probe.heat(&mut GateLab { ground, dispatcher }).await?;
            if let Some(heat) = heat {
                dispatcher.emit(RunEvent::HeatMeasured { heat }).await?;
            }
        }
        Ok(())
    }

    /// All candidates with their functions' share of the project's own CPU
    /// time: what is cold comes last, everything else stays in rank order, what
    /// a model wrote behind what templates did. The same code as a template's
    /// is the template's.
    fn queue(
        &self,
        dispatcher: &Dispatcher,
        ground: &Ground<'_>,
        scan: &Scan,
        written: Vec<Written>,
    ) -> VecDeque<Turn> {
        let is_new =
            |one: &Written| scan.candidates.iter().all(|known| known.files != one.candidate.files);
        let written: Vec<Written> = written.into_iter().filter(is_new).collect();
        let mut turns: Vec<Turn> = scan
            .candidates
            .iter()
            .map(|candidate| Turn {
                share: share(dispatcher, ground, candidate),
                candidate: candidate.clone(),
                written: None,
            })
            .chain(written.into_iter().map(|one| self.turn(dispatcher, ground, one)))
            .collect();
        turns.sort_by_key(|turn| turn.share.is_some_and(Heat::is_cold));
        turns.into()
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn turn(&self, dispatcher: &Dispatcher, ground: &Ground<'_>, written: Written) -> Turn {
        let candidate = written.candidate.clone();
        Turn { share: share(dispatcher, ground, &candidate), candidate, written: Some(written) }
    }

    /// Why a candidate cannot be worth enough, if so: a change saves at most
    /// what its functions take.
    fn too_cold(&self, share: Option<Ratio>) -> Option<String> {
        let least = self.input.config.proof.min_impact.as_f64();
        let share = share.filter(|share| share.0 < least)?;
        Some(format!(
            "its functions take {:.2} % of the project's own CPU time, `proof.min_impact` asks for {:.2} %",
            share.percent(),
            least * 100.0
        ))
    }

    /// Why a candidate is not tried in this run, if so. What was begun before
    /// an interruption is brought to its end.
    fn deferred(
        &self,
        dispatcher: &Dispatcher,
        candidate: &Candidate,
        baseline: &Baseline,
    ) -> Option<String> {
        let config = &self.input.config;
        if dispatcher.state().is_measured(&candidate.id) {
            return None;
        }
        if dispatcher.state().tried() >= config.budget.max_candidates {
            return Some(format!(
                "the run's {} candidates were used up",
                config.budget.max_candidates
            ));
        }
        if dispatcher.state().confirmations() >= config.benchmark.confirmations {
            return Some(format!(
                "the run's {} confirmations were used up; another run goes on with the rest",
                config.benchmark.confirmations
            ));
        }
        if let Some(max) = self.engine.max_proposals
            && accepted(dispatcher) >= max as usize
        {
            return Some(format!(
                "the run has made the {max} proposals that it may make; another run goes on with the rest"
            ));
        }
        (!dispatcher.can_reserve(expected_cost_us(baseline)))
            .then(|| "the run's compute minutes or wall clock were used up".to_owned())
    }

    /// The same candidate in the same context is not tried again.
    async fn made_before(
        &self,
        dispatcher: &Dispatcher,
        candidate: &Candidate,
        context: &Digest,
    ) -> Result<Option<(Attempt, Option<ProposalReport>)>, RunError> {
        let this_run = dispatcher.run().id;
        let history = self.engine.store.history(&candidate.id).await?;
        let known = history.into_iter().rev().find(|(run, attempt)| {
            *run != this_run && attempt.context == *context && is_final(attempt)
        });
        let Some((run, mut attempt)) = known else {
            return Ok(None);
        };
        let mut proposal = None;
        if attempt.status == AttemptStatus::Accepted {
            proposal = self.stored_proposal(candidate, Some(this_run)).await?;
            if proposal.is_none() {
                // Its evidence is gone: prove it again.
                return Ok(None);
            }
        }
        attempt.made_in = attempt.made_in.or(Some(run));
        Ok(Some((attempt, proposal)))
    }

    /// The proposal that was stored for this candidate; noted for `run` too.
    async fn stored_proposal(
        &self,
        candidate: &Candidate,
        run: Option<RunId>,
    ) -> Result<Option<ProposalReport>, RunError> {
        let id = package::proposal_id(candidate, &self.input.commit);
        let stored = self.engine.store.find_proposals(id.as_str()).await?;
        let Some(mut record) = stored.into_iter().find(|record| record.repo == self.repo) else {
            return Ok(None);
        };
        if !self.bundle_is_there(&record).await? {
            return Ok(None);
        }
        if let Some(run) = run {
            record.run = run;
            self.engine.store.put_proposal(&record).await?;
        }
        Ok(Some(record.summary))
    }

    /// Whether a stored proposal's evidence still is what its name says.
    async fn bundle_is_there(&self, record: &ProposalRecord) -> Result<bool, RunError> {
        let artifacts = self.engine.store.artifacts(&record.id).await?;
        let bundles = artifacts.iter().filter(|artifact| artifact.kind == ArtifactKind::Bundle);
        for bundle in bundles {
            let location = self.engine.artifacts.location(&bundle.storage_path);
            if location != record.summary.bundle {
                continue;
            }
            let bytes = self.engine.artifacts.get(&bundle.storage_path).await?;
            return Ok(bytes.is_some_and(|bytes| location.contains(Digest::of(&bytes).as_str())));
        }
        Ok(false)
    }

    /// What an attempt's result holds for.
    fn context(&self, baseline: &Baseline) -> Digest {
        let commands = baseline.steps.iter().map(|step| step.cmd.as_str());
        let bench = baseline.benchmark.as_ref().map_or("", |bench| bench.measured_cmd.as_str());
        let benchmark = &self.input.config.benchmark;
        let fixed = [
            env!("CARGO_PKG_VERSION").to_owned(),
            self.repo.to_string(),
            baseline.environment.fingerprint().to_string(),
            bench.to_owned(),
            baseline
                .benchmark
                .as_ref()
                .and_then(|bench| bench.load.as_ref()?.load.request())
                .unwrap_or_default(),
            format!("{:?} {}", benchmark.min_gain, benchmark.confirmations),
            format!("{:?}", self.input.config.limits),
            // Which inputs decide, and what is asked of the tests.
            format!("{:?}", self.input.config.proof),
        ];
        let commands: std::collections::BTreeSet<&str> = commands.collect();
        let gates = self.engine.gates.names();
        let fixed = fixed.iter().map(String::as_bytes);
        Digest::of_parts(fixed.chain(gates.chain(commands).map(str::as_bytes)))
    }
}

/// A candidate that waits for the gates.
struct Turn {
    candidate: Candidate,
    /// Its functions' share of the project's own CPU time.
    share: Option<Ratio>,
    /// Where a model wrote it.
    written: Option<Written>,
}

fn share(dispatcher: &Dispatcher, ground: &Ground<'_>, candidate: &Candidate) -> Option<Ratio> {
    let study = ground.probe?.study(candidate, ground.seed);
    dispatcher.state().heat.as_ref()?.share_of(study.touches())
}

/// The line at which a candidate that answers no finding begins to change its
/// first file.
fn first_line(candidate: &Candidate) -> u32 {
    let Some(file) = candidate.files.first() else {
        return 1;
    };
    let same = file.before.lines().zip(file.after.lines()).take_while(|(a, b)| a == b);
    u32::try_from(same.count() + 1).unwrap_or(u32::MAX)
}

/// A run's context and what the candidate itself depends on.
fn of_candidate(context: &Digest, candidate: &Candidate) -> Digest {
    Digest::of_parts([context.as_str().as_bytes(), candidate.rule_version.as_bytes()])
}

/// Whether trying again would be a second chance. What was not tried, or ended
/// before anything was measured, had no first one.
fn is_final(attempt: &Attempt) -> bool {
    match attempt.status {
        AttemptStatus::Deferred => false,
        AttemptStatus::Inconclusive => attempt
            .verdicts
            .last()
            .and_then(|verdict| {
                let pairs = match verdict.gate.as_str() {
                    names::BENCHMARK => "/decision/n_pairs",
                    names::WORKLOADS => "/workloads/0/pairs",
                    _ => return None,
                };
                verdict.details.pointer(pairs)?.as_u64()
            })
            .is_some_and(|pairs| pairs > 0),
        _ => true,
    }
}

/// CPU microseconds that an attempt takes when it is as short as it can be:
/// the project's commands once, and the pairs before the first accept look.
/// Reserved before the attempt begins.
fn expected_cost_us(baseline: &Baseline) -> u64 {
    let once = |phase| baseline.steps.iter().find(|step| step.phase == phase);
    let steps = [Phase::Build, Phase::Typecheck, Phase::Test].into_iter().filter_map(once);
    let commands: u64 = steps.map(|step| step.cpu.0 * 1000).sum();
    let bench = baseline.benchmark.as_ref().map_or(0, |bench| bench.median_cpu_us);
    let first_look = Parameters::default().accept_looks.first().copied().unwrap_or_default();
    commands.saturating_add(bench.saturating_mul(2 * first_look as u64))
}

/// Attempts of the run that were accepted so far.
fn accepted(dispatcher: &Dispatcher) -> usize {
    let attempts = &dispatcher.state().attempts;
    attempts.iter().filter(|attempt| attempt.status == AttemptStatus::Accepted).count()
}

fn deferred(candidate: &Candidate, context: &Digest, reason: String) -> Attempt {
    Attempt {
        id: candidate.id.clone(),
        opportunity: candidate.opportunity.clone(),
        rule: candidate.rule.clone(),
        author: candidate.author.clone(),
        files: candidate.files.iter().map(|file| file.path.clone()).collect(),
        diff: candidate.diff.clone(),
        status: AttemptStatus::Deferred,
        gate: None,
        reason,
        verdicts: Vec::new(),
        phases: Vec::new(),
        context: context.clone(),
        made_in: None,
    }
}
