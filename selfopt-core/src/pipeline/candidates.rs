//! From files to ranked opportunities, and from these to candidates. Pure and
//! deterministic: the same tree, rules and configuration give the same ids,
//! order and diffs.

use std::cmp::Ordering;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering as Memory};

use selfopt_syntax::{FileChange, SourceFile, apply, unified};

use super::react_compiler::silence;
use super::scan::{ScannedFile, read};
use super::scannable_files;
use crate::config::{Config, ConfigError};
use crate::domain::{
    Candidate, CandidateId, ChangedFile, CommitId, Declined, Finding, Opportunity, OpportunityId,
};
use crate::payoff::Payoffs;
use crate::ports::{PatchTemplate, Scanner, SourceTree};
use crate::report::OpportunityReport;

/// What a scan gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scan {
    /// Every opportunity, in rank order.
    pub opportunities: Vec<Opportunity>,
    /// As the report shows them.
    pub reports: Vec<OpportunityReport>,
    /// A candidate for each opportunity that has a patch, in rank order.
    pub candidates: Vec<Candidate>,
    /// Files that were read.
    pub files: usize,
}

/// Scans the tree with all scanners and asks the templates for patches.
pub fn opportunities_and_candidates(
    tree: &dyn SourceTree,
    commit: &CommitId,
    config: &Config,
    scanners: &[Box<dyn Scanner>],
    templates: &[Box<dyn PatchTemplate>],
    threads: NonZeroUsize,
) -> Result<Scan, ConfigError> {
    let parts = Parts { scanners, templates, payoffs: &Payoffs::default() };
    ranked(tree, commit, config, &parts, threads)
}

/// What finds and answers, and what became of it before.
pub(super) struct Parts<'a> {
    pub(super) scanners: &'a [Box<dyn Scanner>],
    pub(super) templates: &'a [Box<dyn PatchTemplate>],
    pub(super) payoffs: &'a Payoffs,
}

/// The same, where what became of rules in earlier runs counts in the ranking.
pub(super) fn ranked(
    tree: &dyn SourceTree,
    commit: &CommitId,
    config: &Config,
    &Parts { scanners, templates, payoffs }: &Parts<'_>,
    threads: NonZeroUsize,
) -> Result<Scan, ConfigError> {
    let files = scannable_files(tree, &config.paths)?;
    let job = Job { tree, commit, config, scanners, templates };
    let mut found = in_parallel(&files, threads, |file| job.scan(file));
    found.retain(|Found { opportunity, .. }| {
        let rule = &opportunity.finding.rule;
        !scanners.iter().any(|scanner| scanner.withdraws(&opportunity.path, rule))
    });
    silence(tree, &mut found);
    found.sort_by(|a, b| by_rank(payoffs, a, b));
    let mut scan = Scan { files: files.len(), ..Scan::default() };
    for (index, mut found) in found.into_iter().enumerate() {
        let rank = u32::try_from(index + 1).unwrap_or(u32::MAX);
        found.opportunity.rank = rank;
        found.report.rank = rank;
        scan.opportunities.push(found.opportunity);
        scan.reports.push(found.report);
        scan.candidates.extend(found.candidate);
    }
    Ok(scan)
}

/// A finding in the forms that a run needs it in.
pub(super) struct Found {
    pub(super) opportunity: Opportunity,
    pub(super) report: OpportunityReport,
    pub(super) candidate: Option<Candidate>,
}

struct Job<'a> {
    tree: &'a dyn SourceTree,
    commit: &'a CommitId,
    config: &'a Config,
    scanners: &'a [Box<dyn Scanner>],
    templates: &'a [Box<dyn PatchTemplate>],
}

impl Job<'_> {
    fn scan(&self, file: &ScannedFile) -> Vec<Found> {
        let Some(source) = read(self.tree, file) else {
            return Vec::new();
        };
        self.scanners
            .iter()
            .flat_map(|scanner| scanner.scan(&source))
            .filter(|finding| self.is_wanted(finding))
            .map(|finding| self.found(&source, finding))
            .collect()
    }

    fn is_wanted(&self, finding: &Finding) -> bool {
        let id = finding.rule.as_str();
        let rules = &self.config.rules;
        !rules.disable.iter().any(|rule| rule == id)
            && (rules.only.is_empty() || rules.only.iter().any(|rule| rule == id))
    }

    fn found(&self, source: &SourceFile, mut finding: Finding) -> Found {
        let id = OpportunityId::derive(
            self.commit,
            &finding.rule,
            &source.path,
            finding.span.start,
            finding.span.end,
        );
        let candidate = if finding.declined.is_none() {
            self.candidate(source, &finding, &id)
                .map_err(|declined| finding.declined = Some(declined))
                .ok()
        } else {
            None
        };
        let start = source.position(finding.span.start);
        let end = source.position(finding.span.end);
        let report = OpportunityReport {
            id: id.clone(),
            rule: finding.rule.clone(),
            path: source.path.clone(),
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
        };
        let opportunity = Opportunity {
            id,
            path: source.path.clone(),
            line: start.line,
            column: start.column,
            rank: 0,
            finding,
        };
        Found { opportunity, report, candidate }
    }

    fn candidate(
        &self,
        source: &SourceFile,
        finding: &Finding,
        opportunity: &OpportunityId,
    ) -> Result<Candidate, Declined> {
        let declined = |obligation: &str, reason: String| Declined {
            obligation: obligation.to_owned(),
            reason,
            line: None,
        };
        let patch = self
            .templates
            .iter()
            .find_map(|template| template.propose(source, finding))
            .ok_or_else(|| {
                declined("patch-template", "no template has a patch for this place".into())
            })?;
        let after = apply(&source.text, &patch.edits)
            .map_err(|conflict| declined("edits-apply", conflict.to_string()))?;
        let diff =
            unified(&[FileChange { path: &source.path, before: &source.text, after: &after }]);
        Ok(Candidate {
            id: CandidateId::derive(self.commit, &finding.rule, &source.path, &diff),
            opportunity: opportunity.clone(),
            rule: finding.rule.clone(),
            rule_version: finding.rule_version.clone(),
            rule_risk: finding.rule_risk,
            title: patch.title,
            obligations: patch.obligations,
            author: None,
            files: vec![ChangedFile {
                path: source.path.clone(),
                before: source.text.to_string(),
                after,
            }],
            diff,
        })
    }
}

/// Places with a patch first, then by expected gain over risk (log2 of the
/// measured speed-up, capped at 64, times a factor for soundness and one for
/// what became of the rule before), then by place.
fn by_rank(payoffs: &Payoffs, a: &Found, b: &Found) -> Ordering {
    let has_patch = |found: &Found| found.candidate.is_some();
    has_patch(b)
        .cmp(&has_patch(a))
        .then_with(|| {
            score(payoffs, &b.opportunity.finding)
                .total_cmp(&score(payoffs, &a.opportunity.finding))
        })
        .then_with(|| a.opportunity.path.cmp(&b.opportunity.path))
        .then_with(|| a.opportunity.finding.span.start.cmp(&b.opportunity.finding.span.start))
        .then_with(|| a.opportunity.finding.span.end.cmp(&b.opportunity.finding.span.end))
        .then_with(|| a.opportunity.finding.rule.cmp(&b.opportunity.finding.rule))
}

fn score(payoffs: &Payoffs, finding: &Finding) -> f64 {
    let soundness = [1.0, 0.8, 0.5, 0.25][usize::from(finding.rule_risk.min(3))];
    let payoff = payoffs.weight(&finding.rule, &finding.rule_version);
    libm::log2(finding.typical_speedup.clamp(1.0, 64.0)) * soundness * payoff
}

/// Runs `work` over all items on several threads; results come in the order of
/// the items whatever the number of threads.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: NonZeroUsize,
    work: impl Fn(&T) -> Vec<R> + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Memory::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            done.push((index, work(item)));
        }
        done
    };
    let mut results: Vec<(usize, Vec<R>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.get()).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .flat_map(|handle| {
                handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().flat_map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payoff::tests::{history, place};

    #[test]
    fn a_rule_that_was_refused_ranks_behind_one_of_the_same_promise() {
        let score = |payoffs: &Payoffs, rule| score(payoffs, &place(rule, 1).finding);
        let none = Payoffs::default();
        assert_eq!(score(&none, "kept").total_cmp(&score(&none, "refused")), Ordering::Equal);
        let after = history();
        assert!(score(&after, "kept") > score(&after, "refused"));
        assert_eq!(score(&after, "kept").total_cmp(&score(&none, "kept")), Ordering::Equal);
    }
}
