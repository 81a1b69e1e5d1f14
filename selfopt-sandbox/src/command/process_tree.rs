//! The processes of a command, through `/proc`: what they use, stopping and
//! continuing them, and killing all of them, also those that left the process
//! group.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::marker::{MARKER, Marker};

/// Rounds of looking for survivors; a process that forks faster than we kill
/// ends at the limit on processes.
const KILL_ROUNDS: u32 = 100;

/// Between two rounds: a process takes a moment to end when it was killed. A
/// descriptor of each would tell when those have ended that were seen, and
/// nothing of those that they started meanwhile: only looking again does, which
/// reads all of `/proc`.
const KILL_PAUSE: Duration = Duration::from_millis(1);

/// What `/proc/PID/stat` says, as far as it is needed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stat {
    state: u8,
    parent: i32,
    group: i32,
    /// Start time in clock ticks since boot.
    pub(super) start: u64,
}

impl Stat {
    /// Of one process.
    pub(super) fn of(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Whether the process has ended, waited for or not.
    pub(super) fn is_dead(&self) -> bool {
        matches!(self.state, b'Z' | b'X')
    }

    /// Fields are counted after the command's name, which may hold anything.
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        Some(Self {
            state: *fields.first()?.as_bytes().first()?,
            parent: fields.get(1)?.parse().ok()?,
            group: fields.get(2)?.parse().ok()?,
            start: fields.get(19)?.parse().ok()?,
        })
    }
}

/// What a command's processes use now.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TreeMemory {
    /// All resident sets together; shared pages count more than once.
    pub resident: u64,
    /// The largest high-water mark.
    pub largest_peak: u64,
}

/// What the leader and its descendants use now, in bytes.
pub(super) fn memory(leader: Pid) -> TreeMemory {
    let mut sum = TreeMemory::default();
    for pid in descendants(leader.as_raw_pid()) {
        let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) else {
            continue;
        };
        sum.resident += kibibytes(&status, "VmRSS:");
        sum.largest_peak = sum.largest_peak.max(kibibytes(&status, "VmHWM:"));
    }
    sum
}

/// All resident sets together with shared pages divided among their users:
/// exact, and too slow to ask for often.
pub(super) fn proportional_memory(leader: Pid) -> u64 {
    let of_one = |pid: i32| match fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) {
        Ok(rollup) => kibibytes(&rollup, "Pss:"),
        Err(_) => fs::read_to_string(format!("/proc/{pid}/status"))
            .map_or(0, |status| kibibytes(&status, "VmRSS:")),
    };
    descendants(leader.as_raw_pid()).into_iter().map(of_one).sum()
}

/// Our own high-water mark in bytes.
pub(super) fn own_peak() -> u64 {
    fs::read_to_string("/proc/self/status").map_or(0, |status| kibibytes(&status, "VmHWM:"))
}

/// The descendants of a command outside its process group that were ever
/// stopped, each with its start time: a number alone may come to be another's.
/// One whose parent ends is a descendant no more, and still the command's.
pub(super) type Outsiders = BTreeMap<i32, u64>;

/// Stops the leader's group and all its descendants: those that were known at
/// once, those that are new as soon as they are seen. Other groups are not
/// stopped as such, because a process can join one that is not ours.
pub(super) fn stop_tree(leader: Pid, outsiders: &mut Outsiders) {
    // A group without members is no error worth having.
    let _ = kill_process_group(leader, Signal::STOP);
    outsiders.retain(|pid, start| {
        Stat::of(*pid).is_some_and(|stat| !stat.is_dead() && stat.start == *start)
    });
    for pid in outsiders.keys() {
        signal_one(*pid, Signal::STOP);
    }
    for pid in descendants(leader.as_raw_pid()) {
        let is_outside = |stat: &Stat| !stat.is_dead() && stat.group != leader.as_raw_pid();
        if !outsiders.contains_key(&pid)
            && let Some(stat) = Stat::of(pid).filter(is_outside)
        {
            signal_one(pid, Signal::STOP);
            outsiders.insert(pid, stat.start);
        }
    }
}

/// Continues what [`stop_tree`] stopped.
pub(super) fn continue_tree(leader: Pid, outsiders: &Outsiders) {
    let _ = kill_process_group(leader, Signal::CONT);
    for pid in outsiders.keys() {
        signal_one(*pid, Signal::CONT);
    }
}

/// Kills the leader's group, its descendants and everything that carries the
/// marker, until none is left. The leader must not have been waited for, so
/// that its number cannot be another's.
pub(super) fn kill_tree(leader: Pid, marker: &Marker) {
    let value = format!("{MARKER}={}", marker.as_str());
    // A group without members is no error worth having.
    let _ = kill_process_group(leader, Signal::KILL);
    for _ in 0..KILL_ROUNDS {
        let stats = all();
        let mut targets = below(&stats, leader.as_raw_pid());
        targets.extend(
            stats.iter().filter(|(_, stat)| stat.group == leader.as_raw_pid()).map(|(pid, _)| *pid),
        );
        targets.extend(
            stats.keys().copied().filter(|pid| environment_has(*pid, |entry| entry == value)),
        );
        targets.retain(|pid| stats.get(pid).is_some_and(|stat| !stat.is_dead()));
        if targets.is_empty() {
            return;
        }
        for pid in targets {
            signal_one(pid, Signal::KILL);
        }
        thread::sleep(KILL_PAUSE);
    }
}

/// Kills processes whose marker names a process that is gone; returns how many.
pub(crate) fn kill_orphans() -> usize {
    let prefix = format!("{MARKER}=");
    let mut killed = BTreeSet::new();
    for _ in 0..KILL_ROUNDS {
        let is_orphan = |entry: &str| {
            let owner = entry.strip_prefix(&prefix).and_then(Marker::owner);
            owner.is_some_and(|owner| !owner.is_alive())
        };
        let orphans: Vec<_> = all()
            .into_iter()
            .filter(|(pid, stat)| !stat.is_dead() && environment_has(*pid, is_orphan))
            .map(|(pid, stat)| (pid, stat.start))
            .collect();
        if orphans.is_empty() {
            break;
        }
        for orphan in orphans {
            signal_one(orphan.0, Signal::KILL);
            killed.insert(orphan);
        }
        thread::sleep(KILL_PAUSE);
    }
    killed.len()
}

fn signal_one(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        // It may have ended by itself in the meantime.
        let _ = kill_process(pid, signal);
    }
}

fn all() -> BTreeMap<i32, Stat> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, Stat::of(pid)?)))
        .collect()
}

fn below(stats: &BTreeMap<i32, Stat>, root: i32) -> BTreeSet<i32> {
    let mut found = BTreeSet::from([root]);
    loop {
        let before = found.len();
        found.extend(
            stats
                .iter()
                .filter(|(_, stat)| found.contains(&stat.parent))
                .map(|(pid, _)| *pid)
                .collect::<Vec<_>>(),
        );
        if found.len() == before {
            return found;
        }
    }
}

/// The leader and everything below, by the kernel's lists of children, which
/// are much cheaper than looking at every process. Kernels without them
/// (`CONFIG_PROC_CHILDREN`) get the long way.
fn descendants(leader: i32) -> Vec<i32> {
    if fs::metadata(format!("/proc/{leader}/task/{leader}/children")).is_err() {
        return below(&all(), leader).into_iter().collect();
    }
    let mut found = vec![leader];
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        next += 1;
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
            continue;
        };
        for task in tasks.filter_map(Result::ok) {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            found.extend(
                children.split_ascii_whitespace().filter_map(|child| child.parse::<i32>().ok()),
            );
        }
    }
    found
}

fn environment_has(pid: i32, is_match: impl Fn(&str) -> bool) -> bool {
    let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else {
        return false;
    };
    environment
        .split(|byte| *byte == 0)
        .filter_map(|entry| std::str::from_utf8(entry).ok())
        .any(is_match)
}

fn kibibytes(text: &str, key: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command, Stdio};
    use std::time::Instant;

    use super::*;

    /// A process that waits in a group of its own, killed in the end.
    struct Waiting(Child);

    impl Waiting {
        fn start() -> Self {
            let mut command = Command::new("cat");
            command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
            Self(command.spawn().expect("started"))
        }

        fn pid(&self) -> i32 {
            self.0.id().try_into().expect("a small number")
        }

        fn stat(&self) -> Stat {
            Stat::of(self.pid()).expect("it lives")
        }

        /// Signals take a moment.
        fn becomes_stopped(&self, is_stopped: bool) -> bool {
            let deadline = Instant::now() + Duration::from_secs(10);
            while Instant::now() < deadline {
                if (self.stat().state == b'T') == is_stopped {
                    return true;
                }
                thread::yield_now();
            }
            false
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn who_has_lost_its_parent_is_stopped_and_continued_too() {
        // Not below the leader, as if its parent had ended.
        let (leader, daemon) = (Waiting::start(), Waiting::start());
        let pid = Pid::from_raw(leader.pid()).expect("not 0");
        let mut outsiders = Outsiders::from([(daemon.pid(), daemon.stat().start)]);
        stop_tree(pid, &mut outsiders);
        assert!(leader.becomes_stopped(true) && daemon.becomes_stopped(true));
        assert!(outsiders.contains_key(&daemon.pid()));
        continue_tree(pid, &outsiders);
        assert!(leader.becomes_stopped(false) && daemon.becomes_stopped(false));
    }

    #[test]
    fn who_only_has_the_number_of_one_that_ended_is_left_alone() {
        let (leader, stranger) = (Waiting::start(), Waiting::start());
        let pid = Pid::from_raw(leader.pid()).expect("not 0");
        let mut outsiders = Outsiders::from([(stranger.pid(), stranger.stat().start - 1)]);
        stop_tree(pid, &mut outsiders);
        assert!(leader.becomes_stopped(true));
        assert_eq!(outsiders, Outsiders::new());
        assert_ne!(stranger.stat().state, b'T');
    }

    #[test]
    fn a_name_with_spaces_and_brackets_does_not_shift_the_fields() {
        let stat = Stat::parse("7 (a) b) S 3 5 5 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 4711 1 1 1")
            .expect("parses");
        assert_eq!((stat.state, stat.parent, stat.group, stat.start), (b'S', 3, 5, 4711));
    }
}
