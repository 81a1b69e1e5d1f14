//! The branch of a pull request, and the fingerprint in its name by which a
//! change is known again, whatever commit it is proved on.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::report::ProposalReport;

/// What the names of our branches begin with.
pub const BRANCH_PREFIX: &str = "selfopt/";

/// Characters of a rule's name in a branch.
const RULE_LENGTH: usize = 60;

/// A change by its rule, files, functions and lines: 16 hexadecimal
/// characters. Line numbers, context and the commit are no part of it, so it
/// stays what it is while the code around it moves.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a proposal.
    pub fn of(proposal: &ProposalReport) -> Self {
        let functions = proposal.proof.iter().flat_map(|proof| &proof.functions);
        let mut parts: Vec<&str> = vec![proposal.rule.as_str()];
        parts.extend(proposal.files.iter().map(String::as_str));
        parts.push("\n");
        parts.extend(functions.map(String::as_str));
        parts.push("\n");
        parts.extend(changed_lines(&proposal.diff));
        let digest = Digest::of_parts(parts.into_iter().map(str::as_bytes));
        Self(digest.prefix(16).to_owned())
    }

    /// A fingerprint as it was printed or stored.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (text.len() == 16 && is_hex).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch of a change: `selfopt/<rule>-<fingerprint>`.
    pub fn branch(&self, rule: &str) -> String {
        let name: String = rule
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .take(RULE_LENGTH)
            .collect();
        let name = name.trim_matches('-');
        let name = if name.is_empty() { "change" } else { name };
        format!("{BRANCH_PREFIX}{name}-{self}")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Removed and added lines, signs included.
fn changed_lines(diff: &str) -> impl Iterator<Item = &str> {
    let mut in_hunk = false;
    diff.lines().filter(move |line| {
        if line.starts_with("diff --git ") {
            in_hunk = false;
        } else if line.starts_with("@@ ") {
            in_hunk = true;
            return false;
        }
        in_hunk && (line.starts_with('+') || line.starts_with('-'))
    })
}
