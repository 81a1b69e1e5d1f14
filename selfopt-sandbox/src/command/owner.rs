//! Who owns a workspace: a process, told apart from a later one with the same
//! number by its start time, and from one of another boot or container.

use std::fs;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A process of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    /// The kernel's random id of this boot.
    pub boot: String,
    /// The inode of the PID namespace; numbers mean nothing across namespaces.
    pub pid_namespace: String,
    /// The process.
    pub pid: u32,
    /// When it started, in clock ticks since boot.
    pub start: u64,
}

impl Owner {
    /// This process.
    pub(crate) fn current() -> &'static Self {
        static CURRENT: OnceLock<Owner> = OnceLock::new();
        CURRENT.get_or_init(|| {
            let pid = std::process::id();
            Self {
                boot: boot_id(),
                pid_namespace: pid_namespace(),
                pid,
                start: start_of(pid).unwrap_or_default(),
            }
        })
    }

    /// Whether the process is still there. One of another container cannot be
    /// looked up, and is left alone.
    pub(crate) fn is_alive(&self) -> bool {
        let here = Self::current();
        if self.boot != here.boot {
            return false;
        }
        self.pid_namespace != here.pid_namespace || start_of(self.pid) == Some(self.start)
    }
}

#[cfg(target_os = "linux")]
fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(not(target_os = "linux"))]
fn boot_id() -> String {
    String::new()
}

fn pid_namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// The start time of a process that runs; a zombie counts as dead.
#[cfg(target_os = "linux")]
fn start_of(pid: u32) -> Option<u64> {
    let stat = super::process_tree::Stat::of(i32::try_from(pid).ok()?)?;
    (!stat.is_dead()).then_some(stat.start)
}

#[cfg(not(target_os = "linux"))]
fn start_of(pid: u32) -> Option<u64> {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).ok()?)?;
    rustix::process::test_kill_process(pid).ok().map(|()| 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_an_earlier_one_is_not() {
        let here = Owner::current().clone();
        assert!(here.is_alive());
        assert!(!Owner { boot: "another".into(), ..here.clone() }.is_alive());
        assert!(Owner { pid_namespace: "another".into(), start: 1, ..here.clone() }.is_alive());
        #[cfg(target_os = "linux")]
        assert!(!Owner { start: here.start + 1, ..here }.is_alive());
    }
}
