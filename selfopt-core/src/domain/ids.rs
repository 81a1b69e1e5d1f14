//! Ids. Users, organizations, repositories and runs have random ids; everything
//! that a run finds has an id derived from its content, so that the same input
//! gives the same id.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::digest::Digest;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an id as it was printed or stored.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// A rule, in kebab-case: `spread-array-accumulator`.
    RuleId
}
text_id! {
    /// A commit of the repository, 40 or 64 hexadecimal characters.
    CommitId
}
text_id! {
    /// A place worth improving: `opp-` and 16 hexadecimal characters.
    OpportunityId
}
text_id! {
    /// A candidate patch, and the attempt made on it: `cand-` and 16 hexadecimal characters.
    CandidateId
}
text_id! {
    /// A proved proposal: `prop-` and 16 hexadecimal characters.
    ProposalId
}

impl OpportunityId {
    /// Derived from base commit, rule, path and byte span.
    pub fn derive(base: &CommitId, rule: &RuleId, path: &str, start: u32, end: u32) -> Self {
        let span = format!("{start}..{end}");
        Self(prefixed("opp", &[base.as_str(), rule.as_str(), path, &span]))
    }
}

impl CandidateId {
    /// Derived from base commit, rule, path and the candidate's diff.
    pub fn derive(base: &CommitId, rule: &RuleId, path: &str, diff: &str) -> Self {
        Self(prefixed("cand", &[base.as_str(), rule.as_str(), path, diff]))
    }
}

impl ProposalId {
    /// Derived from base commit, rule, path and the accepted diff.
    pub fn derive(base: &CommitId, rule: &RuleId, path: &str, diff: &str) -> Self {
        Self(prefixed("prop", &[base.as_str(), rule.as_str(), path, diff]))
    }
}

fn prefixed(prefix: &str, parts: &[&str]) -> String {
    let all = std::iter::once(prefix.as_bytes()).chain(parts.iter().map(|part| part.as_bytes()));
    format!("{prefix}-{}", Digest::of_parts(all).prefix(16))
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(#[schemars(with = "String")] pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// A run of the pipeline (UUIDv7).
    RunId
}
uuid_id! {
    /// A repository known to the store (UUIDv7).
    RepoId
}
uuid_id! {
    /// A request for a run (UUIDv7).
    RequestId
}
uuid_id! {
    /// A token for programs (UUIDv7).
    TokenId
}
uuid_id! {
    /// An organization, which owns repositories (UUIDv7).
    OrganizationId
}
uuid_id! {
    /// A user, as the issuer of their tokens names them.
    UserId
}
