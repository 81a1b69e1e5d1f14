//! esbuild, which makes the bundles that changed functions are timed in. One
//! exact version, with hashes written down here: what a bundle holds must not
//! depend on the day. It is no tool of the project, so commands find it under a
//! name of ours and the project's own esbuild stays what it is.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::chain::{Origin, Tool, ToolChain};
use super::error::{NpmError, ToolError, failed};
use super::host::Host;
use super::integrity::PinnedHash;
use super::obtain::{Failure, Obtained, Request, cached, obtain};
use super::packages::{Program, package};
use super::range::VersionRange;
use super::resolve::{ToolResolver, ToolsChoice, of_registry};

/// The version that makes bundles.
const VERSION: &str = "0.25.12";

/// The registry's hash of that version's package, by operating system and
/// processor as [`std::env::consts`] names them.
const INTEGRITY: [(&str, &str, &str); 4] = [
    (
        "linux",
        "x86_64",
        "sha512-uqZMTLr/zR/ed4jIGnwSLkaHmPjOjJvnm6TVVitAa08SLS9Z0VM8wIRx7gWbJB5/J54YuIMInDquWyYvQLZkgw==",
    ),
    (
        "linux",
        "aarch64",
        "sha512-8bwX7a8FghIgrupcxb4aUmYDLp8pX06rGh5HqDT7bB+8Rdells6mHvrFHHW2JAOPZUbnjUpKTLg6ECyzvas2AQ==",
    ),
    (
        "macos",
        "x86_64",
        "sha512-HQ9ka4Kx21qHXwtlTUVbKJOAnmG1ipXhdWTmNXiPzPfWKpXqASVcWdnf2bnL73wgjNrFXAa3yYvBSd9pzfEIpA==",
    ),
    (
        "macos",
        "aarch64",
        "sha512-N3zl+lxHCifgIlcMUP5016ESkeQjLj/959RxxNYIthIg+CQHInujFuXeWbWMgnTo4cp5XVHqFPmpyu9J65C1Yg==",
    ),
];

/// What the first bytes of a program say that is no script: ELF, and Mach-O
/// for one processor or several.
const NATIVE: [[u8; 4]; 3] =
    [[0x7f, b'E', b'L', b'F'], [0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]];

/// How far above a script its package's own programs are looked for.
const MAX_PARENTS: usize = 5;

/// The bundler and what it must be.
#[derive(Debug, Clone)]
pub(super) struct Bundler {
    version: &'static str,
    /// None where there is no package for the platform.
    hash: Option<PinnedHash>,
}

impl Bundler {
    /// The one that is used on this machine.
    pub(super) fn here() -> Self {
        let integrity = INTEGRITY.iter().find_map(|(os, arch, integrity)| {
            let is_this = (*os, *arch) == (std::env::consts::OS, std::env::consts::ARCH);
            is_this.then_some(*integrity)
        });
        Self { version: VERSION, hash: integrity.and_then(PinnedHash::of_integrity) }
    }

    /// The same version with another hash.
    #[cfg(test)]
    pub(super) fn with_integrity(integrity: &str) -> Self {
        Self { version: VERSION, hash: PinnedHash::of_integrity(integrity) }
    }
}

impl ToolResolver {
    /// Adds the bundler, or a warning that there is none: only the functions
    /// that need no bundle can be judged then.
    pub(super) async fn bundler(&self, bundler: &Bundler, chain: &mut ToolChain) {
        let why = match self.obtained_bundler(bundler).await {
            Ok(tool) => return chain.tools.push(tool),
            Err(why) => why,
        };
        if let Some(tool) = self.host_bundler(bundler).await {
            return chain.tools.push(tool);
        }
        chain.warnings.push(format!(
            "{} {} is not to be had: {why}. Changed functions are judged beside the tests only, never on copies of their inputs",
            Program::Esbuild,
            bundler.version
        ));
    }

    /// From the cache, or from the registry where that is allowed.
    async fn obtained_bundler(&self, bundler: &Bundler) -> Result<Tool, String> {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let no_build = || NpmError::NoBuild { platform: format!("{os} on {arch}") }.to_string();
        let package = package(Program::Esbuild, 0, os, arch).ok_or_else(no_build)?;
        let hash = bundler.hash.as_ref().ok_or_else(no_build)?;
        let range = VersionRange::parse(bundler.version).ok_or_else(no_build)?;
        let request = Request {
            program: Program::Esbuild,
            package: &package,
            range: &range,
            preferred: None,
            hash: Some(hash),
        };
        if self.choice == ToolsChoice::Host {
            return cached(&request, &self.cache)
                .map(|tool| of_registry(Obtained { tool, was_cached: true }, None))
                .ok_or_else(|| "it was never obtained, and `--tools host` obtains nothing".into());
        }
        match obtain(&request, &self.cache, &self.npm, &*self.announce).await {
            Ok(obtained) => Ok(of_registry(obtained, None)),
            Err(Failure::Npm(error)) => Err(error.to_string()),
            Err(Failure::Final(error)) => Err(error.to_string()),
        }
    }

    /// The host's, if it is exactly that version: a copy of it, since commands
    /// may not see where it lies.
    async fn host_bundler(&self, bundler: &Bundler) -> Option<Tool> {
        let file = native(&self.host, Program::Esbuild.name())?;
        if self.host.version(&file).await.as_deref() != Some(bundler.version) {
            return None;
        }
        let dir = self.cache.host_copy(&file, Program::Esbuild.command()).ok()?;
        let version = Some(bundler.version.to_owned());
        let origin = Origin::HostCopy { dir };
        Some(Tool { program: Program::Esbuild, version, origin, why: None })
    }
}

/// The host's program itself. Packages bring a script that starts the program
/// for the platform, which lies in a package beside theirs.
fn native(host: &Host, name: &str) -> Option<PathBuf> {
    let found = host.find(name)?.canonicalize().ok()?;
    if is_native(&found) {
        return Some(found);
    }
    let package = package(Program::Esbuild, 0, std::env::consts::OS, std::env::consts::ARCH)?;
    let beside = |folder: &Path| {
        let inside = Path::new(&package.name).join("bin").join(name);
        [folder.join("node_modules").join(&inside), folder.join(&inside)]
    };
    let mut candidates = found.ancestors().skip(1).take(MAX_PARENTS).flat_map(beside);
    candidates.find(|file| is_native(file))
}

fn is_native(file: &Path) -> bool {
    let mut first = [0; 4];
    fs::File::open(file).and_then(|mut file| file.read_exact(&mut first)).is_ok()
        && NATIVE.contains(&first)
}

impl super::cache::ToolCache {
    /// A directory whose `bin/COMMAND` is a copy of a program of the host.
    fn host_copy(&self, file: &Path, command: &str) -> Result<PathBuf, ToolError> {
        let bytes = fs::read(file).map_err(failed("read", file))?;
        self.keep_program("host", command, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_can_be_checked() {
        for (os, arch, integrity) in INTEGRITY {
            assert!(PinnedHash::of_integrity(integrity).is_some(), "{os} {arch}");
            assert!(package(Program::Esbuild, 0, os, arch).is_some(), "{os} {arch}");
        }
        assert_eq!(VersionRange::parse(VERSION).unwrap().exact().as_deref(), Some(VERSION));
    }
}
