//! Whether containers work here, tried with one like those of commands, and
//! what they are really limited by.

use std::collections::BTreeMap;

use selfopt_core::{
    Bytes, CancelFlag, CommandLimits, CommandSpec, Millis, Network, Phase, SandboxError, printable,
};

use super::levels::Found;
use super::{BACKEND, DockerLauncher};
use crate::backend::launcher::{Launch, Launcher as _};
use crate::command::{Marker, Supervision, THREADS_OF_A_PROCESS, run_here};
use crate::toolchain::{IMAGE_SCRIPT, ImageTools, ToolChain};
use crate::workspace::{Area, Beneath, Place, remove_place};

/// Limits that no daemon has by itself.
const MEMORY: u64 = 200 * 1024 * 1024;
const PROCESSES: u32 = 77;

const PATIENCE: Millis = Millis::from_secs(60);

/// Prints one line a fact. Files of both versions of control groups are asked
/// for; what is not there prints nothing.
const SCRIPT: &str = "
echo user $(id -u) $(grep -h -e CapEff -e CapBnd -e NoNewPrivs -e Seccomp: /proc/self/status | cut -f2 | tr '\\n' ' ')
echo memory $(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
echo pids $(cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null)
echo cores $(grep Cpus_allowed_list: /proc/self/status | cut -f2)
echo interfaces $(ls /sys/class/net | grep -v '^lo$')
echo written $(for place in / /etc /usr /dev /run /var /proc/sys/kernel /home /sandbox /home/sandbox /tmp; do (: > $place/.selfopt) 2>/dev/null && echo $place; done)
echo tools $(node /sandbox/tools.js)
echo file $(cat /sandbox/file)
";

/// Runs the script in an empty workspace.
pub(super) fn check(launcher: &DockerLauncher, area: &Area) -> Result<Found, SandboxError> {
    let place = area.create("probe", None)?;
    let printed = printed(launcher, area, &place);
    remove_place(&place)?;
    let printed = printed?;
    let facts: BTreeMap<&str, &str> =
        printed.lines().filter_map(|line| line.split_once(' ').or(Some((line, "")))).collect();
    let fact = |name: &str| facts.get(name).map_or("", |text| text.trim());
    if fact("file") != "probe" {
        return Err(SandboxError::Unavailable {
            backend: BACKEND.to_owned(),
            reason: format!(
                "a container does not see the files of this machine under `{}`: {}",
                area.base().display(),
                printed.lines().last().unwrap_or("it printed nothing")
            ),
            hint: "use a daemon of this machine, not one in a virtual machine or another container"
                .to_owned(),
        });
    }
    let threads = u64::from(PROCESSES) * THREADS_OF_A_PROCESS;
    let none = "0000000000000000";
    Ok(Found {
        cgroups: launcher.daemon.cgroups().to_owned(),
        memory: fact("memory") == MEMORY.to_string(),
        processes: fact("pids") == threads.to_string(),
        cores: !launcher.cores.is_empty() && fact("cores") == launcher.cores,
        user: fact("user") == format!("{} {none} {none} 1 2", launcher.inside.user.uid),
        files: fact("written") == "/sandbox /home/sandbox /tmp",
        network: facts.contains_key("interfaces") && fact("interfaces").is_empty(),
        tools: ImageTools::parse(fact("tools")),
    })
}

fn printed(launcher: &DockerLauncher, area: &Area, place: &Place) -> Result<String, SandboxError> {
    let beneath = Beneath::open(&place.tree(), area.owner())?;
    beneath.write("file", b"probe", None)?;
    beneath.write("tools.js", IMAGE_SCRIPT.as_bytes(), None)?;
    let spec = CommandSpec {
        cmd: SCRIPT.to_owned(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits {
            wall: PATIENCE,
            memory: Bytes(MEMORY),
            processes: PROCESSES,
            ..CommandLimits::default()
        },
    };
    let (marker, tools) = (Marker::next(), ToolChain::default());
    let body =
        launcher.prepare(Launch { area, place, spec: &spec, marker: &marker, tools: &tools })?;
    let limits = spec.limits;
    let cancel = CancelFlag::default();
    let supervision = Supervision { body, limits, cancel, disk: None, turn: None };
    let outcome = run_here(supervision)?;
    Ok(printable(&outcome.stdout))
}
