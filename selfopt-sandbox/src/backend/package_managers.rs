//! The user's own configuration of the package managers, as commands get it.

use selfopt_core::{CommandSpec, Network, Phase};

use crate::command::NpmConfig;

/// The configuration, with the paths that its files have inside.
#[derive(Debug)]
pub(super) struct PackageManagers {
    own: NpmConfig,
    without_proxies: NpmConfig,
}

impl PackageManagers {
    pub(super) fn new(own: NpmConfig) -> Self {
        Self { without_proxies: own.clone().without_proxies(), own }
    }

    /// All of it.
    pub(super) fn own(&self) -> &NpmConfig {
        &self.own
    }

    /// For a command: the user's own proxy is for those that have a network.
    pub(super) fn of(&self, spec: &CommandSpec) -> &NpmConfig {
        if is_open(spec) { &self.own } else { &self.without_proxies }
    }
}

/// Whether a command has a network that is not ours to hold, which reaches what
/// the host reaches.
pub(super) fn is_open(spec: &CommandSpec) -> bool {
    spec.phase == Phase::Install && spec.network == Network::Open
}

/// Whether a command has the way out through the proxy.
pub(super) fn is_listed(spec: &CommandSpec) -> bool {
    spec.phase == Phase::Install && matches!(spec.network, Network::AllowList(_))
}
