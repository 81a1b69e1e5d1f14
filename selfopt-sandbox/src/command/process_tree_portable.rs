//! The processes of a command where there is no `/proc`: the process group is
//! all that can be reached.

use rustix::process::{Pid, Signal, kill_process_group};

use super::marker::Marker;

/// What a command's processes use now.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TreeMemory {
    pub resident: u64,
    pub largest_peak: u64,
}

/// Not known here.
pub(super) fn memory(_leader: Pid) -> TreeMemory {
    TreeMemory::default()
}

/// Not known here.
pub(super) fn proportional_memory(_leader: Pid) -> u64 {
    0
}

/// Not known here.
pub(super) fn own_peak() -> u64 {
    0
}

/// Not known here.
pub(super) type Outsiders = ();

/// Stops the leader's group.
pub(super) fn stop_tree(leader: Pid, (): &mut Outsiders) {
    let _ = kill_process_group(leader, Signal::STOP);
}

/// Continues the leader's group.
pub(super) fn continue_tree(leader: Pid, (): &Outsiders) {
    let _ = kill_process_group(leader, Signal::CONT);
}

/// Kills the leader's group.
pub(super) fn kill_tree(leader: Pid, _marker: &Marker) {
    // A group without members is no error worth having.
    let _ = kill_process_group(leader, Signal::KILL);
}

/// Markers cannot be read here.
pub(crate) fn kill_orphans() -> usize {
    0
}
