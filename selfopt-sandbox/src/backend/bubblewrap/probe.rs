//! Whether bubblewrap works here, tried with the very arguments of a command,
//! and if not, what to do about it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use selfopt_core::{CommandLimits, CommandSpec, Network, Phase, SandboxError};

use super::{BACKEND, BubblewrapLauncher};
use crate::backend::launcher::Launch;
use crate::backend::process::DEFAULT_PATH;
use crate::command::Marker;
use crate::failure::failed;
use crate::toolchain::ToolChain;
use crate::workspace::{Area, remove_place};

/// The first version with `--disable-userns`.
const OLDEST: [u32; 2] = [0, 8];

/// The program, as root would find it, and its version.
pub(super) fn find() -> Result<(PathBuf, String), SandboxError> {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut directories = path
        .split(':')
        .chain(DEFAULT_PATH.split(':'))
        .filter(|directory| directory.starts_with('/'));
    let program = directories
        .find_map(|directory| {
            Some(Path::new(directory).join("bwrap")).filter(|file| file.is_file())
        })
        .ok_or_else(|| unavailable("`bwrap` was not found on the `PATH`", install_hint()))?;
    let output = Command::new(&program).arg("--version").env_clear().stdin(Stdio::null()).output();
    let output = output.map_err(|error| {
        unavailable(&format!("`bwrap --version` failed: {error}"), install_hint())
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().last().unwrap_or_default().to_owned();
    let numbers: Vec<u32> = version.split('.').filter_map(|number| number.parse().ok()).collect();
    if numbers.as_slice() < OLDEST.as_slice() {
        let reason =
            format!("bubblewrap {version} is too old, 0.8.0 is the oldest that can be used");
        return Err(unavailable(
            &reason,
            "upgrade bubblewrap, or use `--isolation process` for code that you trust".to_owned(),
        ));
    }
    Ok((program, version))
}

/// Runs `true` in an empty workspace.
pub(super) fn check(launcher: &BubblewrapLauncher, area: &Area) -> Result<(), SandboxError> {
    let place = area.create("probe", None)?;
    let spec = CommandSpec {
        cmd: "true".to_owned(),
        working_directory: String::new(),
        env: BTreeMap::new(),
        phase: Phase::Test,
        network: Network::None,
        limits: CommandLimits::default(),
    };
    let (marker, tools) = (Marker::next(), ToolChain::default());
    let launch = Launch { area, place: &place, spec: &spec, marker: &marker, tools: &tools };
    let output = launcher.command(launch, None).and_then(|mut command| {
        command.stdin(Stdio::null()).output().map_err(failed("start", &launcher.program))
    });
    remove_place(&place)?;
    let output = output?;
    if output.status.success() {
        return Ok(());
    }
    let text = selfopt_core::printable(&output.stderr);
    let reason = text
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("`bwrap` failed without a message");
    Err(unavailable(reason, hint(reason, &Host::look())))
}

/// Settings that user namespaces depend on, with values that allow them.
const DEBIANS_SWITCH: (&str, &str) = ("kernel.unprivileged_userns_clone", "1");
const HOW_MANY: (&str, &str) = ("user.max_user_namespaces", "15000");

/// What the advice depends on.
#[derive(Debug, Default)]
struct Host {
    is_container: bool,
    apparmor_restricts: bool,
    /// The setting that forbids user namespaces, and what it should be.
    forbidden_by: Option<(&'static str, &'static str)>,
}

impl Host {
    fn look() -> Self {
        let is = |path: &str, value: &str| {
            std::fs::read_to_string(path).is_ok_and(|text| text.trim() == value)
        };
        Self {
            is_container: Path::new("/.dockerenv").exists()
                || Path::new("/run/.containerenv").exists()
                || std::env::var_os("KUBERNETES_SERVICE_HOST").is_some(),
            apparmor_restricts: is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
            forbidden_by: if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
                Some(DEBIANS_SWITCH)
            } else {
                is("/proc/sys/user/max_user_namespaces", "0").then_some(HOW_MANY)
            },
        }
    }
}

fn hint(reason: &str, host: &Host) -> String {
    if let Some(forbidden_by) = host.forbidden_by {
        return setting(forbidden_by);
    }
    if reason.contains("No space left on device") {
        return setting(HOW_MANY);
    }
    if host.apparmor_restricts {
        return "AppArmor forbids it, as on Ubuntu 24.04 and later; give bubblewrap a profile: `apt install apparmor-profiles && ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict`".to_owned();
    }
    if host.is_container {
        return "containers forbid it by default; run on the host, give the container `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`, or use `--isolation process` if the container is isolation enough".to_owned();
    }
    if reason.contains("Permission denied") {
        return "the unprivileged user must be able to reach the workspaces and Node.js; keep them outside private home directories".to_owned();
    }
    "run `bwrap --unshare-all --ro-bind / / true` to see why, or use `--isolation process` for code that you trust".to_owned()
}

/// How a setting of the kernel is changed, now and after the next start.
fn setting((name, value): (&str, &str)) -> String {
    format!(
        "allow user namespaces, as root: `sysctl -w {name}={value}`, and to keep it `echo {name}={value} > /etc/sysctl.d/60-selfopt.conf`"
    )
}

fn install_hint() -> String {
    "install it: `apt install bubblewrap`, `dnf install bubblewrap` or `pacman -S bubblewrap`"
        .to_owned()
}

fn unavailable(reason: &str, hint: String) -> SandboxError {
    SandboxError::Unavailable { backend: BACKEND.to_owned(), reason: reason.to_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_fits_the_host() {
        let ubuntu = Host { apparmor_restricts: true, ..Host::default() };
        assert!(
            hint("setting up uid map: Permission denied", &ubuntu)
                .contains("bwrap-userns-restrict")
        );
        let docker = Host { is_container: true, ..Host::default() };
        assert!(
            hint("No permissions to create a new namespace", &docker)
                .contains("containers forbid it")
        );
        let off = Host { forbidden_by: Some(DEBIANS_SWITCH), ..Host::default() };
        assert!(hint("No permissions", &off).contains("kernel.unprivileged_userns_clone=1"));
        let none = Host { forbidden_by: Some(HOW_MANY), is_container: true, ..Host::default() };
        assert!(hint("No permissions", &none).contains("user.max_user_namespaces=15000"));
        let used_up = "Creating new namespace failed: No space left on device";
        assert!(hint(used_up, &Host::default()).contains("user.max_user_namespaces"));
        assert!(
            hint("Can't find source path: Permission denied", &Host::default())
                .contains("private home")
        );
        assert!(install_hint().contains("apt install bubblewrap"));
    }
}
