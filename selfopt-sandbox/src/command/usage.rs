//! What a command cost, from the kernel's own books.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use selfopt_core::{Bytes, ProcessSample};
use wait4::Wait4 as _;

/// The largest resident sets seen while a command ran, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PeakMemory {
    /// Our own high-water mark before the command was started.
    pub floor: u64,
    /// The highest mark of any process of the tree, as it was last looked at.
    pub sampled: u64,
}

/// Reaps a child that has exited. The CPU times and the largest resident set
/// are those of the child and of all descendants that were waited for;
/// processes that were orphaned are not in them.
pub(super) fn reap(
    child: Child,
    wall: Duration,
    peak: PeakMemory,
) -> io::Result<(ExitStatus, ProcessSample)> {
    // The kernel adds a child's switches to ours when it is reaped, so the
    // difference is the child's, as long as we reap one at a time.
    static REAPING: Mutex<()> = Mutex::new(());
    let guard = REAPING.lock().unwrap_or_else(PoisonError::into_inner);
    let before = switches();
    let reaped = child.wait4()?;
    let involuntary_switches = switches().saturating_sub(before);
    drop(guard);
    let cpu = reaped.rusage.utime + reaped.rusage.stime;
    let sample = ProcessSample {
        cpu_us: u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX),
        wall_ns: u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX),
        max_rss: Bytes(max_rss(reaped.rusage.maxrss, peak)),
        involuntary_switches,
    };
    Ok((reaped.status, sample))
}

/// A child starts as a copy of us, and Linux carries the copy's high-water
/// mark over into the program that is then executed (`setmax_mm_hiwater_rss`
/// in `exec_mmap`). So a reported value not above our own mark may be ours;
/// then the mark last seen while it ran is nearer to the truth.
fn max_rss(reported: u64, peak: PeakMemory) -> u64 {
    if reported > peak.floor || peak.sampled == 0 { reported } else { peak.sampled.min(reported) }
}

fn switches() -> u64 {
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or(0, |usage| u64::try_from(usage.involuntary_context_switches()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_that_may_be_our_own_is_replaced_by_what_was_seen() {
        let peak = PeakMemory { floor: 100, sampled: 60 };
        assert_eq!(max_rss(150, peak), 150);
        assert_eq!(max_rss(90, peak), 60);
        assert_eq!(max_rss(90, PeakMemory { floor: 100, sampled: 0 }), 90);
    }
}
