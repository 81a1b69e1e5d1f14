//! The hidden line by which a pull request of ours is known again.

use serde::{Deserialize, Serialize};

use super::branch::Fingerprint;
use crate::domain::ProposalId;

const START: &str = "<!-- selfopt:";
const END: &str = "-->";

/// What the last line of a body says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// The pull request of a proposal.
    Proposal {
        /// The proposal that it was last made from.
        id: ProposalId,
        /// What stays the same when it is proved again on another commit.
        fingerprint: Fingerprint,
    },
    /// The pull request that introduces SelfOpt.
    Onboarding,
}

impl Marker {
    /// The line.
    pub fn line(&self) -> String {
        match self {
            Self::Proposal { id, fingerprint } => {
                format!("{START}proposal {id} {fingerprint} {END}")
            }
            Self::Onboarding => format!("{START}onboarding {END}"),
        }
    }

    /// Looks for the line in a body, from its end: people write above and
    /// below. A line counts when it says nothing else; text of others in a
    /// body holds no `<!--`.
    pub fn find(body: &str) -> Option<Self> {
        body.lines().rev().find_map(|line| {
            let inside = line.trim().strip_prefix(START)?.strip_suffix(END)?.trim();
            let mut words = inside.split(' ');
            let found = match (words.next()?, words.next(), words.next()) {
                ("onboarding", None, None) => Self::Onboarding,
                ("proposal", Some(id), Some(fingerprint)) if is_id(id) => Self::Proposal {
                    id: ProposalId::new(id),
                    fingerprint: Fingerprint::parse(fingerprint)?,
                },
                _ => return None,
            };
            words.next().is_none().then_some(found)
        })
    }

    /// The proposal, where it is about one.
    pub fn proposal(&self) -> Option<&ProposalId> {
        match self {
            Self::Proposal { id, .. } => Some(id),
            Self::Onboarding => None,
        }
    }

    /// Whether both stand for the same change, perhaps proved on different
    /// commits.
    pub fn is_same_change(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Proposal { fingerprint: one, .. }, Self::Proposal { fingerprint: two, .. }) => {
                one == two
            }
            (Self::Onboarding, Self::Onboarding) => true,
            _ => false,
        }
    }
}

fn is_id(text: &str) -> bool {
    let hex = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.strip_prefix("prop-").is_some_and(|rest| rest.len() == 16 && hex(rest))
}
