//! The tools that the host has.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use super::chain::Origin;
use super::image::ImageTools;
use super::packages::Program;
use super::range::{VersionRange, parse};

/// Starting a program takes a fraction of a second.
const VERSION_TIME: Duration = Duration::from_secs(20);

/// A package's directory is at most this far above its programs.
const MAX_PARENTS: usize = 6;
const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// The tools on a `PATH`, or those of an image, which are asked for there.
#[derive(Debug, Clone)]
pub(super) struct Host {
    path: Vec<PathBuf>,
    image: Option<ImageTools>,
}

/// A tool of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostTool {
    pub version: String,
    /// The Node that it says it needs.
    pub node: Option<String>,
}

impl HostTool {
    /// Whether it runs with this Node. One that does not say runs with any.
    pub(super) fn runs_with(&self, node: &str) -> bool {
        let range = self.node.as_deref().and_then(VersionRange::parse);
        range.is_none_or(|range| range.contains(node))
    }
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    engines: Engines,
}

#[derive(Default, Deserialize)]
struct Engines {
    node: Option<String>,
}

impl Host {
    pub(super) fn new(path: Vec<PathBuf>) -> Self {
        Self { path, image: None }
    }

    /// Of an image, in which nothing of the host's is seen.
    pub(super) fn of_image(image: ImageTools) -> Self {
        Self { path: Vec::new(), image: Some(image) }
    }

    /// Where these tools are from.
    pub(super) fn origin(&self) -> Origin {
        match self.image {
            Some(_) => Origin::Image { dir: None },
            None => Origin::Host,
        }
    }

    /// Other versions of Node that are there, and the directories that they
    /// lie in, the newest first.
    pub(super) fn other_nodes(&self) -> Vec<(&str, &str)> {
        let nodes = self.image.iter().flat_map(|image| &image.nodes);
        let mut nodes: Vec<_> =
            nodes.map(|(version, dir)| (version.as_str(), dir.as_str())).collect();
        nodes.sort_by_key(|(version, _)| std::cmp::Reverse(parse(version)));
        nodes
    }

    /// A tool of the host; `None` if it is not there or does not run.
    pub(super) async fn tool(&self, program: Program) -> Option<HostTool> {
        if let Some(image) = &self.image {
            let version = image.tools.get(&program)?.clone();
            return Some(HostTool { version, node: None });
        }
        let file = find_in(&self.path, program.name())?;
        // A package says what it is. Asking it would start Corepack's stand-ins,
        // which download something.
        if program != Program::Node
            && let Some(manifest) = manifest_above(&file)
        {
            let is_program = [program.name(), "@yarnpkg/cli-dist", "@pnpm/exe"]
                .contains(&manifest.name.as_str());
            if is_program && parse(&manifest.version).is_some() {
                return Some(HostTool { version: manifest.version, node: manifest.engines.node });
            }
            if manifest.name == "corepack" {
                return None;
            }
        }
        let version = self.version(&file).await?;
        Some(HostTool { version, node: None })
    }

    /// The first file of this name on the `PATH`.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        find_in(&self.path, name)
    }

    /// What a program says of its version.
    pub(super) async fn version(&self, file: &Path) -> Option<String> {
        let output = Command::new(file)
            .arg("--version")
            .env("PATH", std::env::join_paths(&self.path).ok()?)
            .env("COREPACK_ENABLE_NETWORK", "0")
            .env_remove("NODE_OPTIONS")
            .current_dir("/")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(VERSION_TIME, output).await.ok()?.ok()?;
        let text = selfopt_core::printable(&output.stdout);
        let version = text.lines().next()?.trim().trim_start_matches('v').to_owned();
        (output.status.success() && parse(&version).is_some()).then_some(version)
    }
}

/// The first file of this name that may be executed.
pub(super) fn find_in(path: &[PathBuf], name: &str) -> Option<PathBuf> {
    let files = path.iter().map(|directory| directory.join(name));
    files.into_iter().find(|file| {
        fs::metadata(file)
            .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    })
}

/// The manifest of the package that a program belongs to.
fn manifest_above(file: &Path) -> Option<Manifest> {
    let real = file.canonicalize().ok()?;
    real.ancestors().skip(1).take(MAX_PARENTS).find_map(|directory| {
        let path = directory.join("package.json");
        let is_small =
            fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= MAX_MANIFEST_BYTES);
        let manifest: Manifest =
            serde_json::from_slice(&is_small.then(|| fs::read(&path).ok()).flatten()?).ok()?;
        // Folders of a package may hold `{"type": "module"}`.
        (!manifest.name.is_empty()).then_some(manifest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executable(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[tokio::test]
    async fn tools_are_told_without_starting_what_would_download() {
        let dir = tempfile::tempdir().unwrap();
        let (bin, lib) = (dir.path().join("bin"), dir.path().join("lib"));
        fs::create_dir(&bin).unwrap();
        let manifest = |name: &str, text: &str| {
            executable(
                &lib.join(name).join("dist/run.js"),
                "#!/bin/sh\necho started > /dev/stderr\nexit 3\n",
            );
            fs::write(lib.join(name).join("package.json"), text).unwrap();
        };
        manifest("corepack", r#"{"name": "corepack", "version": "0.30.0"}"#);
        manifest(
            "pnpm",
            r#"{"name": "pnpm", "version": "9.15.0", "engines": {"node": ">=18.12"}}"#,
        );
        let link = |name: &str, package: &str| {
            std::os::unix::fs::symlink(lib.join(package).join("dist/run.js"), bin.join(name))
                .unwrap();
        };
        link("yarn", "corepack");
        link("pnpm", "pnpm");
        executable(&bin.join("node"), "#!/bin/sh\necho v20.1.0\n");
        executable(&bin.join("bun"), "#!/bin/sh\necho nonsense\n");
        let host = Host::new(vec![dir.path().join("none"), bin]);
        let version = async |program| host.tool(program).await.map(|tool| tool.version);
        assert_eq!(version(Program::Node).await.as_deref(), Some("20.1.0"));
        assert_eq!(version(Program::Pnpm).await.as_deref(), Some("9.15.0"));
        assert_eq!(version(Program::Yarn).await, None);
        assert_eq!(version(Program::Bun).await, None);
        assert_eq!(version(Program::Npm).await, None);
        let pnpm = host.tool(Program::Pnpm).await.unwrap();
        assert!(pnpm.runs_with("18.12.0") && !pnpm.runs_with("16.20.0"));
    }
}
