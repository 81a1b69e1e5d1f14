//! What a proxy allows: the list of hosts, decided on the name alone and before
//! anything is looked up, and the limits.

use std::collections::BTreeSet;
use std::time::Duration;

use selfopt_core::{HostPattern, is_host_name};

use super::upstream::Upstream;

/// The only port: TLS.
pub(super) const PORT: u16 = 443;

/// Limits of one proxy, which serves one command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Tunnels at once; further clients wait.
    pub tunnels: usize,
    /// Requests in all.
    pub requests: u64,
    /// Bytes that leave, of all tunnels together. Requests for packages are
    /// small; this is the way out for what was stolen.
    pub sent: u64,
    /// Bytes that come.
    pub received: u64,
    /// How long the head of a request, and then the ClientHello, may take.
    pub greeting: Duration,
    /// How long looking up a name, and connecting, may take.
    pub connecting: Duration,
    /// How long a tunnel may be silent.
    pub idle: Duration,
    /// How long a tunnel may last.
    pub lifetime: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            tunnels: 128,
            requests: 20_000,
            sent: 64 << 20,
            received: 8 << 30,
            greeting: Duration::from_secs(10),
            connecting: Duration::from_secs(15),
            idle: Duration::from_mins(2),
            lifetime: Duration::from_mins(30),
        }
    }
}

/// What one proxy allows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    /// Sorted, without doubles.
    pub(super) allowed: Vec<HostPattern>,
    /// The user's own proxy, if that is the only way out.
    pub(super) upstream: Upstream,
    /// Those of the allowed hosts that are registries of the user's own
    /// configuration.
    pub(super) registries: BTreeSet<HostPattern>,
    /// Hosts of registries whose credentials stay outside.
    pub(super) credentials: BTreeSet<String>,
    pub(super) caps: Caps,
    /// What names lead to in tests.
    #[cfg(test)]
    pub(super) fixed_names: std::collections::BTreeMap<String, Vec<std::net::SocketAddr>>,
    /// Names that were looked up in tests.
    #[cfg(test)]
    pub(super) lookups: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
    /// Servers of tests, which listen on loopback.
    #[cfg(test)]
    pub(super) exempt: BTreeSet<std::net::SocketAddr>,
}

/// What the list says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listed {
    /// The host, in lower case.
    Yes(String),
    No,
    /// It is refused whatever is listed.
    Never(&'static str),
}

impl Policy {
    /// Hosts that may be reached, and how.
    pub(crate) fn new(allowed: impl IntoIterator<Item = HostPattern>, upstream: Upstream) -> Self {
        let mut allowed: Vec<_> = allowed.into_iter().collect();
        allowed.sort();
        allowed.dedup();
        Self { allowed, upstream, ..Self::default() }
    }

    /// The same, with what the user's own configuration says of registries.
    pub(crate) fn with_registries(
        mut self,
        registries: impl IntoIterator<Item = HostPattern>,
        credentials: BTreeSet<String>,
    ) -> Self {
        self.registries = registries.into_iter().collect();
        self.credentials = credentials;
        self
    }

    /// The same, in which hosts lie at addresses of tests.
    #[cfg(test)]
    pub(crate) fn with_names(
        mut self,
        names: &std::collections::BTreeMap<String, std::net::SocketAddr>,
    ) -> Self {
        for (host, address) in names {
            self.fixed_names.insert(host.clone(), vec![*address]);
            self.exempt.insert(*address);
        }
        self
    }

    /// The hosts on the list.
    pub(crate) fn allowed(&self) -> &[HostPattern] {
        &self.allowed
    }

    /// Judges `host:port` of a CONNECT request.
    pub(super) fn judge(&self, authority: &str) -> (String, u16, Listed) {
        let (host, port) = split(authority);
        let lower = host.to_ascii_lowercase();
        let verdict = if authority.contains('@') {
            Listed::Never("it carries a user name")
        } else if !is_host_name(&lower) {
            Listed::Never("hosts are asked for by name, and not by address")
        } else if !self.allowed.iter().any(|pattern| pattern.covers(&lower)) {
            Listed::No
        } else if port != PORT {
            Listed::Never("port 443 is the only one")
        } else {
            Listed::Yes(lower)
        };
        (host.to_owned(), port, verdict)
    }
}

/// Host and port, the latter 0 where there is none.
fn split(authority: &str) -> (&str, u16) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(0)),
        _ => (authority, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let allowed = ["npm.example", "*.cdn.example"].map(HostPattern::parse);
        Policy::new(allowed.into_iter().map(Result::unwrap), Upstream::default())
    }

    #[test]
    fn the_list_is_asked_for_whole_names_on_one_port() {
        let judge = |authority: &str| policy().judge(authority).2;
        assert_eq!(judge("npm.example:443"), Listed::Yes("npm.example".into()));
        assert_eq!(judge("NPM.example:443"), Listed::Yes("npm.example".into()));
        assert_eq!(judge("a.cdn.example:443"), Listed::Yes("a.cdn.example".into()));
        for authority in
            ["cdn.example:443", "npm.example.evil:443", "xnpm.example:443", "other.example:443"]
        {
            assert_eq!(judge(authority), Listed::No, "{authority}");
        }
        for authority in [
            "npm.example",
            "npm.example:22",
            "npm.example:80",
            "npm.example:99999",
            "npm.example.:443",
            "npm.example@evil.example:443",
            "evil.example@npm.example:443",
            "127.0.0.1:443",
            "[::1]:443",
            "::1:443",
            "2130706433:443",
            "0x7f000001:443",
            "127.1:443",
            ":443",
            "",
        ] {
            assert!(matches!(judge(authority), Listed::Never(_)), "{authority}");
        }
    }
}
