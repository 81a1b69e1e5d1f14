//! Tokens of an installation: one repository, the least permissions, in memory
//! until shortly before they expire.

use std::fmt;

use selfopt_core::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::GitHubError;
use crate::secret::Secret;

/// A token is given up this long before it expires, so that what begins with
/// it also ends with it.
const BEFORE_EXPIRY: Millis = Millis::from_minutes(10);

/// An installation of the App, as webhooks name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstallationId(pub u64);

impl fmt::Display for InstallationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether the token may write check runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Checks {
    /// It may not.
    None,
    /// It may; the App has to have the permission.
    Write,
}

/// What a token may do: never workflows, secrets or administration.
pub(crate) fn permissions(checks: Checks) -> Value {
    let mut asked = json!({ "metadata": "read", "contents": "write", "pull_requests": "write" });
    if checks == Checks::Write {
        asked["checks"] = json!("write");
    }
    asked
}

/// GitHub's answer.
#[derive(Deserialize)]
pub(crate) struct Granted {
    token: String,
    expires_at: String,
}

/// A token and its end.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) secret: Secret,
    expires_at: Timestamp,
}

impl Token {
    pub(crate) fn new(granted: Granted) -> Result<Self, GitHubError> {
        let expires_at = timestamp(&granted.expires_at)?;
        Ok(Self { secret: Secret::new(granted.token), expires_at })
    }

    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now.0.saturating_add(BEFORE_EXPIRY.0) < self.expires_at.0
    }
}

/// A time as GitHub writes it.
pub(crate) fn timestamp(text: &str) -> Result<Timestamp, GitHubError> {
    let time = chrono::DateTime::parse_from_rfc3339(text).map_err(|source| {
        GitHubError::Unreadable { doing: "read a time".into(), source: source.to_string().into() }
    })?;
    Ok(Timestamp(u64::try_from(time.timestamp_millis()).unwrap_or(0)))
}
