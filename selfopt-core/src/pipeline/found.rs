//! What is found in one file, as opportunities and candidates.

use selfopt_syntax::{FileChange, LineIndex, apply, unified};

use super::answers::{Answer, FileAnswers, ScanMemory, key};
use super::candidates::{Before, Parts};
use super::rule_filter::RuleFilter;
use super::scan::{ScannedFile, read};
use crate::complexity::FunctionShape;
use crate::domain::{
    Candidate, CandidateId, ChangedFile, CommitId, Declined, Finding, Opportunity, OpportunityId,
    Patch, RuleId,
};
use crate::ports::SourceTree;
use crate::report::OpportunityReport;
use crate::suppression::Directives;

/// What one file gives.
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) found: Vec<Found>,
    pub(super) functions: Vec<FunctionShape>,
    pub(super) directives: Directives,
    /// What the next scan may use.
    pub(super) keep: Option<(String, FileAnswers)>,
}

/// An opportunity and what belongs to it.
pub(super) struct Found {
    pub(super) opportunity: Opportunity,
    pub(super) report: OpportunityReport,
    pub(super) candidate: Option<Candidate>,
}

impl Found {
    pub(super) fn rule(&self) -> &RuleId {
        &self.opportunity.finding.rule
    }
}

/// Scans files one by one.
pub(super) struct Job<'a> {
    pub(super) tree: &'a dyn SourceTree,
    pub(super) commit: &'a CommitId,
    pub(super) filter: &'a RuleFilter<'a>,
    pub(super) parts: &'a Parts<'a>,
    /// The scan before, and the empty memory of this one.
    pub(super) kept: Option<(Before<'a>, &'a ScanMemory)>,
}

/// A file that was read.
struct Opened<'a> {
    path: &'a str,
    text: &'a str,
    lines: LineIndex,
}

impl Job<'_> {
    pub(super) fn scan(&self, file: &ScannedFile) -> Option<Seen> {
        let text = read(self.tree, file)?;
        let wants = |finding: &Finding| self.filter.wants(finding.rule.as_str(), &file.path);
        let (scanners, templates) = (self.parts.scanners, self.parts.templates);
        let (answers, keep) = match self.kept {
            // What is kept serves scans with other settings of rules too.
            Some((before, now)) => {
                let key = key(file, &text);
                let known = before.memory.get(now, &key, &text).cloned();
                let all = known.unwrap_or_else(|| {
                    FileAnswers::ask(file, &text, scanners, templates, |_| true)
                });
                (all.clone(), Some((key, all)))
            }
            None => (FileAnswers::ask(file, &text, scanners, templates, wants), None),
        };
        let FileAnswers { answers, functions, directives } = answers;
        let source = Opened { path: &file.path, lines: LineIndex::new(&text), text: &text };
        let found = answers
            .into_iter()
            .filter(|answer| wants(&answer.finding))
            .map(|answer| self.found(&source, answer))
            .collect();
        Some(Seen { path: file.path.clone(), found, functions, directives, keep })
    }

    fn found(&self, source: &Opened<'_>, answer: Answer) -> Found {
        let Answer { mut finding, patch, around } = answer;
        let id = OpportunityId::derive(
            self.commit,
            &finding.rule,
            source.path,
            finding.span.start,
            finding.span.end,
        );
        let candidate = patch.and_then(|patch| {
            self.candidate(source, &finding, patch, &id)
                .map_err(|declined| finding.declined = Some(declined))
                .ok()
        });
        let start = source.lines.position(source.text, finding.span.start);
        let end = source.lines.position(source.text, finding.span.end);
        let report = OpportunityReport {
            id: id.clone(),
            rule: finding.rule.clone(),
            path: source.path.to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            message: finding.message.clone(),
            why: finding.why.clone(),
            rank: 0,
            declined: finding.declined.clone(),
            patch: candidate.as_ref().map(|candidate| candidate.diff.clone()),
            patch_title: candidate.as_ref().map(|candidate| candidate.title.clone()),
            surroundings: around,
        };
        let opportunity = Opportunity {
            id,
            path: source.path.to_owned(),
            line: start.line,
            column: start.column,
            rank: 0,
            finding,
        };
        Found { opportunity, report, candidate }
    }

    fn candidate(
        &self,
        source: &Opened<'_>,
        finding: &Finding,
        patch: Patch,
        opportunity: &OpportunityId,
    ) -> Result<Candidate, Declined> {
        let after = apply(source.text, &patch.edits).map_err(|conflict| Declined {
            obligation: "edits-apply".to_owned(),
            reason: conflict.to_string(),
            line: None,
        })?;
        let diff = unified(&[FileChange { path: source.path, before: source.text, after: &after }]);
        Ok(Candidate {
            id: CandidateId::derive(self.commit, &finding.rule, source.path, &diff),
            opportunity: opportunity.clone(),
            rule: finding.rule.clone(),
            rule_version: finding.rule_version.clone(),
            rule_risk: finding.rule_risk,
            title: patch.title,
            obligations: patch.obligations,
            author: None,
            files: vec![ChangedFile {
                path: source.path.to_owned(),
                before: source.text.to_owned(),
                after,
            }],
            diff,
        })
    }
}
