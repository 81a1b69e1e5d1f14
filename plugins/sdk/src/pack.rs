//! What a pack is.

use schemars::JsonSchema;
use selfopt_rules::{Match, Rule, RuleContext, RuleMeta};
use selfopt_syntax::{Language, Node};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A rule pack.
pub trait Pack {
    /// What the pack is.
    const INFO: PackInfo;

    /// What its users can set under `[packs."id"]` in `selfopt.toml`. Its
    /// schema is what the host checks; [`NoOptions`] when there is nothing.
    type Options: Default + DeserializeOwned + JsonSchema;

    /// Its rules. Called for every file, in a fresh instance.
    fn rules(options: &Self::Options) -> Vec<Box<dyn Rule>>;

    /// Which files a rule looks at, beside what its [`selfopt_rules::RuleMeta`]
    /// says of literals and node kinds.
    fn scope(rule: &str) -> Scope {
        let _ = rule;
        Scope::default()
    }
}

/// The description of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackInfo {
    /// `name` or `organization/name`, kebab-case.
    pub id: &'static str,
    /// Semver; `env!("CARGO_PKG_VERSION")`.
    pub version: &'static str,
    /// SPDX expression.
    pub license: &'static str,
    /// One sentence.
    pub description: &'static str,
}

/// A built-in rule as a rule of a pack.
pub fn lent(rule: &'static dyn Rule) -> Box<dyn Rule> {
    Box::new(Lent(rule))
}

struct Lent(&'static dyn Rule);

impl Rule for Lent {
    fn meta(&self) -> &'static RuleMeta {
        self.0.meta()
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        self.0.check(ctx, node)
    }
}

/// Files that a rule looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// Languages; empty: all.
    pub languages: &'static [Language],
    /// Globs of paths; empty: all.
    pub paths: &'static [&'static str],
}

/// Nothing to set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
