//! Rules behind the core's ports, whoever owns them.

use selfopt_core::{Declined, Finding, Patch, RuleId};
use selfopt_syntax::SourceFile;

use crate::matching::{has_literal, matches};
use crate::rule::{Match, Outcome, Rule};

/// What these rules find in a file, in the order of spans.
pub fn findings<'r>(
    rules: impl IntoIterator<Item = &'r dyn Rule>,
    file: &SourceFile,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules.into_iter().filter(|rule| has_literal(*rule, &file.text)) {
        findings.extend(matches(rule, file).map(|(_, found)| finding(rule, file, &found)));
    }
    findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    findings
}

/// The rule's patch for one of its findings.
pub fn patch(rule: &dyn Rule, file: &SourceFile, finding: &Finding) -> Option<Patch> {
    let (_, found) = matches(rule, file).find(|(_, found)| found.span == finding.span)?;
    let Outcome::Fix(fix) = found.outcome else {
        return None;
    };
    let obligations = fix.obligations(rule.meta());
    Some(Patch { title: fix.title, edits: fix.edits, obligations })
}

fn finding(rule: &dyn Rule, file: &SourceFile, found: &Match) -> Finding {
    let meta = rule.meta();
    let declined = match &found.outcome {
        Outcome::Fix(_) => None,
        Outcome::Declined(refusal) => Some(Declined {
            obligation: refusal.condition.id.to_owned(),
            reason: refusal.reason.clone(),
            line: Some(file.line(refusal.span.start)),
        }),
    };
    Finding {
        rule: RuleId::new(meta.id),
        rule_version: meta.version.to_owned(),
        span: found.span,
        message: found.message.clone(),
        why: meta.why.to_owned(),
        typical_speedup: meta.typical_speedup,
        rule_risk: meta.risk,
        declined,
    }
}
