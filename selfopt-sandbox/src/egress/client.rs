//! The hosts that the package managers themselves would ask: read off their own
//! configuration, by themselves, in an empty workspace without a network. No
//! file of the project has a say: what it names is a wish.

use std::collections::{BTreeMap, BTreeSet};

use selfopt_core::{
    Bytes, CommandLimits, CommandSpec, HostPattern, Millis, Network, NoLog, Outcome, Phase,
    SandboxError, StepStatus, Workspace,
};

/// npm prints all its settings; Yarn 1 knows the first name, later ones the
/// second.
const NPM: &str = "npm config list --json";
const YARN: &str = "if command -v yarn >/dev/null; then yarn config get registry; yarn config get npmRegistryServer; fi";

/// The hosts of all registries of the package managers' own configuration.
/// `workspace` must be empty.
pub(crate) async fn registries(
    workspace: &dyn Workspace,
) -> Result<Vec<HostPattern>, SandboxError> {
    let npm = ask(workspace, NPM).await?;
    let yarn = ask(workspace, YARN).await?;
    let hosts: BTreeSet<_> = of_npm(&npm).into_iter().chain(of_yarn(&yarn)).collect();
    Ok(hosts.into_iter().collect())
}

/// What a program prints; nothing if it is not there.
async fn ask(workspace: &dyn Workspace, cmd: &str) -> Result<Vec<u8>, SandboxError> {
    let spec = CommandSpec {
        cmd: cmd.to_owned(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Install,
        network: Network::None,
        limits: CommandLimits {
            wall: Millis::from_secs(60),
            output: Bytes::from_mib(1),
            ..CommandLimits::default()
        },
    };
    let Outcome { status, stdout, .. } = workspace.run(spec, &NoLog).await?;
    match status {
        StepStatus::Cancelled => Err(SandboxError::Other { message: "cancelled".to_owned() }),
        _ => Ok(stdout),
    }
}

/// `registry`, and `@scope:registry` for each scope.
fn of_npm(json: &[u8]) -> Vec<HostPattern> {
    let settings: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(json).unwrap_or_default();
    settings
        .iter()
        .filter(|(name, _)| *name == "registry" || name.ends_with(":registry"))
        .filter_map(|(_, value)| host_of(value.as_str()?))
        .collect()
}

/// An address a line, among what else it says.
fn of_yarn(text: &[u8]) -> Vec<HostPattern> {
    String::from_utf8_lossy(text).lines().filter_map(|line| host_of(line.trim())).collect()
}

/// The host of an https address. Anything else cannot be reached, whatever is
/// on the list.
fn host_of(address: &str) -> Option<HostPattern> {
    let authority = address.strip_prefix("https://")?.split('/').next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    HostPattern::parse(host).ok().filter(|pattern| pattern.exact().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_read_off() {
        let npm = br#"{
            "registry": "https://npm.example/",
            "@mine:registry": "https://me:secret@mine.example:8443/x",
            "@plain:registry": "http://plain.example/",
            "@odd:registry": "https://*.example/",
            "@none:registry": null,
            "replace-registry-host": "other.example",
            "cafile": "/x"
        }"#;
        let hosts: Vec<_> = of_npm(npm).iter().map(ToString::to_string).collect();
        assert_eq!(hosts, ["mine.example", "npm.example"]);
        let yarn = b"undefined\nhttps://yarn.example\nUsage Error: https://no.example is not\n";
        let hosts: Vec<_> = of_yarn(yarn).iter().map(ToString::to_string).collect();
        assert_eq!(hosts, ["yarn.example"]);
        assert!(of_npm(b"no json").is_empty() && of_yarn(b"").is_empty());
    }
}
