//! From files to ranked opportunities, and from these to candidates. Pure and
//! deterministic: the same tree, rules and configuration give the same ids,
//! order and diffs.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering as Memory};

use super::answers::ScanMemory;
use super::found::{Found, Job};
use super::react_compiler::silence;
use super::rule_filter::RuleFilter;
use super::scannable_files;
use super::suppressing::Comments;
use crate::complexity::FunctionShape;
use crate::config::{Config, ConfigError};
use crate::domain::{Candidate, CommitId, Finding, Opportunity, RuleId};
use crate::payoff::Payoffs;
use crate::ports::{PatchTemplate, Scanner, SourceTree};
use crate::report::OpportunityReport;
use crate::suppression::{ScanNote, Suppressed};

/// The functions that a scan names, at most.
const MAX_FUNCTIONS: usize = 100;

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
    /// What comments switched off, by place.
    pub suppressed: Vec<Suppressed>,
    /// What authors of comments should know, by place.
    pub notes: Vec<ScanNote>,
    /// The most complex functions with their files: the highest cognitive
    /// complexity first, a hundred at most.
    pub functions: Vec<(String, FunctionShape)>,
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

/// What finds, and what answers.
pub type RuleParts<'a> = (&'a [Box<dyn Scanner>], &'a [Box<dyn PatchTemplate>]);

/// What a scan knows of the one before it, and whom it tells how far it is.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// The answers of an earlier scan.
    pub memory: &'a ScanMemory,
    /// Stands for the program: answers of another one do not count.
    pub program: &'a str,
    /// Told after each file how many are done, and of how many.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// The same with answers from an earlier scan. Gives the answers of this one,
/// or `None` when a scanner does not want them kept.
pub fn opportunities_since(
    before: Before<'_>,
    tree: &dyn SourceTree,
    commit: &CommitId,
    config: &Config,
    (scanners, templates): RuleParts<'_>,
    threads: NonZeroUsize,
) -> Result<(Scan, Option<ScanMemory>), ConfigError> {
    let parts = Parts { scanners, templates, payoffs: &Payoffs::default() };
    let now = ScanMemory::of(scanners, before.program);
    scan(tree, commit, config, &parts, threads, (Some(before), now))
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
    parts: &Parts<'_>,
    threads: NonZeroUsize,
) -> Result<Scan, ConfigError> {
    Ok(scan(tree, commit, config, parts, threads, (None, None))?.0)
}

fn scan(
    tree: &dyn SourceTree,
    commit: &CommitId,
    config: &Config,
    parts @ &Parts { scanners, payoffs, .. }: &Parts<'_>,
    threads: NonZeroUsize,
    (before, now): (Option<Before<'_>>, Option<ScanMemory>),
) -> Result<(Scan, Option<ScanMemory>), ConfigError> {
    let files = scannable_files(tree, &config.paths)?;
    let filter = RuleFilter::new(&config.rules)?;
    let done = AtomicUsize::new(0);
    let kept = before.zip(now.as_ref());
    let job = Job { tree, commit, filter: &filter, parts, kept };
    let seen = in_parallel(&files, threads, |file| {
        let seen = job.scan(file);
        if let Some(before) = before {
            (before.progress)(done.fetch_add(1, Memory::Relaxed) + 1, files.len());
        }
        seen.into_iter().collect()
    });
    let mut known: BTreeSet<RuleId> = scanners.iter().flat_map(|scanner| scanner.rules()).collect();
    // A scanner need not say which rules it has.
    known.extend(seen.iter().flat_map(|file| file.found.iter().map(|found| found.rule().clone())));
    let mut memory = now.clone();
    let mut found = Vec::new();
    let mut scan = Scan { files: files.len(), ..Scan::default() };
    for file in seen {
        let is_believed =
            |rule: &RuleId| !scanners.iter().any(|scanner| scanner.withdraws(&file.path, rule));
        let comments = Comments { path: &file.path, known: &known, filter: &filter };
        let left = comments.apply(&file.directives, file.found, is_believed, &mut scan);
        found.extend(left);
        let path = &file.path;
        scan.functions.extend(file.functions.into_iter().map(|shape| (path.clone(), shape)));
        if let (Some(memory), Some((key, answers))) = (&mut memory, file.keep) {
            memory.put(key, answers);
        }
    }
    silence(tree, &mut found);
    found.sort_by(|a, b| by_rank(payoffs, a, b));
    for (index, mut found) in found.into_iter().enumerate() {
        let rank = u32::try_from(index + 1).unwrap_or(u32::MAX);
        found.opportunity.rank = rank;
        found.report.rank = rank;
        scan.opportunities.push(found.opportunity);
        scan.reports.push(found.report);
        scan.candidates.extend(found.candidate);
    }
    scan.functions.sort_by(|(a_path, a), (b_path, b)| {
        b.cognitive.cmp(&a.cognitive).then_with(|| (a_path, a.line).cmp(&(b_path, b.line)))
    });
    scan.functions.truncate(MAX_FUNCTIONS);
    Ok((scan, memory))
}

/// Places with a patch first, then by expected gain over risk (log2 of the
/// measured speed-up, capped at 64, times a factor for soundness and one for
/// what became of the rule before), then by the loops around the place, which
/// repeat what is saved, then by place.
fn by_rank(payoffs: &Payoffs, a: &Found, b: &Found) -> Ordering {
    let has_patch = |found: &Found| found.candidate.is_some();
    has_patch(b)
        .cmp(&has_patch(a))
        .then_with(|| {
            score(payoffs, &b.opportunity.finding)
                .total_cmp(&score(payoffs, &a.opportunity.finding))
        })
        .then_with(|| b.report.surroundings.loops.cmp(&a.report.surroundings.loops))
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
