//! Comments applied to what was found in a file, whoever found it.

use std::collections::BTreeSet;

use super::candidates::Scan;
use super::found::Found;
use super::rule_filter::RuleFilter;
use crate::config::nearest_rules;
use crate::domain::RuleId;
use crate::suppression::{Directives, ScanNote, Suppressed, judge};

/// The comments of one file.
pub(super) struct Comments<'a> {
    pub(super) path: &'a str,
    pub(super) known: &'a BTreeSet<RuleId>,
    pub(super) filter: &'a RuleFilter<'a>,
}

impl Comments<'_> {
    /// What is left of `found`; what was taken away and what is odd about the
    /// comments goes into `scan`. Findings that are not believed are gone, and
    /// comments about their rules are not judged.
    pub(super) fn apply(
        &self,
        directives: &Directives,
        mut found: Vec<Found>,
        is_believed: impl Fn(&RuleId) -> bool,
        scan: &mut Scan,
    ) -> Vec<Found> {
        found.retain(|found| is_believed(found.rule()));
        let places: Vec<_> =
            found.iter().map(|found| (found.rule(), found.opportunity.line)).collect();
        let judged = judge(directives, &places);
        scan.notes.extend(directives.refused.iter().cloned());
        for idle in judged.idle {
            let rule = RuleId::new(idle.rule.as_str());
            if let Some(message) = self.remark(&rule, is_believed(&rule)) {
                scan.notes.push(ScanNote { path: self.path.to_owned(), line: idle.line, message });
            }
        }
        let mut left = Vec::new();
        for (found, taken_by) in found.into_iter().zip(judged.taken_by) {
            match taken_by.and_then(|at| directives.obeyed.get(at)) {
                None => left.push(found),
                Some(directive) => scan.suppressed.push(Suppressed {
                    opportunity: found.report,
                    reason: directive.reason.clone(),
                    comment_line: directive.line,
                }),
            }
        }
        left
    }

    /// What is odd about a comment that takes nothing of this rule away.
    fn remark(&self, rule: &RuleId, is_believed: bool) -> Option<String> {
        let id = rule.as_str();
        if !self.known.contains(rule) {
            let near = nearest_rules(id, self.known.iter().map(RuleId::as_str));
            let near = near.first().map(|near| format!("; did you mean `{near}`?"));
            return Some(format!("there is no rule `{id}`{}", near.unwrap_or_default()));
        }
        // Where a rule does not count, nobody knows what it would have found.
        (is_believed && self.filter.wants(id, self.path))
            .then(|| format!("nothing of `{id}` is found here: the comment can be removed"))
    }
}
