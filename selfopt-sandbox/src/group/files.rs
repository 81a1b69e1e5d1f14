//! The files of control groups: limits in, figures out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use selfopt_core::{Bytes, GroupUsage};

use super::hierarchy::Version;

/// What a group may use.
pub(super) struct Limits<'a> {
    pub memory: u64,
    pub threads: u64,
    pub cores: Option<&'a str>,
}

/// Writes the limits; the first file that refuses is named. A controller is
/// where its file is.
pub(super) fn limit(
    version: Version,
    dirs: &[PathBuf],
    limits: &Limits<'_>,
) -> Result<(), (PathBuf, io::Error)> {
    let group = Files(dirs);
    let memory = limits.memory.to_string();
    match version {
        Version::One => {
            group.must("memory.limit_in_bytes", &memory)?;
            // Memory and swap together, where swap is accounted for.
            group.may("memory.memsw.limit_in_bytes", &memory)?;
        }
        Version::Two => {
            group.must("memory.max", &memory)?;
            group.may("memory.swap.max", "0")?;
            // All or none: a command without one of its processes is no
            // command that anybody wants the result of.
            group.may("memory.oom.group", "1")?;
        }
    }
    group.must("pids.max", &limits.threads.to_string())?;
    let Some(cores) = limits.cores else { return Ok(()) };
    group.must("cpuset.cpus", cores)?;
    // Version 1 starts empty, and an empty set can hold no process.
    if version == Version::One
        && let Some(path) = group.find("cpuset.mems")
    {
        let above = path.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
        let nodes =
            fs::read_to_string(above.join("cpuset.mems")).map_err(|error| (path.clone(), error))?;
        group.must("cpuset.mems", nodes.trim())?;
    }
    Ok(())
}

/// What the kernel has counted.
pub(super) fn usage(version: Version, dirs: &[PathBuf]) -> GroupUsage {
    let group = Files(dirs);
    let throttled_periods = group.of_key("cpu.stat", "nr_throttled");
    match version {
        Version::One => GroupUsage {
            cpu_us: group.number("cpuacct.usage").map(|nanoseconds| nanoseconds / 1000),
            peak_memory: group.number("memory.max_usage_in_bytes").map(Bytes),
            throttled_periods,
            oom_kills: group.of_key("memory.oom_control", "oom_kill"),
        },
        Version::Two => GroupUsage {
            cpu_us: group.of_key("cpu.stat", "usage_usec"),
            peak_memory: group.number("memory.peak").map(Bytes),
            throttled_periods,
            oom_kills: group.of_key("memory.events", "oom_kill"),
        },
    }
}

struct Files<'a>(&'a [PathBuf]);

impl Files<'_> {
    fn find(&self, name: &str) -> Option<PathBuf> {
        self.0.iter().map(|dir| dir.join(name)).find(|path| path.exists())
    }

    fn must(&self, name: &str, value: &str) -> Result<(), (PathBuf, io::Error)> {
        let path = self.find(name).ok_or_else(|| {
            (PathBuf::from(name), io::Error::new(io::ErrorKind::NotFound, "no such controller"))
        })?;
        fs::write(&path, value).map_err(|error| (path, error))
    }

    fn may(&self, name: &str, value: &str) -> Result<(), (PathBuf, io::Error)> {
        if self.find(name).is_some() { self.must(name, value) } else { Ok(()) }
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.find(name)?).ok()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok()
    }

    /// The number after a key in a file of `key value` lines.
    fn of_key(&self, name: &str, key: &str) -> Option<u64> {
        let text = self.text(name)?;
        let mut pairs = text.lines().filter_map(|line| line.split_once(' '));
        pairs.find(|(name, _)| *name == key)?.1.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let dir = tempfile::tempdir().expect("a directory");
        let group = dir.path().join("group");
        fs::create_dir(&group).expect("created");
        for (name, text) in files {
            fs::write(group.join(name), text).expect("written");
        }
        fs::write(dir.path().join("cpuset.mems"), "0-1\n").expect("written");
        let dirs = vec![group];
        (dir, dirs)
    }

    const LIMITS: Limits<'static> = Limits { memory: 4096, threads: 16, cores: Some("1") };

    #[test]
    fn version_one() {
        let (_dir, dirs) = group(&[
            ("memory.limit_in_bytes", ""),
            ("pids.max", ""),
            ("cpuset.cpus", ""),
            ("cpuset.mems", ""),
            ("cpuacct.usage", "2500000\n"),
            ("memory.max_usage_in_bytes", "777\n"),
            ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
            ("cpu.stat", "nr_periods 9\nnr_throttled 2\nthrottled_time 1\n"),
        ]);
        limit(Version::One, &dirs, &LIMITS).expect("all is there");
        let read = |name: &str| fs::read_to_string(dirs[0].join(name)).expect("there");
        assert_eq!(read("memory.limit_in_bytes"), "4096");
        assert_eq!(read("pids.max"), "16");
        assert_eq!((read("cpuset.cpus").as_str(), read("cpuset.mems").as_str()), ("1", "0-1"));
        let expected = GroupUsage {
            cpu_us: Some(2500),
            peak_memory: Some(Bytes(777)),
            throttled_periods: Some(2),
            oom_kills: Some(3),
        };
        assert_eq!(usage(Version::One, &dirs), expected);
    }

    #[test]
    fn version_two() {
        let (_dir, dirs) = group(&[
            ("memory.max", ""),
            ("memory.swap.max", ""),
            ("memory.oom.group", ""),
            ("memory.peak", "888\n"),
            ("memory.events", "low 0\noom 4\noom_kill 1\n"),
            ("pids.max", ""),
            ("cpuset.cpus", ""),
            ("cpu.stat", "usage_usec 31\nuser_usec 30\nnr_throttled 0\n"),
        ]);
        limit(Version::Two, &dirs, &LIMITS).expect("all is there");
        let read = |name: &str| fs::read_to_string(dirs[0].join(name)).expect("there");
        assert_eq!(
            ["memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cpuset.cpus"]
                .map(read),
            ["4096", "0", "1", "16", "1"]
        );
        let expected = GroupUsage {
            cpu_us: Some(31),
            peak_memory: Some(Bytes(888)),
            throttled_periods: Some(0),
            oom_kills: Some(1),
        };
        assert_eq!(usage(Version::Two, &dirs), expected);
    }

    #[test]
    fn a_limit_that_cannot_be_set_is_an_error_and_a_figure_that_is_not_there_is_absent() {
        let (_dir, dirs) = group(&[("memory.max", "")]);
        let (path, _) = limit(Version::Two, &dirs, &LIMITS).expect_err("no pids");
        assert_eq!(path, Path::new("pids.max"));
        assert_eq!(usage(Version::Two, &dirs), GroupUsage::default());
    }
}
