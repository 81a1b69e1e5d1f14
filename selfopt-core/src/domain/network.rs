//! What network a command had: the hosts on its list, and every connection
//! that it asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::units::{Bytes, Millis};

/// A host by its name, or with `*.` in front every host below one.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct HostPattern(String);

/// Not the name of a host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not the name of a host: write `host.example`, or `*.host.example` for all below it; no address, scheme, port or path"
)]
pub struct InvalidHost {
    text: String,
}

impl HostPattern {
    /// Reads `host.example` or `*.host.example`.
    pub fn parse(text: &str) -> Result<Self, InvalidHost> {
        let lower = text.to_ascii_lowercase();
        let name = lower.strip_prefix("*.").unwrap_or(&lower);
        // `*.com` would be half of the internet.
        let is_wide = lower.starts_with("*.") && !name.contains('.');
        if is_host_name(name) && !is_wide {
            Ok(Self(lower))
        } else {
            Err(InvalidHost { text: text.chars().take(100).collect() })
        }
    }

    /// Whether a name, in lower case, is covered.
    pub fn covers(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            // `*.a.example` covers `b.a.example`, and not `a.example` itself.
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => self.0 == host,
        }
    }

    /// The name, where it is one host's.
    pub fn exact(&self) -> Option<&str> {
        (!self.0.starts_with('*')).then_some(&self.0)
    }

    /// As it was written, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text, in lower case, is a name of the domain name system (RFC 1123
/// section 2.1) and cannot be read as an address: no system takes a name whose
/// last label begins with a letter for a number, in whatever base.
pub fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.split('.').all(is_label)
        && last.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
}

impl TryFrom<String> for HostPattern {
    type Error = InvalidHost;

    fn try_from(text: String) -> Result<Self, InvalidHost> {
        Self::parse(&text)
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.0
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What network a command had, and what it did with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkUse {
    /// How much of the network there was.
    pub access: NetworkAccess,
    /// The hosts on the list, sorted.
    pub allowed: Vec<HostPattern>,
    /// Hosts that it asked for and that the user's own configuration has
    /// credentials for, which stayed outside. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
    /// What was asked for, one row for each host, port and decision, sorted.
    /// Empty where nothing stands between the command and the network.
    pub hosts: Vec<HostUse>,
    /// Requests for further hosts, all refused, that found no room in the rows.
    pub more: u64,
}

/// How much of the network a command has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkAccess {
    /// TLS to the hosts on a list.
    #[default]
    AllowList,
    /// The host's own network.
    Open,
}

/// All requests of a command for one host that were decided alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostUse {
    /// The host as the command named it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What became of them.
    pub decision: HostDecision,
    /// How many they were.
    pub requests: u64,
    /// Bytes that left.
    pub sent: Bytes,
    /// Bytes that came.
    pub received: Bytes,
    /// How long they took, all together.
    pub duration: Millis,
}

/// What became of a request for a host.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum HostDecision {
    /// It was connected, to its end.
    Allowed,
    /// It was connected, and cut off.
    Cut {
        /// Why.
        reason: String,
    },
    /// It was allowed and could not be connected.
    Failed {
        /// Why.
        reason: String,
    },
    /// It was refused because the host is not on the list.
    NotListed,
    /// It was refused for another reason.
    Refused {
        /// Why.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, host: &str) -> bool {
        HostPattern::parse(pattern).unwrap().covers(host)
    }

    #[test]
    fn names_are_covered_whole() {
        assert!(covers("npm.example", "npm.example"));
        assert!(covers("NPM.Example", "npm.example"));
        assert!(!covers("npm.example", "a.npm.example"));
        assert!(!covers("npm.example", "npm.example.evil"));
        assert!(!covers("npm.example", "evilnpm.example"));
        assert!(covers("*.npm.example", "a.b.npm.example"));
        assert!(!covers("*.npm.example", "npm.example"));
        assert!(!covers("*.npm.example", ".npm.example"));
        assert!(!covers("*.npm.example", "evilnpm.example"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "*",
            "*.",
            "*.com",
            "a.*.example",
            "https://npm.example",
            "npm.example/",
            "npm.example:443",
            "npm.example.",
            "me@npm.example",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "127.0.0.0x1",
            "[::1]",
            "::1",
            "-a.example",
            "a..example",
            "ä.example",
            "a b.example",
        ] {
            let read = HostPattern::parse(text);
            // `0x1` begins with a digit, as every number does.
            assert!(read.is_err(), "{text}");
        }
        assert!(HostPattern::parse(&format!("{}.example", "a".repeat(64))).is_err());
        assert!(HostPattern::parse(&"a.".repeat(200)).is_err());
        let json: Result<HostPattern, _> = serde_json::from_str("\"127.0.0.1\"");
        assert!(json.unwrap_err().to_string().contains("`127.0.0.1` is not the name of a host"));
    }
}
