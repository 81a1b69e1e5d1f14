//! Control groups: what the kernel itself limits and counts for all processes
//! of a command together. Used where one can be had: as root, or (version 2)
//! where the user owns the group that it runs in.
//!
//! A group is written down in `BASE/groups` before it is made, with the process
//! that it belongs to, so that a later pass can remove it by that record.

mod files;
mod hierarchy;
mod record;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use selfopt_core::{CommandLimits, GroupUsage, SandboxError};

use self::hierarchy::{Hierarchy, Version};
use crate::command::{Owner, SHELL, THREADS_OF_A_PROCESS};
use crate::failure::failed;

pub(crate) use record::reap_groups;

/// What every group's name begins with.
const PREFIX: &str = "selfopt-";

/// Makes groups.
#[derive(Debug)]
pub(crate) struct Groups {
    hierarchy: Hierarchy,
    /// Where records are kept.
    records: PathBuf,
    /// The cores that commands may use, as the kernel writes lists; `None`
    /// where they cannot be limited.
    cores: Option<String>,
}

/// One command's group. Dropped it is removed, with whatever runs in it.
#[derive(Debug)]
pub(crate) struct Group {
    version: Version,
    dirs: Vec<PathBuf>,
    record: PathBuf,
}

impl Groups {
    /// Finds out whether groups can be made, limited, entered and removed, by
    /// doing it; otherwise why not.
    pub(crate) fn probe(base: &Path, cores: Option<&str>) -> Result<Self, String> {
        let records = base.join("groups");
        fs::create_dir_all(&records)
            .map_err(|error| format!("no directory for records: {error}"))?;
        let mut reason = "no control groups are mounted".to_owned();
        for hierarchy in hierarchy::candidates() {
            let groups = Self { hierarchy, records: records.clone(), cores: None };
            let groups = groups.held_to(cores);
            match groups.try_out() {
                Ok(()) => return Ok(groups),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    /// The same with these cores, or all that are there.
    fn held_to(mut self, cores: Option<&str>) -> Self {
        let all = self.hierarchy.cores();
        self.cores = all.map(|all| cores.map_or(all, str::to_owned));
        self
    }

    fn try_out(&self) -> Result<(), String> {
        let group = self.create(&CommandLimits::default()).map_err(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            format!("{error}: {}", why.unwrap_or_default())
        })?;
        let mut child = Command::new(SHELL)
            .args(["-c", "read -r go"])
            .env_clear()
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{SHELL}` does not start: {error}"))?;
        let joined = group.join(child.id());
        if let Some(mut input) = child.stdin.take() {
            // If it is gone already, there is nobody to tell.
            let _ = input.write_all(b"\n");
        }
        child.wait().map_err(|error| format!("`{SHELL}` cannot be waited for: {error}"))?;
        joined.map_err(|error| format!("processes cannot be moved into a group: {error}"))
    }

    /// A new group with these limits.
    pub(crate) fn create(&self, limits: &CommandLimits) -> Result<Group, SandboxError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Owner { pid_namespace, pid, start, .. } = Owner::current();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{pid_namespace}.{pid}.{start}.{count}");
        let dirs: Vec<PathBuf> =
            self.hierarchy.parents().into_iter().map(|parent| parent.join(&name)).collect();
        let record = self.records.join(&name);
        record::write(&record, &dirs)?;
        let group = Group { version: self.hierarchy.version(), dirs, record };
        for dir in &group.dirs {
            fs::create_dir(dir).map_err(failed("create the control group", dir))?;
        }
        let threads = u64::from(limits.processes) * THREADS_OF_A_PROCESS;
        let wanted =
            files::Limits { memory: limits.memory.0, threads, cores: self.cores.as_deref() };
        files::limit(group.version, &group.dirs, &wanted)
            .map_err(|(path, error)| failed("limit the control group", &path)(error))?;
        Ok(group)
    }

    /// `version 1: memory, pids, cpuset`, for messages.
    pub(crate) fn description(&self) -> String {
        let names: Vec<&str> = self.hierarchy.controllers().collect();
        format!("control groups version {}: {}", self.hierarchy.version(), names.join(", "))
    }

    /// The cores that commands are held to.
    pub(crate) fn cores(&self) -> Option<&str> {
        self.cores.as_deref()
    }
}

impl Group {
    /// Moves a process into the group; those that it starts are born in it.
    pub(crate) fn join(&self, pid: u32) -> io::Result<()> {
        self.dirs.iter().try_for_each(|dir| fs::write(dir.join("cgroup.procs"), pid.to_string()))
    }

    /// What was counted so far.
    pub(crate) fn usage(&self) -> GroupUsage {
        files::usage(self.version, &self.dirs)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // What cannot be removed is left to the reaper, with its record.
        if record::remove_dirs(&self.dirs) {
            let _ = fs::remove_file(&self.record);
        }
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::Bytes;

    use super::*;

    #[test]
    fn groups_limit_count_and_go() {
        let base = tempfile::tempdir().expect("a directory");
        let groups = match Groups::probe(base.path(), None) {
            Ok(groups) => groups,
            Err(reason) => {
                assert!(!rustix::process::geteuid().is_root(), "root has groups: {reason}");
                assert!(!reason.is_empty());
                return;
            }
        };
        let limits = CommandLimits { memory: Bytes::from_mib(64), ..CommandLimits::default() };
        let group = groups.create(&limits).expect("created");
        let dirs = group.dirs.clone();
        let mut child = Command::new(SHELL)
            .args(["-c", "read -r go; head -c 8000000 /dev/zero | tail -c 8000000 > /dev/null"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("started");
        group.join(child.id()).expect("joined");
        child.stdin.take().expect("piped").write_all(b"\n").expect("told");
        assert!(child.wait().expect("ended").success());
        let usage = group.usage();
        assert!(usage.peak_memory.is_some_and(|peak| peak.0 > 1 << 20), "{usage:?}");
        assert!(usage.cpu_us.is_some_and(|cpu| cpu > 0), "{usage:?}");
        assert_eq!(usage.oom_kills, Some(0));
        drop(group);
        assert!(dirs.iter().all(|dir| !dir.exists()));
        assert_eq!(fs::read_dir(base.path().join("groups")).expect("listed").count(), 0);
    }
}
