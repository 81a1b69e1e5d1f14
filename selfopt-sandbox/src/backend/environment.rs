//! The machine and the tools, for the evidence. Programs are asked for their
//! versions inside the sandbox, since those are the ones that run.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::thread;

use selfopt_core::digest::Digest;
use selfopt_core::{
    Bytes, CancelFlag, CommandLimits, CommandSpec, Isolation, MemoryTree, Millis, Network, NoLog,
    Phase, Sandbox, SandboxError, Workspace, WorkspaceSpec,
};

use super::local::LocalSandbox;
use crate::command::environment::fixed as fixed_variables;

type Facts = BTreeMap<String, String>;

/// Programs whose version is a fact. The first must be there.
const PROGRAMS: [&str; 4] = ["node", "npm", "pnpm", "yarn"];

/// The oldest major version of Node.js that runs are tested with.
const OLDEST_NODE: u32 = 20;

const NODE_HINT: &str = "install Node.js 20 or newer where every user can run it: from https://nodejs.org or with your package manager";

/// How old the Node may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeAge {
    /// As old as the project asks for.
    Any,
    /// As old as [`OLDEST_NODE`].
    Tested,
}

/// What must be equal for two results to be compared, on top of what is known.
pub(super) async fn fixed_facts(
    sandbox: &LocalSandbox,
    isolation: &Isolation,
    known: Facts,
    age: NodeAge,
) -> Result<Facts, SandboxError> {
    let mut facts = known;
    let mut set = |name: &str, value: String| facts.insert(name.to_owned(), value);
    set("arch", std::env::consts::ARCH.to_owned());
    set("os", std::env::consts::OS.to_owned());
    set("backend", isolation.backend.clone());
    set("backend_version", isolation.version.clone().unwrap_or_else(|| "none".to_owned()));
    set("clones", isolation.clones.clone());
    set("cores", thread::available_parallelism().map_or(0, usize::from).to_string());
    set("cpu", cpu_model());
    set("kernel", read("/proc/sys/kernel/osrelease"));
    set("cgroup", cgroup_version().to_owned());
    set("page_size", rustix::param::page_size().to_string());
    set("node_options", "none".to_owned());
    set("variables", digest(&fixed_variables()));
    set(
        "limits",
        digest(&BTreeMap::from([(
            "default".to_owned(),
            format!("{:?}", CommandLimits::default()),
        )])),
    );
    for (name, version) in program_versions(sandbox, &isolation.backend, age).await? {
        set(name, version);
    }
    Ok(facts)
}

/// What varies from minute to minute.
pub(super) fn varying_facts() -> Facts {
    let mut facts = Facts::new();
    let load = read("/proc/loadavg");
    let average = load.split(' ').next().unwrap_or_default();
    facts.insert("load_average".to_owned(), average.to_owned());
    let governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    facts.insert("cpu_governor".to_owned(), governor);
    facts.retain(|_, value| !value.is_empty());
    facts
}

async fn program_versions(
    sandbox: &LocalSandbox,
    backend: &str,
    age: NodeAge,
) -> Result<Vec<(&'static str, String)>, SandboxError> {
    let files = Arc::new(MemoryTree::default());
    let spec = WorkspaceSpec { label: "versions".to_owned(), files, cancel: CancelFlag::default() };
    let workspace = sandbox.open(spec).await?;
    let mut versions = Vec::new();
    for program in PROGRAMS {
        if let Some(version) = version(workspace.as_ref(), program).await? {
            versions.push((program, version));
        }
    }
    workspace.close().await?;
    let node = versions.iter().find(|(name, _)| *name == "node");
    match unusable_node(node.map(|(_, version)| version.as_str()), age) {
        Some(reason) => Err(SandboxError::Unavailable {
            backend: backend.to_owned(),
            reason,
            hint: NODE_HINT.to_owned(),
        }),
        None => Ok(versions),
    }
}

/// Why no project can run with this Node.js, if none can.
fn unusable_node(version: Option<&str>, age: NodeAge) -> Option<String> {
    let Some(version) = version else {
        return Some("`node` was not found on the `PATH` inside it".to_owned());
    };
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    major
        .is_none_or(|major| major < OLDEST_NODE && age == NodeAge::Tested)
        .then(|| format!("Node.js {version} was found inside it, {OLDEST_NODE} or newer is needed"))
}

async fn version(workspace: &dyn Workspace, program: &str) -> Result<Option<String>, SandboxError> {
    let limits = CommandLimits {
        wall: Millis::from_secs(60),
        output: Bytes(4096),
        ..CommandLimits::default()
    };
    let spec = CommandSpec {
        cmd: format!("{program} --version"),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Build,
        network: Network::None,
        limits,
    };
    let outcome = workspace.run(spec, &NoLog).await?;
    let text = selfopt_core::printable(&outcome.stdout);
    let version = text.lines().next().unwrap_or_default().trim().trim_start_matches('v').to_owned();
    Ok((outcome.succeeded() && !version.is_empty()).then_some(version))
}

fn cpu_model() -> String {
    let cpuinfo = read("/proc/cpuinfo");
    let value = |key: &str| {
        let line = cpuinfo
            .lines()
            .find(|line| line.split(':').next().is_some_and(|name| name.trim() == key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    value("model name").or_else(|| value("CPU part")).unwrap_or_else(|| "unknown".to_owned())
}

fn cgroup_version() -> &'static str {
    if fs::metadata("/sys/fs/cgroup/cgroup.controllers").is_ok() {
        "2"
    } else if fs::metadata("/sys/fs/cgroup").is_ok() {
        "1"
    } else {
        "none"
    }
}

fn digest(facts: &Facts) -> String {
    let parts = facts.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    Digest::of_parts(parts).prefix(16).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{NodeAge, unusable_node};

    #[test]
    fn only_a_node_that_is_there_and_new_enough_is_used() {
        let check = |version| unusable_node(version, NodeAge::Tested);
        assert_eq!(check(Some("20.0.0")), None);
        assert_eq!(check(Some("24.3.1")), None);
        let old = check(Some("18.19.0")).expect("too old");
        assert!(old.contains("18.19.0") && old.contains("20 or newer"), "{old}");
        assert!(check(Some("nightly")).is_some());
        assert!(check(None).expect("missing").contains("not found"));
        // A project may ask for an older one.
        assert_eq!(unusable_node(Some("18.19.0"), NodeAge::Any), None);
        assert!(unusable_node(None, NodeAge::Any).is_some());
    }
}
