//! The built-in rules behind the core's ports.

use selfopt_core::{Declined, Finding, Patch, PatchTemplate, RuleId, Scanner};
use selfopt_syntax::SourceFile;

use crate::matching::{has_literal, matches};
use crate::registry;
use crate::rule::{Match, Outcome, Rule};

/// A scanner and patch template made of built-in rules.
#[derive(Clone)]
pub struct BuiltinRules {
    rules: Vec<&'static dyn Rule>,
}

impl Default for BuiltinRules {
    fn default() -> Self {
        Self::new(|_| true)
    }
}

impl BuiltinRules {
    /// The rules whose id is wanted.
    pub fn new(is_wanted: impl Fn(&str) -> bool) -> Self {
        let rules = registry::all().iter().copied().filter(|rule| is_wanted(rule.meta().id));
        Self { rules: rules.collect() }
    }

    /// Its rules, sorted by id.
    pub fn rules(&self) -> &[&'static dyn Rule] {
        &self.rules
    }

    /// Whether any rule could find something in a text. Cheap, to be asked
    /// before the text is parsed.
    pub fn may_match(&self, text: &str) -> bool {
        self.rules.iter().any(|rule| has_literal(*rule, text))
    }
}

impl std::fmt::Debug for BuiltinRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|rule| rule.meta().id)).finish()
    }
}

impl Scanner for BuiltinRules {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .rules
            .iter()
            .filter(|rule| has_literal(**rule, &file.text))
            .flat_map(|rule| {
                matches(*rule, file)
                    .map(|(_, found)| finding(*rule, file, &found))
                    .collect::<Vec<_>>()
            })
            .collect();
        findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        findings
    }
}

impl PatchTemplate for BuiltinRules {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let rule = *self.rules.iter().find(|rule| rule.meta().id == finding.rule.as_str())?;
        let (_, found) = matches(rule, file).find(|(_, found)| found.span == finding.span)?;
        let Outcome::Fix(fix) = found.outcome else {
            return None;
        };
        let obligations = fix.obligations(rule.meta());
        Some(Patch { title: fix.title, edits: fix.edits, obligations })
    }
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
