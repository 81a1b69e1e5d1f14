//! What is written down about a group, and removing groups by it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use selfopt_core::SandboxError;
use serde::{Deserialize, Serialize};

use super::PREFIX;
use crate::command::Owner;
use crate::failure::{failed, other};

/// Rounds of killing what is in a group before it is given up.
const ROUNDS: u32 = 200;

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    owner: Owner,
    dirs: Vec<PathBuf>,
}

/// Writes down that this process is about to make these directories.
pub(super) fn write(path: &Path, dirs: &[PathBuf]) -> Result<(), SandboxError> {
    let record = Record { owner: Owner::current().clone(), dirs: dirs.to_vec() };
    let json = serde_json::to_vec(&record)
        .map_err(|error| other(format!("a record without a JSON form: {error}")))?;
    fs::write(path, json).map_err(failed("write", path))
}

/// Removes the groups of processes that are gone, with what runs in them;
/// returns how many.
pub(crate) fn reap_groups(base: &Path) -> usize {
    let entries = fs::read_dir(base.join("groups")).into_iter().flatten().filter_map(Result::ok);
    let mut removed = 0;
    for path in entries.map(|entry| entry.path()) {
        let Ok(bytes) = fs::read(&path) else { continue };
        let is_removed = match serde_json::from_slice::<Record>(&bytes) {
            Ok(record) if record.owner.is_alive() => false,
            Ok(record) => remove_dirs(&record.dirs),
            // Half a record: nothing was made yet. Its owner stands in its name.
            Err(_) => is_of_the_dead(&path),
        };
        if is_removed && fs::remove_file(&path).is_ok() {
            removed += 1;
        }
    }
    removed
}

fn is_of_the_dead(record: &Path) -> bool {
    let name = record.file_name().and_then(|name| name.to_str());
    let owner =
        name.and_then(|name| name.strip_prefix(PREFIX)).and_then(crate::command::Marker::owner);
    owner.is_none_or(|owner| !owner.is_alive())
}

/// Kills what is in the groups and removes them; whether all are gone. Nothing
/// but a directory with our prefix is ever touched, whatever a record says.
pub(super) fn remove_dirs(dirs: &[PathBuf]) -> bool {
    let is_ours = |dir: &&PathBuf| {
        let name = dir.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(PREFIX))
    };
    // Each of them, also when one resists.
    dirs.iter().filter(is_ours).filter(|dir| !remove_dir(dir)).count() == 0
}

fn remove_dir(dir: &Path) -> bool {
    for _ in 0..ROUNDS {
        match fs::remove_dir(dir) {
            Ok(()) => return true,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return true,
            Err(_) => kill_all(dir),
        }
        // Killed processes leave the group when they have ended. Version 2 tells
        // of that in `cgroup.events`, version 1 only by starting a program of
        // the host's, and neither when the last reference to an emptied group
        // goes: trying is what works with both.
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

fn kill_all(dir: &Path) {
    if fs::write(dir.join("cgroup.kill"), "1").is_ok() {
        return;
    }
    let processes = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
    for pid in processes.lines().filter_map(|line| line.parse().ok().and_then(Pid::from_raw)) {
        // It may have ended by itself in the meantime.
        let _ = kill_process(pid, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_groups_of_the_dead_go_and_nothing_else_ever() {
        let base = tempfile::tempdir().expect("a directory");
        fs::create_dir(base.path().join("groups")).expect("created");
        let make = |name: &str| {
            let dir = base.path().join(name);
            fs::create_dir(&dir).expect("created");
            dir
        };
        let (living, dead) = (make("selfopt-living"), make("selfopt-dead"));
        let stranger = make("stranger");
        let record = |name: &str| base.path().join("groups").join(name);
        write(&record("selfopt-1"), std::slice::from_ref(&living)).expect("written");
        let gone = Record {
            owner: Owner { start: Owner::current().start + 1, ..Owner::current().clone() },
            dirs: vec![dead.clone(), stranger.clone()],
        };
        fs::write(record("selfopt-2"), serde_json::to_vec(&gone).expect("JSON")).expect("written");
        fs::write(record("selfopt-0.1.1.0"), "{\"own").expect("written");
        let owner = Owner::current();
        let name = format!("selfopt-{}.{}.{}.0", owner.pid_namespace, owner.pid, owner.start);
        fs::write(record(&name), "").expect("written");

        assert_eq!(reap_groups(base.path()), 1, "the half record of another namespace stays too");
        assert!(living.exists() && stranger.exists() && !dead.exists());
        assert!(record("selfopt-1").exists() && record(&name).exists());
        assert!(!record("selfopt-2").exists());
    }
}
