//! What a pull request is about, and the draft that is made of it.

use std::fmt::Write as _;

use super::branch::Fingerprint;
use super::marker::Marker;
use super::{body, figures, markdown};
use crate::domain::{Attempt, Baseline, CommitId, Opportunity};
use crate::ports::{FileUpdate, PullRequestDraft};
use crate::report::ProposalReport;

/// A stored proposal with what the store knows around it. What is absent is
/// said to be absent.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The proposal.
    pub proposal: &'a ProposalReport,
    /// The baseline of its run: commands and environment.
    pub baseline: Option<&'a Baseline>,
    /// The opportunity that it answers: why it is faster.
    pub opportunity: Option<&'a Opportunity>,
    /// All attempts of its run: what was checked of it, what was refused.
    pub attempts: &'a [Attempt],
    /// The project's folder in the repository, empty for its root.
    pub folder: &'a str,
    /// The branch that the change is for.
    pub base_branch: &'a str,
    /// Where a reader gets the evidence bundle: an https address. Everybody who
    /// can read the repository sees it, so it holds no signature that lets
    /// more people in than that.
    pub evidence_url: Option<&'a str>,
}

impl Subject<'_> {
    /// The fingerprint by which the change is known again.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.proposal)
    }

    /// The pull request.
    pub fn draft(&self) -> PullRequestDraft {
        let fingerprint = self.fingerprint();
        let branch = fingerprint.branch(self.proposal.rule.as_str());
        let marker = Marker::Proposal { id: self.proposal.id.clone(), fingerprint };
        PullRequestDraft {
            base_branch: self.base_branch.to_owned(),
            base: CommitId::new(self.proposal.base.as_str()),
            branch,
            title: self.title(),
            body: body::of(self, &marker),
            message: self.message(&marker),
            changes: vec![FileUpdate::Patch {
                folder: self.folder.to_owned(),
                diff: self.proposal.diff.clone(),
            }],
            marker,
        }
    }

    fn title(&self) -> String {
        format!("perf: {}", markdown::title(&self.proposal.title))
    }

    /// The commit's message: the title, the figures, and trailers that say
    /// what it is.
    fn message(&self, marker: &Marker) -> String {
        let proposal = self.proposal;
        let [before, after] = figures::before_and_after(proposal);
        let mut out = format!(
            "{}\n\n{}: {before} before, {after} after, at least {} less\nwith {} confidence.\n\n",
            self.title(),
            figures::measured(proposal),
            figures::percent(proposal.gain_lower_bound),
            figures::percent(proposal.confidence),
        );
        let _ = writeln!(out, "SelfOpt-Proposal: {}", proposal.id);
        if let Marker::Proposal { fingerprint, .. } = marker {
            let _ = writeln!(out, "SelfOpt-Fingerprint: {fingerprint}");
        }
        out
    }
}
