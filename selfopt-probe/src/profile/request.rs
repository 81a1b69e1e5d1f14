//! What is put into a workspace so that a command is profiled, and what is
//! taken out of it afterwards.

use selfopt_core::{Bytes, CollectLimits, CollectedFile, FileWrite};

use super::merge::{Merger, Recording};
use super::source_maps::SourceMaps;

/// The preload.
const PRELOAD: &str = include_str!("../../runtime/profile.cjs");
const PRELOAD_NAME: &str = "profile.cjs";
/// Puts the preload into every process.
const SHELL: &str = include_str!("../../runtime/preload.sh");
const SHELL_NAME: &str = "preload.sh";
/// What the preload is told.
const REQUEST_NAME: &str = "profile.json";

/// Where slices are written, in the runtime's folder.
const OUT: &str = "profile";
const FOLDER: &str = "node_modules/.selfopt";

/// What the writers keep to, a little below what is collected.
const BYTES_TOTAL: Bytes = Bytes::from_mib(96);
const BYTES_PER_THREAD: Bytes = Bytes::from_mib(48);
const COLLECTED: CollectLimits =
    CollectLimits { files: 50_000, file_size: Bytes::from_mib(32), total: Bytes::from_mib(192) };

/// A command of a project is to be profiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRequest {
    /// Where the command runs, relative to the workspace.
    working_directory: String,
    /// Microseconds from sample to sample.
    interval_us: u32,
}

impl ProfileRequest {
    /// For a command that runs in this directory of the workspace.
    pub fn new(working_directory: &str) -> Self {
        let parts = working_directory.split('/').filter(|part| !part.is_empty() && *part != ".");
        Self { working_directory: parts.collect::<Vec<_>>().join("/"), interval_us: 500 }
    }

    /// Samples this often instead of every 500 µs.
    #[must_use]
    pub fn interval_us(mut self, interval_us: u32) -> Self {
        self.interval_us = interval_us;
        self
    }

    /// What has to be in the workspace.
    pub fn files(&self) -> Vec<FileWrite> {
        // From the runtime's folder back to the root of the workspace.
        let depth = FOLDER.split('/').count() + self.directories().count();
        let request = serde_json::json!({
            "mode": "profile",
            "out": OUT,
            "root": vec![".."; depth].join("/"),
            "profile": {
                "intervalUs": self.interval_us,
                "bytesPerThread": BYTES_PER_THREAD,
                "bytesTotal": BYTES_TOTAL,
            },
        });
        vec![
            FileWrite { path: self.path(REQUEST_NAME), bytes: request.to_string().into_bytes() },
            FileWrite { path: self.path(PRELOAD_NAME), bytes: PRELOAD.into() },
            FileWrite { path: self.path(SHELL_NAME), bytes: SHELL.into() },
        ]
    }

    /// The command with the profiler in every Node process that it starts.
    pub fn wrap(&self, cmd: &str) -> String {
        format!(
            "selfopt_script={PRELOAD_NAME} selfopt_request={REQUEST_NAME}\n. ./{FOLDER}/{SHELL_NAME}\n{cmd}"
        )
    }

    /// What to collect from the workspace.
    pub fn globs(&self) -> Vec<String> {
        vec![self.path(&format!("{OUT}/*.cpuprofile")), self.path(&format!("{OUT}/*.lost"))]
    }

    /// How much of it at most. The writers stay below by themselves; more was
    /// not written by them.
    pub fn limits(&self) -> CollectLimits {
        COLLECTED
    }

    /// Adds up what was collected.
    pub fn read(&self, files: &[CollectedFile], maps: SourceMaps) -> Recording {
        let mut merger = Merger::new().with_maps(maps);
        for file in files {
            if file.path.strip_suffix(".lost").is_some() {
                merger.add_lost(&file.bytes);
            } else {
                // One that does not read is counted as such.
                let _ = merger.add(&file.bytes);
            }
        }
        merger.finish()
    }

    fn directories(&self) -> impl Iterator<Item = &str> {
        self.working_directory.split('/').filter(|part| !part.is_empty())
    }

    fn path(&self, name: &str) -> String {
        let folders = self.directories().chain([FOLDER, name]);
        folders.collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_from_where_the_preload_lies() {
        for (directory, path, root) in [
            (".", "node_modules/.selfopt/profile.json", "../.."),
            ("./web/app/", "web/app/node_modules/.selfopt/profile.json", "../../../.."),
        ] {
            let files = ProfileRequest::new(directory).files();
            assert_eq!(files[0].path, path);
            let request: serde_json::Value = serde_json::from_slice(&files[0].bytes).unwrap();
            assert_eq!(request["root"], root);
        }
    }
}
