//! What is enforced here, by what the probe found.

use std::collections::BTreeMap;

use selfopt_core::Enforcement::{self, BestEffort, Enforced, None as Open};
use selfopt_core::Guarantee;

use crate::backend::guarantees::VOLUMES;
use crate::toolchain::ImageTools;

/// What a container of this daemon turned out to be limited by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Found {
    /// The version of control groups.
    pub cgroups: String,
    /// The memory limit was there as it was asked for.
    pub memory: bool,
    /// The limit on processes was.
    pub processes: bool,
    /// The set of cores was.
    pub cores: bool,
    /// No capabilities, no new privileges, a filter, another user than root.
    pub user: bool,
    /// Only the workspace, the home and `/tmp` could be written.
    pub files: bool,
    /// No interface but loopback.
    pub network: bool,
    /// What the image brings.
    pub tools: ImageTools,
}

/// The table of the report.
pub(super) fn guarantees(found: &Found, has_volumes: bool) -> BTreeMap<String, Guarantee> {
    let group = |is_there: bool, by: &str| {
        if is_there {
            (Enforced, format!("{by} (control groups {})", found.cgroups))
        } else {
            (
                Open,
                format!("the container did not have it: {by} (control groups {})", found.cgroups),
            )
        }
    };
    let by = |is_there: bool, by: &str| {
        let level = if is_there { Enforced } else { Open };
        let what = if is_there { "" } else { "the container did not have it: " };
        (level, format!("{what}{by}"))
    };
    let rows: [(&str, (Enforcement, String)); 9] = [
        ("cpu", group(found.cores, "the cores of this process and no others")),
        (
            "disk",
            if has_volumes {
                (Enforced, VOLUMES.to_owned())
            } else {
                (
                    BestEffort,
                    "the size of each file and of `/tmp` is limited; the workspace's sum is looked at, and the command killed: file systems of limited size need root and loop devices".to_owned(),
                )
            },
        ),
        (
            "filesystem",
            by(
                found.files,
                "a read-only image, the workspace, a private home and `/tmp`; during an install npm's cache, which installs share",
            ),
        ),
        ("memory", group(found.memory, "a limit on memory and swap together")),
        ("network", by(found.network, "a network namespace without interfaces")),
        (
            "output",
            (
                Enforced,
                "output is cut where it is read, and the command killed beyond a second limit; the daemon keeps none".to_owned(),
            ),
        ),
        ("processes", group(found.processes, "a process namespace that ends with the command, and a limit on threads")),
        (
            "secrets",
            by(
                found.user && found.files,
                "an empty environment filled from a fixed list; nothing of the host's but the workspace",
            ),
        ),
        (
            "time",
            (Enforced, "the process namespace is killed at the limit, by its process 1 if not by us".to_owned()),
        ),
    ];
    rows.into_iter()
        .map(|(name, (level, reason))| (name.to_owned(), Guarantee { level, reason }))
        .collect()
}
