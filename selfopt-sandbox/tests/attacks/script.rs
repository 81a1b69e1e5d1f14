//! The attacks: one script a file in `scripts/`, with what it is about and its
//! limits in the comment on top.

use std::fs;
use std::path::Path;

use selfopt_core::{Bytes, CommandLimits, Millis, Phase, StepStatus};

/// An attack as its file has it.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) name: String,
    /// What it is, in a few words.
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) phase: Phase,
    pub(crate) limits: CommandLimits,
    pub(crate) end: End,
}

/// How the command must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    ByItself,
    TimedOut,
    OutOfMemory,
    DiskExceeded,
    OutputCapped,
}

impl End {
    pub(crate) fn is(self, status: StepStatus) -> bool {
        match self {
            Self::ByItself => matches!(status, StepStatus::Exited { code: 0 }),
            Self::TimedOut => status == StepStatus::TimedOut,
            Self::OutOfMemory => status == StepStatus::OutOfMemory,
            Self::DiskExceeded => status == StepStatus::DiskExceeded,
            Self::OutputCapped => status == StepStatus::OutputCapped,
        }
    }
}

/// What all scripts use.
pub(crate) fn kit() -> String {
    read(&scripts().join("kit.cjs"))
}

impl Script {
    /// All attacks, by name.
    pub(crate) fn all() -> Vec<Self> {
        let mut names: Vec<String> = fs::read_dir(scripts())
            .expect("the folder of scripts")
            .filter_map(|entry| entry.expect("read").file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".cjs").map(str::to_owned))
            .filter(|name| name != "kit")
            .collect();
        names.sort();
        names.into_iter().map(Self::read).collect()
    }

    fn read(name: String) -> Self {
        let text = read(&scripts().join(format!("{name}.cjs")));
        let mut script = Self {
            title: String::new(),
            text: text.clone(),
            phase: Phase::Test,
            limits: CommandLimits { wall: Millis::from_secs(20), ..CommandLimits::default() },
            end: End::ByItself,
            name,
        };
        let header = text.lines().take_while(|line| line.starts_with("// "));
        for line in header {
            let Some((key, value)) = line.trim_start_matches("// ").split_once(": ") else {
                continue;
            };
            script.set(key, value);
        }
        assert!(!script.title.is_empty(), "`{}` does not say what it is", script.name);
        script
    }

    fn set(&mut self, key: &str, value: &str) {
        let number = || value.parse::<u64>().expect("a number");
        match key {
            "attack" => value.clone_into(&mut self.title),
            "phase" if value == "install" => self.phase = Phase::Install,
            "wall" => self.limits.wall = Millis::from_secs(number()),
            "memory" => self.limits.memory = Bytes::from_mib(number()),
            "disk" => self.limits.disk = Bytes::from_mib(number()),
            "processes" => self.limits.processes = u32::try_from(number()).expect("a small number"),
            "ends" => {
                self.end = match value {
                    "timed-out" => End::TimedOut,
                    "out-of-memory" => End::OutOfMemory,
                    "disk-exceeded" => End::DiskExceeded,
                    "output-capped" => End::OutputCapped,
                    other => panic!("`{}` cannot end with `{other}`", self.name),
                }
            }
            other => panic!("`{}` sets `{other}`, which nobody knows", self.name),
        }
    }
}

fn scripts() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks/scripts")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
