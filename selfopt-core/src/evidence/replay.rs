//! A candidate out of a bundle, to be proved again on another machine.

use selfopt_syntax::{DiffError, DiffSet};
use thiserror::Error;

use super::bundle::{BundleError, CandidateEvidence, Manifest, unpack};
use super::verify::read;
use crate::digest::Digest;
use crate::domain::{Baseline, Candidate, ChangedFile, CommitId, Project};
use crate::gates::{GateInputs, GateRecord};
use crate::ports::SourceTree;
use crate::statistics::Parameters;

/// What a bundle says about its candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The commit that the patch was made for.
    pub commit: CommitId,
    /// The seed of the run.
    pub seed: u64,
    /// The project's commands at the time.
    pub project: Project,
    /// The parameters that the benchmark gate judged by.
    pub parameters: Parameters,
    candidate: CandidateEvidence,
    diff: String,
}

/// The files at hand are not those that the patch was made for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// A file is missing or has other content.
    #[error("`{path}` is not what the bundle was made for")]
    OtherFile {
        /// The file.
        path: String,
    },
    /// The patch does not apply.
    #[error("the bundle's patch does not apply")]
    Diff(#[from] DiffError),
}

impl Replay {
    /// Reads a bundle; [`super::verify`] tells whether to believe it.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        let files = unpack(bytes)?;
        let manifest: Manifest = read(&files, "manifest.json")?;
        let baseline: Baseline = read(&files, "baseline.json")?;
        let records: Vec<GateRecord> = read(&files, "gates.json")?;
        let parameters = records.into_iter().find_map(|record| match record.inputs {
            Some(GateInputs::Benchmark(inputs)) => Some(inputs.parameters),
            Some(GateInputs::Workloads(inputs)) if inputs.not_needed.is_none() => {
                Some(inputs.parameters)
            }
            _ => None,
        });
        let diff = files.get("diff.patch").ok_or(BundleError::Missing { name: "diff.patch" })?;
        Ok(Self {
            commit: baseline.commit,
            seed: manifest.seed,
            project: read(&files, "project.json")?,
            parameters: parameters.unwrap_or_default(),
            candidate: read(&files, "candidate.json")?,
            diff: String::from_utf8_lossy(diff).into_owned(),
        })
    }

    /// The candidate on these files.
    pub fn candidate(&self, tree: &dyn SourceTree) -> Result<Candidate, ReplayError> {
        let diff = DiffSet::parse(&self.diff)?;
        let mut files = Vec::new();
        for (path, [before_digest, after_digest]) in &self.candidate.files {
            let other = || ReplayError::OtherFile { path: path.clone() };
            let before = tree.text(path).ok_or_else(other)?;
            let after = diff.apply(path, &before)?;
            if Digest::of(before.as_bytes()) != *before_digest
                || Digest::of(after.as_bytes()) != *after_digest
            {
                return Err(other());
            }
            files.push(ChangedFile { path: path.clone(), before, after });
        }
        Ok(Candidate {
            id: self.candidate.id.clone(),
            opportunity: self.candidate.opportunity.clone(),
            rule: self.candidate.rule.clone(),
            rule_version: self.candidate.rule_version.clone(),
            rule_risk: self.candidate.rule_risk,
            title: self.candidate.title.clone(),
            obligations: self.candidate.obligations.clone(),
            author: self.candidate.author.clone(),
            files,
            diff: self.diff.clone(),
        })
    }
}
