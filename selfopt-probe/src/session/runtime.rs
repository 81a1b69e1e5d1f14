//! The JavaScript that runs inside the sandbox, and where it lies there.

use selfopt_core::FileWrite;

/// Below the project's working directory. Tools leave `node_modules` alone,
/// and a bundle that lies there finds the project's packages.
const FOLDER: &str = "node_modules/.selfopt";

macro_rules! runtime {
    ($($name:literal),* $(,)?) => {
        /// Every file by name.
        const FILES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../runtime/", $name)))),*
        ];
    };
}

runtime!(
    "alike.cjs",
    "callbacks.cjs",
    "calls.cjs",
    "captured.cjs",
    "cipher.cjs",
    "classes.cjs",
    "collect-counts.cjs",
    "collect-pair.cjs",
    "collect-reach.cjs",
    "collect-record.cjs",
    "collect.cjs",
    "collide.cjs",
    "compare.cjs",
    "counts.cjs",
    "deterministic.cjs",
    "edit.cjs",
    "explore.cjs",
    "fragments.cjs",
    "frames.cjs",
    "fresh.cjs",
    "functions.cjs",
    "graph-arguments.cjs",
    "graph-clone.cjs",
    "graph-compare.cjs",
    "graph-decode.cjs",
    "graph-encode.cjs",
    "graph-exact.cjs",
    "graph-keys.cjs",
    "graph-names.cjs",
    "graph-path.cjs",
    "graph-pool.cjs",
    "graph-print.cjs",
    "graph-records.cjs",
    "graph-refs.cjs",
    "graph-shape.cjs",
    "graph-slots.cjs",
    "graph-special.cjs",
    "graph.cjs",
    "grow-levels.cjs",
    "grow-values.cjs",
    "grow.cjs",
    "hook-pair.cjs",
    "hook-reach.cjs",
    "hook-record.cjs",
    "hook.cjs",
    "intrinsics.cjs",
    "iterate.cjs",
    "iterators.cjs",
    "kernels.cjs",
    "kinds.cjs",
    "ladder.cjs",
    "limits.cjs",
    "load.cjs",
    "lockstep-probe.cjs",
    "lockstep-side.cjs",
    "lockstep.cjs",
    "mix.cjs",
    "mutations.cjs",
    "named.cjs",
    "outcome.cjs",
    "output.cjs",
    "overhead.cjs",
    "pair-compare.cjs",
    "pair-limits.cjs",
    "pair-log.cjs",
    "pair-stubs.cjs",
    "pair-time-later.cjs",
    "pair-time.cjs",
    "pair-vary.cjs",
    "primordials.cjs",
    "profile.cjs",
    "quiet.cjs",
    "realm.cjs",
    "recorded.cjs",
    "registry.cjs",
    "remember.cjs",
    "repeats.cjs",
    "replay-host.cjs",
    "replay-side.cjs",
    "replay.cjs",
    "reservoir.cjs",
    "rest.cjs",
    "rewrite.cjs",
    "run-queue.cjs",
    "script.cjs",
    "sequence.cjs",
    "shapes.cjs",
    "sharing.cjs",
    "shrink.cjs",
    "special-names.cjs",
    "spread.cjs",
    "timed-blocks.cjs",
    "timed-inputs.cjs",
    "timed-loop.cjs",
    "timed-outcome.cjs",
    "timed-plan.cjs",
    "tracing.cjs",
    "trio.cjs",
    "unrepeated.cjs",
    "vary.cjs",
    "watched.cjs",
    "worker.cjs",
    "workload-file.cjs",
    "workload-inputs.cjs",
    "workload-pack.cjs",
    "workload.cjs",
    "writer.cjs",
);

/// Puts a script into every Node process of a command.
pub(crate) const PRELOAD: &str = "preload.sh";
const PRELOAD_TEXT: &str = include_str!("../../runtime/preload.sh");

/// Where the runtime lies in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    folder: String,
}

impl Place {
    /// In the working directory of a project, relative to the workspace.
    pub(crate) fn new(working_directory: &str) -> Self {
        let folder = match working_directory.trim_end_matches('/') {
            "" | "." => FOLDER.to_owned(),
            directory => format!("{directory}/{FOLDER}"),
        };
        Self { folder }
    }

    /// A path in it, relative to the workspace.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// A path in it, relative to the working directory, for commands.
    pub(crate) fn inside(name: &str) -> String {
        format!("{FOLDER}/{name}")
    }

    /// All files of the runtime.
    pub(crate) fn files(&self) -> Vec<FileWrite> {
        FILES
            .iter()
            .chain(&[(PRELOAD, PRELOAD_TEXT)])
            .map(|(name, text)| FileWrite {
                path: self.path(name),
                bytes: text.as_bytes().to_vec(),
            })
            .collect()
    }

    /// A path of the project, seen from the folder: `../../src/a.js`.
    pub(super) fn to_project(&self, path: &str) -> String {
        format!("{}{path}", "../".repeat(self.folder.split('/').count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.strip_suffix(".cjs").is_some())
            .collect();
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn it_lies_in_the_working_directory() {
        assert_eq!(Place::new(".").path("hook.cjs"), "node_modules/.selfopt/hook.cjs");
        assert_eq!(Place::new("web/").path("a"), "web/node_modules/.selfopt/a");
        assert_eq!(Place::new(".").to_project("src/a.js"), "../../src/a.js");
    }
}
