//! Whether Jobs work in this cluster, tried with some like those of commands,
//! and what they are really limited by.

use std::collections::BTreeMap;

use selfopt_core::{
    Bytes, CancelFlag, CommandLimits, CommandSpec, Millis, Network, Phase, SandboxError, printable,
};

use super::cluster::unavailable;
use super::levels::{Found, Seen};
use super::{KubernetesLauncher, labels};
use crate::backend::launcher::{Launch, Launcher as _};
use crate::command::{Marker, Supervision, run_here};
use crate::egress::Knock;
use crate::toolchain::{IMAGE_SCRIPT, ImageTools, ToolChain};
use crate::workspace::{Area, Beneath, Place, remove_place};

/// A limit that no cluster has by itself.
const MEMORY: u64 = 200 * 1024 * 1024;

const PATIENCE: Millis = Millis::from_minutes(5);

/// Prints one line a fact. Files of both versions of control groups are asked
/// for; what is not there prints nothing.
const SCRIPT: &str = "
echo user $(id -u) $(grep -h -e CapEff -e CapBnd -e NoNewPrivs -e Seccomp: /proc/self/status | cut -f2 | tr '\\n' ' ')
echo kernel $(uname -r)
echo memory $(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
echo pids $(cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null)
echo quota $(cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us 2>/dev/null)
echo cores $(grep Cpus_allowed_list: /proc/self/status | cut -f2)
echo written $(for place in / /etc /usr /dev /run /var /proc/sys/kernel /home /sandbox /home/sandbox /tmp; do (: > $place/.selfopt) 2>/dev/null && echo $place; done)
echo tools $(node /sandbox/tools.js)
echo file $(cat /sandbox/file)
";

/// Runs the scripts in an empty workspace.
pub(super) fn check(launcher: &KubernetesLauncher, area: &Area) -> Result<Found, SandboxError> {
    let place = area.create("probe", None)?;
    let found = look(launcher, area, &place);
    remove_place(&place)?;
    found
}

fn look(launcher: &KubernetesLauncher, area: &Area, place: &Place) -> Result<Found, SandboxError> {
    let beneath = Beneath::open(&place.tree(), area.owner())?;
    beneath.write("file", b"probe", None)?;
    beneath.write("tools.js", IMAGE_SCRIPT.as_bytes(), None)?;
    let (printed, image) = run(launcher, area, place, SCRIPT, false)?;
    let facts: BTreeMap<&str, &str> =
        printed.lines().filter_map(|line| line.split_once(' ').or(Some((line, "")))).collect();
    let fact = |name: &str| facts.get(name).map_or("", |text| text.trim());
    if fact("file") != "probe" {
        return Err(unavailable(
            format!(
                "a pod does not see the files of this machine under `{}`: {}",
                area.base().display(),
                printed.lines().last().unwrap_or("it printed nothing")
            ),
            "mount the volume of the claim here too, and name the place in `SELFOPT_KUBERNETES_MOUNT`",
        ));
    }
    let seen = |text: &str, wanted: bool| match (text.is_empty(), wanted) {
        (true, _) => Seen::Hidden,
        (false, true) => Seen::Yes,
        (false, false) => Seen::No,
    };
    let none = "0000000000000000";
    let user = fact("user");
    let uid = launcher.inside.user.uid;
    // gVisor does not show its filter, nor need one.
    let wanted = [format!("{uid} {none} {none} 1 2"), format!("{uid} {none} {none} 1 0")];
    let is_gvisor = launcher.options.runtime_class.as_deref() == Some("gvisor");
    let is_user = user == wanted[0] || is_gvisor && user == wanted[1];
    let pids = fact("pids");
    Ok(Found {
        image,
        kernel: fact("kernel").to_owned(),
        cores: fact("cores").to_owned(),
        cpu: seen(fact("quota"), has_quota(fact("quota"), launcher.options.cores)),
        memory: seen(fact("memory"), fact("memory") == MEMORY.to_string()),
        processes: seen(pids, pids.parse::<u64>().is_ok()),
        user: seen(user, is_user),
        files: seen("?", fact("written") == "/sandbox /home/sandbox /tmp"),
        network: network(launcher, area, place)?,
        tools: ImageTools::parse(fact("tools")),
    })
}

/// `200000 100000` is two cores.
fn has_quota(text: &str, cores: u32) -> bool {
    let numbers: Vec<u64> = text.split(' ').filter_map(|part| part.parse().ok()).collect();
    matches!(numbers.as_slice(), [quota, period] if *quota == period.saturating_mul(cores.into()))
}

/// Whether a pod that is let reaches us, and one that is not does not.
fn network(
    launcher: &KubernetesLauncher,
    area: &Area,
    place: &Place,
) -> Result<Seen, SandboxError> {
    let knock = Knock::open(&place.egress(), area.owner(), launcher.address)?;
    let script = knock.script();
    run(launcher, area, place, &script, true)?;
    if !knock.was_heard() {
        return Ok(Seen::Hidden);
    }
    run(launcher, area, place, &script, false)?;
    Ok(if knock.was_heard() { Seen::No } else { Seen::Yes })
}

/// Runs a script; what it printed, and in which image.
fn run(
    launcher: &KubernetesLauncher,
    area: &Area,
    place: &Place,
    script: &str,
    has_way_out: bool,
) -> Result<(String, String), SandboxError> {
    let (phase, network) = if has_way_out {
        (Phase::Install, Network::AllowList(Vec::new()))
    } else {
        (Phase::Test, Network::None)
    };
    let limits =
        CommandLimits { wall: PATIENCE, memory: Bytes(MEMORY), ..CommandLimits::default() };
    let spec = CommandSpec {
        cmd: script.to_owned(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase,
        network,
        limits,
    };
    let (marker, tools) = (Marker::next(), ToolChain::default());
    let body =
        launcher.prepare(Launch { area, place, spec: &spec, marker: &marker, tools: &tools })?;
    let image = match launcher.cluster.life(&labels::name(&marker))? {
        Some(life) => life.image().to_owned(),
        None => String::new(),
    };
    let cancel = CancelFlag::default();
    let outcome = run_here(Supervision { body, limits, cancel, disk: None, turn: None })?;
    Ok((printable(&outcome.stdout), image))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_of_both_versions_are_read() {
        assert!(has_quota("200000 100000", 2));
        for text in ["max 100000", "-1 100000", "100000 100000", "", "1 2 3"] {
            assert!(!has_quota(text, 2), "{text}");
        }
    }
}
