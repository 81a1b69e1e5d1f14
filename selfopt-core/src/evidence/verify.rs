//! Recomputes everything that can be recomputed from a bundle, and names the
//! place where it differs from what was recorded.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::bundle::{BUNDLE_SCHEMA, BundleError, CandidateEvidence, FILES, Manifest, unpack};
use super::consistency;
use crate::digest::Digest;
use crate::domain::{Baseline, CandidateId, CommitId, Measure, Project, ProposalId};
use crate::gates::{GateRecord, GateRunner, pair_value};
use crate::pipeline::{Figures, common_output, metric};
use crate::report::{CaseReport, LoadReport, ProofReport, ProposalReport};
use crate::statistics::{NanoLog, NoiseAssessment, PairSchedule, Parameters, ScheduleKey};

/// The schema id of [`VerifyReport`].
pub const VERIFY_SCHEMA: &str = "selfopt.verify/1";

/// What `selfopt verify --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerifyReport {
    /// Always `selfopt.verify/1`.
    pub schema: String,
    /// The proposal that the bundle is about.
    pub proposal: ProposalId,
    /// Whether every check passed.
    pub valid: bool,
    /// The checks, in order.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was checked.
    pub what: String,
    /// Whether it holds.
    pub passed: bool,
    /// What was found, and where.
    pub detail: String,
}

/// Checks a bundle. `name` is the archive's file name; when it carries a
/// digest, the archive must have it.
pub fn verify(name: Option<&str>, bytes: &[u8]) -> Result<VerifyReport, BundleError> {
    let files = unpack(bytes)?;
    let manifest: Manifest = read(&files, "manifest.json")?;
    if manifest.schema != BUNDLE_SCHEMA {
        return Err(BundleError::Schema { found: manifest.schema });
    }
    let mut checks = Checks::default();
    checks.archive(name, bytes);
    checks.files(&files, &manifest);
    let contents = Contents::read(&files)?;
    checks.ids(&contents, &manifest);
    checks.noise(&contents, &manifest);
    checks.gates(&contents, &manifest);
    checks.figures(&contents);
    Ok(VerifyReport {
        schema: VERIFY_SCHEMA.to_owned(),
        proposal: manifest.proposal,
        valid: checks.0.iter().all(|check| check.passed),
        checks: checks.0,
    })
}

pub(super) struct Contents {
    pub(super) baseline: Baseline,
    pub(super) candidate: CandidateEvidence,
    pub(super) project: Project,
    pub(super) diff: String,
    pub(super) records: Vec<GateRecord>,
    pub(super) proposal: ProposalReport,
}

impl Contents {
    fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, BundleError> {
        let diff = files.get("diff.patch").ok_or(BundleError::Missing { name: "diff.patch" })?;
        Ok(Self {
            baseline: read(files, "baseline.json")?,
            candidate: read(files, "candidate.json")?,
            project: read(files, "project.json")?,
            diff: String::from_utf8_lossy(diff).into_owned(),
            records: read(files, "gates.json")?,
            proposal: read(files, "proposal.json")?,
        })
    }
}

pub(super) fn read<T: DeserializeOwned>(
    files: &BTreeMap<String, Vec<u8>>,
    name: &'static str,
) -> Result<T, BundleError> {
    let bytes = files.get(name).ok_or(BundleError::Missing { name })?;
    serde_json::from_slice(bytes).map_err(|source| BundleError::Json { name, source })
}

#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, what: impl Into<String>, problem: Option<String>, fine: impl Into<String>) {
        self.0.push(Check {
            what: what.into(),
            passed: problem.is_none(),
            detail: problem.unwrap_or_else(|| fine.into()),
        });
    }

    fn archive(&mut self, name: Option<&str>, bytes: &[u8]) {
        let digest = Digest::of(bytes);
        let named = name
            .and_then(|name| name.strip_prefix("bundle-")?.strip_suffix(".tar"))
            .filter(|digest| digest.len() == 64);
        match named {
            Some(named) => self.add(
                "archive",
                (named != digest.as_str())
                    .then(|| format!("its SHA-256 is {digest}, its name says {named}")),
                format!("SHA-256 {digest}, as its name says"),
            ),
            None => self.add("archive", None, format!("SHA-256 {digest}; its name carries none")),
        }
    }

    fn files(&mut self, files: &BTreeMap<String, Vec<u8>>, manifest: &Manifest) {
        for name in FILES {
            let (found, said) =
                (files.get(name).map(|bytes| Digest::of(bytes)), manifest.files.get(name));
            let problem = match (&found, said) {
                (None, _) => Some("is missing".to_owned()),
                (_, None) => Some("is not in the manifest".to_owned()),
                (Some(found), Some(said)) if found != said => {
                    Some(format!("`{name}`: its SHA-256 is {found}, the manifest says {said}"))
                }
                _ => None,
            };
            self.add(format!("file {name}"), problem, "unchanged since it was packed");
        }
    }

    fn ids(&mut self, contents: &Contents, manifest: &Manifest) {
        let base = &contents.baseline.commit;
        let rule = &contents.candidate.rule;
        let path = contents.candidate.files.keys().next().map_or("", String::as_str);
        let candidate = CandidateId::derive(base, rule, path, &contents.diff);
        let proposal = ProposalId::derive(base, rule, path, &contents.diff);
        let problem = if candidate != contents.candidate.id {
            Some(format!(
                "candidate.json: id is {}, its content gives {candidate}",
                contents.candidate.id
            ))
        } else if proposal != manifest.proposal || proposal != contents.proposal.id {
            Some(format!(
                "proposal.json: id is {}, its content gives {proposal}",
                contents.proposal.id
            ))
        } else if contents.proposal.rule != *rule
            || contents.proposal.candidate != candidate
            || contents.proposal.title != contents.candidate.title
            || contents.proposal.author != contents.candidate.author
            || !contents.proposal.files.iter().eq(contents.candidate.files.keys())
        {
            Some("proposal.json: rule, title, author or files are not the candidate's".to_owned())
        } else if contents.proposal.diff != contents.diff {
            Some("proposal.json: its diff is not the one in diff.patch".to_owned())
        } else if CommitId::new(contents.proposal.base.clone()) != *base {
            Some("proposal.json: its base is not the baseline's commit".to_owned())
        } else {
            None
        };
        self.add("ids", problem, "derived from base commit, rule, path and diff");
    }

    /// The A/A pairs give the recorded noise, in their scheduled order.
    fn noise(&mut self, contents: &Contents, manifest: &Manifest) {
        let Some(bench) = &contents.baseline.benchmark else {
            // The noise of workloads is recomputed with their gate.
            self.add("noise", None, "the repository has no benchmark that could be used");
            return;
        };
        let empty = Digest::of(b"").to_string();
        let key = ScheduleKey {
            run_seed: manifest.seed,
            base_sha: contents.baseline.commit.as_str(),
            candidate_diff_sha: &empty,
            bench_id: &bench.bench_id,
        };
        let disordered = bench
            .pairs
            .iter()
            .find(|pair| pair.first != PairSchedule::new(&key, pair.index, 0).first_spawned);
        let measure = bench.measure();
        let values: Vec<NanoLog> =
            bench.pairs.iter().filter_map(|pair| pair_value(pair, measure, bench.metric)).collect();
        let parameters = Parameters::default();
        let complete = bench.pairs.len() == parameters.noise.pairs
            && bench.pairs.iter().enumerate().all(|(n, pair)| {
                pair.index as usize == n && pair.base.is_some() && pair.candidate.is_some()
            });
        let problem = if !complete {
            Some(format!("baseline.json: not all {} A/A pairs are there", parameters.noise.pairs))
        } else if let Some(problem) = consistency::of_cases(bench) {
            Some(format!("baseline.json: {problem}"))
        } else if bench.load.is_none()
            && measure == Measure::Process
            && metric(&parameters, bench.pairing, &bench.alone, &bench.pairs) != bench.metric
        {
            Some("baseline.json: the runs do not decide for the recorded metric".to_owned())
        } else if common_output(&bench.pairs) != bench.expected_output {
            Some("baseline.json: the expected output is not what the A/A runs printed".to_owned())
        } else if let Some(problem) = consistency::of_load(bench, &contents.project) {
            Some(format!("baseline.json: {problem}"))
        } else if let Some(pair) = disordered {
            Some(format!("baseline.json: A/A pair {} is not in its scheduled order", pair.index))
        } else if NoiseAssessment::from_pairs(&Parameters::default(), &values).as_ref()
            != Some(&bench.noise)
        {
            Some("baseline.json: the A/A pairs do not give the recorded noise".to_owned())
        } else {
            None
        };
        self.add("noise", problem, format!("recomputed from {} A/A pairs", bench.pairs.len()));
    }

    /// Every built-in gate is there, in order, and its inputs give its verdict.
    fn gates(&mut self, contents: &Contents, manifest: &Manifest) {
        let runner = GateRunner::default();
        let built_in: Vec<&str> = runner.names().collect();
        let found: Vec<&str> = contents
            .records
            .iter()
            .map(|record| record.gate.as_str())
            .filter(|gate| built_in.contains(gate))
            .collect();
        self.add(
            "gates",
            (found != built_in)
                .then(|| format!("gates.json: found {found:?}, expected {built_in:?}")),
            format!("all {} gates, in order", built_in.len()),
        );
        for record in &contents.records {
            let what = format!("gate {}", record.gate);
            let Some(inputs) = &record.inputs else {
                let problem = built_in
                    .contains(&record.gate.as_str())
                    .then(|| "gates.json: its inputs are missing".to_owned());
                self.add(what, problem, "not built in: its verdict was not recomputed");
                continue;
            };
            let problem = consistency::recomputed(record, inputs)
                .or_else(|| consistency::of_bundle(inputs, contents, manifest));
            self.add(what, problem, record.verdict.reason.clone());
        }
    }

    fn figures(&mut self, contents: &Contents) {
        let figures = Figures::of(&contents.records);
        let proposal = &contents.proposal;
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        let bits = |times: [f64; 2]| times.map(f64::to_bits);
        let problem = if !same(figures.gain, proposal.gain.0) {
            Some("gain")
        } else if !same(figures.lower_bound, proposal.gain_lower_bound.0) {
            Some("gain_lower_bound")
        } else if !same(figures.confidence, proposal.confidence.0) {
            Some("confidence")
        } else if [proposal.before_us, proposal.after_us]
            != figures.medians.map(|median| median / 1000)
        {
            Some("before_us or after_us")
        } else if proposal.risk != figures.risk.score {
            Some("risk")
        } else if proposal.metric != figures.metric {
            Some("metric")
        } else if proposal.pairs != figures.pairs {
            Some("pairs")
        } else if proposal.operation_ns.map(bits) != figures.operation_ns.map(bits) {
            Some("operation_ns")
        } else if proposal.cases != CaseReport::of(&contents.records) {
            Some("cases")
        } else if proposal.load != LoadReport::of(&contents.records) {
            Some("load")
        } else if proposal.proof != ProofReport::of(&contents.records) {
            Some("proof")
        } else {
            None
        };
        self.add(
            "figures",
            problem.map(|field| format!("proposal.json: `{field}` is not what the samples give")),
            format!(
                "gain {:.2} %, at least {:.2} %, risk {}",
                figures.gain * 100.0,
                figures.lower_bound * 100.0,
                figures.risk.score
            ),
        );
    }
}
