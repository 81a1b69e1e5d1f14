//! What process 1 says last: how the command ended and what it cost.

use std::time::Duration;

use selfopt_core::{Bytes, GroupUsage, ProcessSample, SandboxError, StepStatus};

use crate::command::Ended;
use crate::failure::other;

/// How a command ended by the report of its process 1, in a `container` or a
/// `pod`. Where there is none, `silent_end` says how it ended, and only the time
/// is known of its cost.
pub(in crate::backend) fn ended(
    report: Option<&[u8]>,
    place: &str,
    wall: Duration,
    silent_end: impl FnOnce() -> Result<StepStatus, SandboxError>,
) -> Result<Ended, SandboxError> {
    let Some(bytes) = report else {
        return Ok(Ended {
            status: silent_end()?,
            usage: ProcessSample {
                cpu_us: 0,
                wall_ns: u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX),
                max_rss: Bytes(0),
                involuntary_switches: 0,
            },
            group: GroupUsage::default(),
            network: None,
        });
    };
    let report = Report::parse(bytes);
    let Some(Report { status, usage, group }) = report else {
        return Err(other(format!("process 1 of the {place} sent a report without sense")));
    };
    Ok(Ended { status, usage, group, network: None })
}

/// A report, read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    status: StepStatus,
    usage: ProcessSample,
    group: GroupUsage,
}

impl Report {
    /// Reads a report; `None` if it lacks something.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"r\n")?;
        let (mut status, mut group) = (None, GroupUsage::default());
        let mut usage =
            ProcessSample { cpu_us: 0, wall_ns: 0, max_rss: Bytes(0), involuntary_switches: 0 };
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let line = std::str::from_utf8(&rest[..end]).ok()?;
            rest = &rest[end + 1..];
            let (name, value) = line.split_once(' ')?;
            match name {
                "status" => status = read_status(value),
                "cpu_us" => usage.cpu_us = value.parse().ok()?,
                "wall_ns" => usage.wall_ns = value.parse().ok()?,
                "max_rss_kb" => usage.max_rss = Bytes(value.parse::<u64>().ok()? * 1024),
                "involuntary_switches" => usage.involuntary_switches = value.parse().ok()?,
                // A file of the control group.
                _ => {
                    let text = rest.get(..value.parse::<usize>().ok()?)?;
                    rest = &rest[text.len()..];
                    add(&mut group, name, std::str::from_utf8(text).ok()?);
                }
            }
        }
        let status = status?;
        let was_killed_for_memory =
            group.oom_kills.is_some_and(|kills| kills > 0) && status != SUCCESS;
        let status = if was_killed_for_memory { StepStatus::OutOfMemory } else { status };
        Some(Self { status, usage, group })
    }
}

const SUCCESS: StepStatus = StepStatus::Exited { code: 0 };

fn read_status(text: &str) -> Option<StepStatus> {
    let (kind, number) = text.split_once(' ')?;
    let number = number.parse().ok()?;
    Some(match kind {
        "exited" => StepStatus::Exited { code: number },
        "signaled" => StepStatus::Signaled { signal: number },
        // Killed when we asked for it, and the supervision knows why.
        "killed" => StepStatus::Signaled { signal: rustix::process::Signal::KILL.as_raw() },
        "late" => StepStatus::TimedOut,
        "flooded" => StepStatus::OutputCapped,
        _ => return None,
    })
}

/// Files of both versions of control groups. What is not there is not counted.
fn add(group: &mut GroupUsage, name: &str, text: &str) {
    let alone = || text.trim().parse::<u64>().ok();
    let of = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        line.and_then(|value| value.trim().parse::<u64>().ok())
    };
    match name {
        "peak" => group.peak_memory = alone().map(Bytes).or(group.peak_memory),
        "events" => group.oom_kills = of("oom_kill").or(group.oom_kills),
        // In nanoseconds in version 1.
        "cpu" => {
            let counted = of("usage_usec").or_else(|| alone().map(|nanos| nanos / 1000));
            group.cpu_us = counted.or(group.cpu_us);
        }
        "throttling" => {
            group.throttled_periods = of("nr_throttled").or(group.throttled_periods);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: &str, files: &[(&str, &str)]) -> Option<Report> {
        let mut text = format!(
            "r\nstatus {status}\nwall_ns 12\ncpu_us 34\nmax_rss_kb 2\ninvoluntary_switches 5\n"
        );
        for (name, content) in files {
            text = format!("{text}{name} {}\n{content}", content.len());
        }
        Report::parse(text.as_bytes())
    }

    #[test]
    fn both_versions_of_control_groups_are_read() {
        let one = [
            ("peak", "4096\n"),
            ("events", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"),
            ("cpu", "5000\n"),
            ("throttling", "nr_periods 9\nnr_throttled 3\nthrottled_time 1\n"),
        ];
        let two = [
            ("peak", "4096\n"),
            ("events", "low 0\noom 0\noom_kill 0\n"),
            ("cpu", "usage_usec 5\nuser_usec 1\nnr_throttled 3\n"),
            ("throttling", "usage_usec 5\nuser_usec 1\nnr_throttled 3\n"),
        ];
        let first = report("exited 7", &one).unwrap();
        assert_eq!(first, report("exited 7", &two).unwrap());
        assert_eq!(first.status, StepStatus::Exited { code: 7 });
        assert_eq!((first.usage.wall_ns, first.usage.max_rss), (12, Bytes(2048)));
        let group = GroupUsage {
            cpu_us: Some(5),
            peak_memory: Some(Bytes(4096)),
            throttled_periods: Some(3),
            oom_kills: Some(0),
        };
        assert_eq!(first.group, group);
        assert_eq!(report("exited 7", &[]).unwrap().group, GroupUsage::default());
    }

    #[test]
    fn a_kill_by_the_kernel_for_memory_is_told_apart() {
        let killed = [("events", "oom_kill 1\n")];
        assert_eq!(report("signaled 9", &killed).unwrap().status, StepStatus::OutOfMemory);
        assert_eq!(report("exited 1", &killed).unwrap().status, StepStatus::OutOfMemory);
        assert_eq!(report("exited 0", &killed).unwrap().status, SUCCESS, "it coped");
        assert_eq!(report("late 0", &[]).unwrap().status, StepStatus::TimedOut);
    }

    #[test]
    fn nonsense_is_no_report() {
        assert_eq!(report("danced 1", &[]), None);
        for text in [
            "",
            "r\n",
            "r\nstatus",
            "r\nstatus exited 0\npeak 99\n1",
            "r\nstatus exited 0\npeak x\n",
        ] {
            assert_eq!(Report::parse(text.as_bytes()), None, "{text}");
        }
    }
}
