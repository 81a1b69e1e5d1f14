//! Version 1 of the bundle: an uncompressed tar archive of plain files, in the
//! order of their names, with fixed modes and no times, so that equal contents
//! give equal bytes.

use std::collections::BTreeMap;
use std::io::Read as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::digest::Digest;
use crate::domain::{
    Authorship, Baseline, Candidate, CandidateId, Obligation, OpportunityId, Project, ProposalId,
    RuleId,
};
use crate::gates::GateRecord;
use crate::ports::JournalEntry;
use crate::report::ProposalReport;

/// The schema id of the manifest.
pub const BUNDLE_SCHEMA: &str = "selfopt.evidence/1";

/// A bundle that is larger was not written by selfopt.
const MAX_BUNDLE_BYTES: usize = 256 * 1024 * 1024;

/// What the archive holds beside the manifest.
pub(super) const FILES: [&str; 8] = [
    "baseline.json",
    "candidate.json",
    "diff.patch",
    "gates.json",
    "logs.txt",
    "project.json",
    "proposal.json",
    "trace.json",
];

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Always `selfopt.evidence/1`.
    pub schema: String,
    /// The version of selfopt that wrote it.
    pub version: String,
    /// The proposal.
    pub proposal: ProposalId,
    /// The seed of all schedules.
    pub seed: u64,
    /// SHA-256 of every other file.
    pub files: BTreeMap<String, Digest>,
}

/// `candidate.json`: what was tried, without the files' contents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CandidateEvidence {
    /// Derived from base commit, rule, path and diff.
    pub id: CandidateId,
    /// The opportunity it answers.
    pub opportunity: OpportunityId,
    /// The rule that wrote it.
    pub rule: RuleId,
    /// The rule's own version (semver).
    pub rule_version: String,
    /// The rule's risk, 0 to 3.
    pub rule_risk: u8,
    /// What the change does.
    pub title: String,
    /// The conditions that make the rewrite sound.
    pub obligations: Vec<Obligation>,
    /// The language model that wrote it, if one did.
    #[serde(default)]
    pub author: Option<Authorship>,
    /// SHA-256 of each changed file before and after.
    pub files: BTreeMap<String, [Digest; 2]>,
}

impl CandidateEvidence {
    /// Of a candidate.
    pub fn new(candidate: &Candidate) -> Self {
        Self {
            id: candidate.id.clone(),
            opportunity: candidate.opportunity.clone(),
            rule: candidate.rule.clone(),
            rule_version: candidate.rule_version.clone(),
            rule_risk: candidate.rule_risk,
            title: candidate.title.clone(),
            obligations: candidate.obligations.clone(),
            author: candidate.author.clone(),
            files: candidate
                .files
                .iter()
                .map(|file| {
                    let digests =
                        [Digest::of(file.before.as_bytes()), Digest::of(file.after.as_bytes())];
                    (file.path.clone(), digests)
                })
                .collect(),
        }
    }
}

/// What goes into a bundle.
pub struct BundleParts<'a> {
    /// The proposal; its place is not part of the evidence.
    pub proposal: &'a ProposalReport,
    /// The candidate.
    pub candidate: &'a CandidateEvidence,
    /// The project and its commands.
    pub project: &'a Project,
    /// The baseline with its A/A samples and environment.
    pub baseline: &'a Baseline,
    /// The seed of all schedules.
    pub seed: u64,
    /// What every gate saw and said, with every raw sample.
    pub records: &'a [GateRecord],
    /// Output of the commands.
    pub logs: &'a str,
    /// The journal's entries about this candidate.
    pub trace: &'a [&'a JournalEntry],
}

/// An archive and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The archive.
    pub bytes: Vec<u8>,
    /// SHA-256 of the archive.
    pub digest: Digest,
}

impl Bundle {
    /// The name that carries the digest: `bundle-<sha256>.tar`.
    pub fn file_name(&self) -> String {
        format!("bundle-{}.tar", self.digest)
    }
}

/// A bundle could not be written or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The archive does not read.
    #[error("the bundle is not a readable archive")]
    Archive(#[source] std::io::Error),
    /// Larger than any bundle is.
    #[error("the bundle is larger than {} MiB", MAX_BUNDLE_BYTES / 1024 / 1024)]
    TooLarge,
    /// An entry that a bundle never has.
    #[error("the archive holds `{name}`, which is no part of a bundle")]
    Unexpected {
        /// The entry's name.
        name: String,
    },
    /// A file that does not read back.
    #[error("`{name}` in the bundle does not read back")]
    Json {
        /// The file.
        name: &'static str,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// A file that is not there.
    #[error("the bundle has no `{name}`")]
    Missing {
        /// The file.
        name: &'static str,
    },
    /// Written by another version of the format.
    #[error("the bundle has schema `{found}`; this version of selfopt reads `{BUNDLE_SCHEMA}`")]
    Schema {
        /// The schema found.
        found: String,
    },
}

/// Packs a bundle.
pub fn pack(parts: &BundleParts<'_>) -> Result<Bundle, BundleError> {
    let proposal = ProposalReport { bundle: String::new(), ..parts.proposal.clone() };
    let mut files = BTreeMap::from([
        ("baseline.json", json("baseline.json", parts.baseline)?),
        ("candidate.json", json("candidate.json", parts.candidate)?),
        ("diff.patch", proposal.diff.clone().into_bytes()),
        ("gates.json", json("gates.json", &parts.records)?),
        ("logs.txt", parts.logs.as_bytes().to_vec()),
        ("project.json", json("project.json", parts.project)?),
        ("proposal.json", json("proposal.json", &proposal)?),
        ("trace.json", json("trace.json", &parts.trace)?),
    ]);
    let manifest = Manifest {
        schema: BUNDLE_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        proposal: proposal.id.clone(),
        seed: parts.seed,
        files: files.iter().map(|(name, bytes)| ((*name).to_owned(), Digest::of(bytes))).collect(),
    };
    files.insert("manifest.json", json("manifest.json", &manifest)?);
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in &files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        archive.append_data(&mut header, name, bytes.as_slice()).map_err(BundleError::Archive)?;
    }
    let bytes = archive.into_inner().map_err(BundleError::Archive)?;
    Ok(Bundle { digest: Digest::of(&bytes), bytes })
}

/// The files of an archive, by name. Trusts nothing in it.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::TooLarge);
    }
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(bytes).entries().map_err(BundleError::Archive)? {
        let mut entry = entry.map_err(BundleError::Archive)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let known = name == "manifest.json" || FILES.contains(&name.as_str());
        let regular = entry.header().entry_type() == tar::EntryType::Regular;
        if !known || !regular || files.contains_key(&name) {
            return Err(BundleError::Unexpected { name });
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(BundleError::Archive)?;
        files.insert(name, content);
    }
    Ok(files)
}

fn json(name: &'static str, value: &impl Serialize) -> Result<Vec<u8>, BundleError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| BundleError::Json { name, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}
