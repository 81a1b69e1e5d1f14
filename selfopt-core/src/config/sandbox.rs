//! `[sandbox]`: what the project's commands may reach.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{HostPattern, NetworkAccess};

/// What the project's commands may reach while dependencies are installed.
/// Nothing else ever has a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SandboxConfig {
    /// `allow-list`: the registries of the package managers' own
    /// configuration, and `allow_hosts`. `open`: the host's network.
    pub network: NetworkAccess,
    /// Hosts that an install may reach over TLS besides the registries:
    /// `host.example`, or `*.host.example` for all below it.
    pub allow_hosts: Vec<HostPattern>,
}
