//! The built-in rules behind the core's ports.

use selfopt_core::{Finding, Patch, PatchTemplate, RuleId, Scanner};
use selfopt_syntax::SourceFile;

use crate::matching::has_literal;
use crate::rule::Rule;
use crate::{ports, registry};

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
        ports::findings(self.rules.iter().copied(), file)
    }

    fn rules(&self) -> Vec<RuleId> {
        self.rules.iter().map(|rule| RuleId::new(rule.meta().id)).collect()
    }

    fn fingerprint(&self) -> Option<String> {
        let rules = self.rules.iter().map(|rule| rule.meta());
        let rules: Vec<_> = rules.map(|meta| format!("{}@{}", meta.id, meta.version)).collect();
        Some(format!("builtin {} {}", env!("CARGO_PKG_VERSION"), rules.join(" ")))
    }
}

impl PatchTemplate for BuiltinRules {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let rule = *self.rules.iter().find(|rule| rule.meta().id == finding.rule.as_str())?;
        ports::patch(rule, file, finding)
    }
}
