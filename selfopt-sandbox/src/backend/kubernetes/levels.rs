//! What is enforced in this cluster, by what the probe found.

use std::collections::BTreeMap;

use selfopt_core::Enforcement::{self, BestEffort, Enforced, None as Open};
use selfopt_core::Guarantee;

use crate::backend::guarantees::table;
use crate::backend::kubernetes_options::KubernetesOptions;
use crate::toolchain::ImageTools;

/// What was found of one thing that was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Seen {
    /// It is there.
    Yes,
    /// Something else is.
    No,
    /// It cannot be seen from inside.
    #[default]
    Hidden,
}

/// What a pod turned out to be limited by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The image that nodes found under its name.
    pub image: String,
    /// The kernel that commands see.
    pub kernel: String,
    /// The cores that commands may use, in the kernel's notation.
    pub cores: String,
    /// The quota of CPU time.
    pub cpu: Seen,
    /// The memory limit.
    pub memory: Seen,
    /// A limit on processes, which only the node's configuration can give.
    pub processes: Seen,
    /// No capabilities, no new privileges, a filter, another user than root.
    pub user: Seen,
    /// Only the workspace, the home and `/tmp` could be written.
    pub files: Seen,
    /// Whether a pod without a way out reached us, where one with it did.
    pub network: Seen,
    /// What the image brings.
    pub tools: ImageTools,
}

/// The table of the report.
pub(super) fn guarantees(
    found: &Found,
    options: &KubernetesOptions,
) -> BTreeMap<String, Guarantee> {
    let level = |seen: Seen| match seen {
        Seen::Yes => Enforced,
        Seen::No => Open,
        Seen::Hidden => BestEffort,
    };
    let by = |seen: Seen, what: String| -> (Enforcement, String) {
        let text = match seen {
            Seen::Yes => what,
            Seen::No => format!("the pod did not have it: {what}"),
            Seen::Hidden => format!("asked for, and not to be seen from inside: {what}"),
        };
        (level(seen), text)
    };
    let cpu = by(
        found.cpu,
        format!(
            "a quota of the time of {} cores ({}); cores of a command's own, which measuring is better with, are given by nodes with the static CPU manager",
            options.cores,
            if found.cores.is_empty() {
                "on unknown cores".to_owned()
            } else {
                format!("on the cores {}", found.cores)
            },
        ),
    );
    let processes = match found.processes {
        Seen::Yes => (
            Enforced,
            "a process namespace that ends with the command, and the node's limit on processes".to_owned(),
        ),
        Seen::No | Seen::Hidden => (
            BestEffort,
            "a process namespace that ends with the command; a pod cannot ask for a limit on processes, the nodes' configuration can give one (`podPidsLimit`)".to_owned(),
        ),
    };
    let network = match found.network {
        Seen::Yes => (
            Enforced,
            "a network policy that denies everything: a pod under it did not reach us, and one that was let did; while dependencies are installed one port leads to a proxy that passes TLS to the hosts on a list and logs every decision".to_owned(),
        ),
        Seen::No => (
            Open,
            "a pod under a network policy that denies everything reached us: the cluster's network plugin does not enforce policies".to_owned(),
        ),
        Seen::Hidden => (
            BestEffort,
            "a network policy that denies everything; whether it is enforced could not be told, since no pod reached us (`SELFOPT_KUBERNETES_ADDRESS`), so that installs have no way out either".to_owned(),
        ),
    };
    let secrets = if (found.user, found.files) == (Seen::Yes, Seen::Yes) {
        Seen::Yes
    } else if found.user == Seen::No || found.files == Seen::No {
        Seen::No
    } else {
        Seen::Hidden
    };
    let rows = [
        ("cpu", cpu),
        (
            "disk",
            (
                BestEffort,
                "the size of each file and of `/tmp` is limited; the workspace's sum is looked at, and the command killed: a shared volume holds no directory to a size".to_owned(),
            ),
        ),
        (
            "filesystem",
            by(
                found.files,
                "a read-only image, the workspace, a private home and `/tmp`; during an install npm's cache, which installs share".to_owned(),
            ),
        ),
        ("memory", by(found.memory, "a limit on memory".to_owned())),
        ("network", network),
        (
            "output",
            (
                Enforced,
                "output is cut where it arises, by process 1, and the command killed beyond a second limit".to_owned(),
            ),
        ),
        ("processes", processes),
        (
            "secrets",
            by(
                secrets,
                "an empty environment filled from a fixed list; no service account, nothing of this machine's but the workspace".to_owned(),
            ),
        ),
        (
            "time",
            (
                Enforced,
                "the pod is removed at the limit; its process 1 ends it if not we, and the cluster if not that".to_owned(),
            ),
        ),
    ];
    table(rows.each_ref().map(|(name, (level, reason))| (*name, *level, reason.as_str())))
}

#[cfg(test)]
mod tests {
    use selfopt_core::GUARANTEES;

    use super::*;

    #[test]
    fn nothing_is_claimed_that_was_not_seen() {
        let options = KubernetesOptions::new("work");
        let unseen = guarantees(&Found::default(), &options);
        assert!(GUARANTEES.iter().all(|name| unseen.contains_key(*name)));
        for name in ["cpu", "disk", "filesystem", "memory", "network", "processes", "secrets"] {
            assert_eq!(unseen[name].level, BestEffort, "{name}");
        }
        let (yes, no) = (Seen::Yes, Seen::No);
        let all = Found {
            cpu: yes,
            memory: yes,
            processes: yes,
            user: yes,
            files: yes,
            network: yes,
            ..Found::default()
        };
        let all = guarantees(&all, &options);
        assert!(all.iter().all(|(name, one)| name == "disk" || one.level == Enforced));
        let none = Found {
            cpu: no,
            memory: no,
            processes: no,
            user: no,
            files: yes,
            network: no,
            ..Found::default()
        };
        let none = guarantees(&none, &options);
        for name in ["cpu", "memory", "network", "secrets"] {
            assert_eq!(none[name].level, Open, "{name}");
        }
        assert_eq!(none["processes"].level, BestEffort, "its namespace holds in any case");
    }
}
