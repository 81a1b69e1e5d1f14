//! An accepted candidate becomes a proposal with its evidence.

use serde::Serialize;

use super::{Dispatcher, RunError, RunEvent};
use crate::domain::{
    Baseline, Candidate, CommitId, Project, ProposalId, Ratio, RepoId, Transcript,
};
use crate::evidence::{BundleParts, CandidateEvidence, pack};
use crate::gates::{Accepted, BenchmarkAnswer, GateInputs, RiskScore};
use crate::ports::{
    ArtifactKind, ArtifactRecord, ArtifactStore, Clock, JournalEntry, ProposalRecord, Store,
};
use crate::report::{
    CaseReport, ImpactReport, LoadReport, ProofReport, ProposalReport, operation_ns,
};
use crate::statistics::{Look, Metric, NanoLog};

/// The id of the proposal that a candidate would become.
pub(super) fn proposal_id(candidate: &Candidate, base: &CommitId) -> ProposalId {
    let path = candidate.files.first().map(|file| file.path.as_str()).unwrap_or_default();
    ProposalId::derive(base, &candidate.rule, path, &candidate.diff)
}

/// Pretty JSON with a line break at its end.
pub(super) fn json(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>, RunError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| RunError::Json { what, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a proposal is made of.
pub(super) struct ProposalJob<'a> {
    pub(super) accepted: &'a Accepted,
    pub(super) project: &'a Project,
    pub(super) baseline: &'a Baseline,
    pub(super) seed: u64,
    pub(super) repo: RepoId,
    pub(super) store: &'a dyn Store,
    pub(super) artifacts: &'a dyn ArtifactStore,
    pub(super) clock: &'a dyn Clock,
    /// The share of the project's own CPU time that the changed functions
    /// take, where it was measured.
    pub(super) share: Option<Ratio>,
}

impl ProposalJob<'_> {
    /// What the change is worth: the share that its functions take, times the
    /// part of it that is saved. Where the repository's benchmark showed the
    /// gain, that is the whole process's already.
    fn impact(&self, dispatcher: &Dispatcher, proposal: &ProposalReport) -> Option<ImpactReport> {
        let share = self.share?;
        let heat = dispatcher.state().heat.as_ref()?;
        let carried = proposal.proof.as_ref().is_some_and(|proof| !proof.workloads.is_empty());
        let saving = if carried { share.0 * proposal.gain.0 } else { proposal.gain.0 };
        Some(ImpactReport { share, saving: Ratio(saving), profiled: heat.profiled.clone() })
    }

    /// The calls of the language model that wrote the change, if one did.
    fn agent_trace(
        &self,
        dispatcher: &Dispatcher,
        folder: &str,
    ) -> Result<Option<(String, ArtifactKind, Vec<u8>)>, RunError> {
        let Some(author) = &self.accepted.candidate().author else { return Ok(None) };
        let calls: Vec<&Transcript> = dispatcher
            .state()
            .model_rounds
            .iter()
            .flat_map(|round| &round.answer.transcripts)
            .filter(|one| author.calls.contains(&one.hash))
            .collect();
        let bytes = json("the model's transcripts", &calls)?;
        Ok(Some((format!("{folder}/agent_trace.json"), ArtifactKind::Trace, bytes)))
    }

    /// Packs the evidence and stores everything; the journal learns of it last.
    pub(super) async fn store(
        &self,
        dispatcher: &mut Dispatcher,
        log_start: usize,
    ) -> Result<ProposalReport, RunError> {
        let mut proposal = proposal(self.accepted, self.baseline);
        proposal.impact = self.impact(dispatcher, &proposal);
        let candidate = self.accepted.candidate();
        let logs = dispatcher.logged().get(log_start..).unwrap_or_default().to_owned();
        let trace: Vec<&JournalEntry> =
            dispatcher.trace().iter().filter(|entry| concerns(entry, candidate)).collect();
        let bundle = pack(&BundleParts {
            proposal: &proposal,
            candidate: &CandidateEvidence::new(candidate),
            project: self.project,
            baseline: self.baseline,
            seed: self.seed,
            records: self.accepted.records(),
            logs: &logs,
            trace: &trace,
        })?;
        let folder = format!("repos/{}/proposals/{}", self.repo, proposal.id);
        let bundle_path = format!("{folder}/{}", bundle.file_name());
        proposal.bundle = self.artifacts.location(&bundle_path);
        let artifacts = [
            (
                format!("{folder}/diff.patch"),
                ArtifactKind::Diff,
                candidate.diff.clone().into_bytes(),
            ),
            (
                format!("{folder}/validation.json"),
                ArtifactKind::Bench,
                json("the gates' records", &self.accepted.records())?,
            ),
            (format!("{folder}/logs.txt"), ArtifactKind::Log, logs.into_bytes()),
            (bundle_path, ArtifactKind::Bundle, bundle.bytes),
        ];
        let artifacts: Vec<_> =
            artifacts.into_iter().chain(self.agent_trace(dispatcher, &folder)?).collect();
        for (path, _, bytes) in &artifacts {
            self.artifacts.put(path, bytes).await?;
        }
        let now = self.clock.now();
        self.store
            .put_proposal(&ProposalRecord {
                id: proposal.id.clone(),
                run: dispatcher.run().id,
                repo: self.repo,
                summary: proposal.clone(),
                created_at: now,
                pr_url: None,
            })
            .await?;
        for (storage_path, kind, _) in artifacts {
            self.store
                .put_artifact(&ArtifactRecord {
                    proposal: proposal.id.clone(),
                    storage_path,
                    kind,
                    created_at: now,
                })
                .await?;
        }
        dispatcher
            .emit(RunEvent::ProposalStored {
                proposal: proposal.id.clone(),
                bundle: proposal.bundle.clone(),
            })
            .await?;
        Ok(proposal)
    }
}

/// Whether a journal entry is about the run as a whole or this candidate.
fn concerns(entry: &JournalEntry, candidate: &Candidate) -> bool {
    let named = |list: &serde_json::Value| {
        list.as_array()
            .is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some(candidate.id.as_str())))
    };
    // Calls of a language model belong to what it wrote.
    if let Some(candidates) = entry.event.get("candidates") {
        return named(candidates);
    }
    match entry.event.get("candidate").and_then(|id| id.as_str()) {
        Some(id) => id == candidate.id.as_str(),
        None => !matches!(
            entry.event.get("event").and_then(|name| name.as_str()),
            Some("attempt-finished" | "proposal-stored" | "scan-finished" | "model-targets")
        ),
    }
}

/// The proposal in figures. Only an [`Accepted`] candidate has them.
fn proposal(accepted: &Accepted, baseline: &Baseline) -> ProposalReport {
    let candidate = accepted.candidate();
    let figures = Figures::of(accepted.records());
    ProposalReport {
        id: proposal_id(candidate, &baseline.commit),
        candidate: candidate.id.clone(),
        rule: candidate.rule.clone(),
        author: candidate.author.clone(),
        title: candidate.title.clone(),
        base: baseline.commit.to_string(),
        files: candidate.files.iter().map(|file| file.path.clone()).collect(),
        diff: candidate.diff.clone(),
        gain: Ratio(figures.gain),
        gain_lower_bound: Ratio(figures.lower_bound),
        confidence: Ratio(figures.confidence),
        metric: figures.metric,
        pairs: figures.pairs,
        before_us: figures.medians[0] / 1000,
        after_us: figures.medians[1] / 1000,
        operation_ns: figures.operation_ns,
        cases: CaseReport::of(accepted.records()),
        load: LoadReport::of(accepted.records()),
        risk: figures.risk.score,
        risk_reasons: figures
            .risk
            .reasons
            .iter()
            .map(|reason| format!("{} points: {}", reason.points, reason.because))
            .collect(),
        proof: ProofReport::of(accepted.records()),
        impact: None,
        isolation: Some(baseline.environment.isolation.clone()),
        bundle: String::new(),
    }
}

/// A proposal's numbers, recomputed from the gates' inputs.
pub(crate) struct Figures {
    pub(crate) gain: f64,
    pub(crate) lower_bound: f64,
    pub(crate) confidence: f64,
    pub(crate) metric: Metric,
    pub(crate) pairs: u32,
    pub(crate) medians: [u64; 2],
    /// Where the benchmark's cases carry the gain.
    pub(crate) operation_ns: Option<[f64; 2]>,
    pub(crate) risk: RiskScore,
}

impl Figures {
    /// From the records of the gates `workloads`, `benchmark` and `risk`.
    pub(crate) fn of(records: &[crate::gates::GateRecord]) -> Self {
        let mut figures = Self {
            gain: 0.0,
            lower_bound: 0.0,
            confidence: 0.0,
            metric: Metric::Cpu,
            pairs: 0,
            medians: [0, 0],
            operation_ns: None,
            risk: RiskScore { score: 100, reasons: Vec::new() },
        };
        for record in records {
            match &record.inputs {
                Some(GateInputs::Benchmark(inputs)) => {
                    let judgement = inputs.judge();
                    if judgement.answer != BenchmarkAnswer::Proved {
                        continue;
                    }
                    let look: Option<&Look> =
                        judgement.decision.as_ref().and_then(|decision| decision.last_look());
                    figures.gain = look.map_or(0.0, |look| look.hodges_lehmann.improvement());
                    figures.lower_bound =
                        look.and_then(|look| look.lower_bound).map_or(0.0, NanoLog::improvement);
                    figures.confidence = 1.0 - inputs.parameters.alpha().as_f64();
                    figures.metric = inputs.metric;
                    figures.pairs =
                        look.map_or(0, |look| u32::try_from(look.n_pairs).unwrap_or(u32::MAX));
                    figures.medians = judgement.medians.unwrap_or_default();
                    figures.operation_ns = operation_ns(inputs);
                }
                Some(GateInputs::Workloads(inputs)) => {
                    let judged = inputs.judge().workloads;
                    let Some(one) = ProofReport::carrying(&judged) else { continue };
                    figures.gain = one.effect.map_or(0.0, NanoLog::improvement);
                    figures.lower_bound = one.at_least.map_or(0.0, NanoLog::improvement);
                    figures.confidence = 1.0 - inputs.parameters.alpha().as_f64();
                    figures.metric = one.metric;
                    figures.pairs = u32::try_from(one.pairs).unwrap_or(u32::MAX);
                    figures.medians = one.call_picos.unwrap_or_default().map(|picos| picos / 1000);
                }
                Some(GateInputs::Risk(inputs)) => figures.risk = inputs.score(),
                _ => {}
            }
        }
        figures
    }
}
