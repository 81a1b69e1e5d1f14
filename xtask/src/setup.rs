//! `cargo xtask setup`: installs what the tests need and this machine lacks.
//!
//! Safe to repeat: what is present is left alone, and each step says what it did. Node is a
//! prerequisite of the product, so it is checked and never installed.

use anyhow::{Context, Result, bail, ensure};

use crate::shell::{CommandLine, is_root};
use crate::{docker, github_api, page_packages, wasm};

/// The oldest Node that the tests run on.
const MIN_NODE_MAJOR: u32 = 20;

/// A program and the Debian package that holds it.
struct Tool {
    /// The command that tells its version.
    probe: &'static str,
    package: &'static str,
}

const TOOLS: [Tool; 9] = [
    Tool { probe: "git --version", package: "git" },
    Tool { probe: "bwrap --version", package: "bubblewrap" },
    Tool { probe: "npm --version", package: "npm" },
    // For rule packs in C; the linker comes with Rust.
    Tool { probe: "clang --version", package: "clang" },
    // The Docker backend, and what its image is made of.
    Tool {
        probe: "env PATH=/usr/sbin:/usr/bin:/sbin:/bin dockerd --version",
        package: "docker.io",
    },
    Tool {
        probe: "env PATH=/usr/sbin:/usr/bin:/sbin:/bin debootstrap --version",
        package: "debootstrap",
    },
    Tool { probe: "env PATH=/usr/sbin:/usr/bin:/sbin:/bin mkfs.ext4 -V", package: "e2fsprogs" },
    // The service's store, and the tests in `supabase/tests`.
    Tool { probe: INITDB, package: "postgresql" },
    Tool { probe: PGTAP, package: "postgresql-15-pgtap" },
];

/// The server's programs are in a folder that no path names.
const INITDB: &str = "grep -rlm1 --include=initdb PGDATA /usr/lib/postgresql";

/// The extension is a file, in a folder that is named for the version of Postgres.
const PGTAP: &str = "grep -rl --include=pgtap.control default_version /usr/share/postgresql";

/// Checks and installs.
pub(crate) fn run() -> Result<()> {
    check_node()?;
    install_packages()?;
    docker::start()?;
    install_toolchain_parts()?;
    install_nextest()?;
    github_api::install()?;
    page_packages::install()?;
    wasm::install()
}

fn check_node() -> Result<()> {
    let hint = "install it from https://nodejs.org or with your version manager";
    let Some(version) = CommandLine::new("node --version").output() else {
        bail!("Node {MIN_NODE_MAJOR} or newer is needed and `node` was not found; {hint}");
    };
    let version = version.trim();
    let major = major_version(version)
        .with_context(|| format!("failed to read the version from `node --version`: {version}"))?;
    if major < MIN_NODE_MAJOR {
        bail!("Node {MIN_NODE_MAJOR} or newer is needed, found {version}; {hint}");
    }
    println!("node {version}: present");
    Ok(())
}

/// `v20.20.2` is 20.
fn major_version(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn install_packages() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    let has_apt = CommandLine::new("apt-get --version").output().is_some();
    let arguments = format!("install --yes --no-install-recommends {packages}");
    match (has_apt, is_root()) {
        (true, true) => {
            CommandLine::new("apt-get update").run()?;
            let apt_get = "env DEBIAN_FRONTEND=noninteractive apt-get";
            CommandLine::new(&format!("{apt_get} {arguments}")).run()?;
        }
        (true, false) => bail!(
            "missing: {packages}\n\nhint: run `sudo apt-get update && sudo apt-get {arguments}`, then \
             try again"
        ),
        (false, _) => bail!(
            "missing: {packages} (names of the Debian packages)\n\nhint: install them with the \
             package manager of this system, then try again"
        ),
    }
    let still_missing = missing_packages();
    ensure!(
        still_missing.is_empty(),
        "installed {packages}, but {} cannot be run",
        still_missing.join(" and ")
    );
    Ok(())
}

/// Says what is present and returns what is not.
fn missing_packages() -> Vec<&'static str> {
    let mut missing = Vec::new();
    for Tool { probe, package } in TOOLS {
        match CommandLine::new(probe).output() {
            Some(version) => println!("{package}: present ({})", first_line(&version)),
            None => missing.push(package),
        }
    }
    missing
}

fn install_toolchain_parts() -> Result<()> {
    for (probe, component) in
        [("cargo fmt --version", "rustfmt"), ("cargo clippy --version", "clippy")]
    {
        if CommandLine::new(probe).output().is_some() {
            println!("{component}: present");
        } else {
            CommandLine::new(&format!("rustup component add {component}")).run()?;
            println!("{component}: installed");
        }
    }
    Ok(())
}

fn install_nextest() -> Result<()> {
    if let Some(version) = CommandLine::new("cargo nextest --version").output() {
        println!("cargo-nextest: present ({})", first_line(&version));
        return Ok(());
    }
    CommandLine::new("cargo install cargo-nextest --locked").run()?;
    println!("cargo-nextest: installed");
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions() {
        assert_eq!(major_version("v20.20.2"), Some(20));
        assert_eq!(major_version("24.0.0"), Some(24));
        assert_eq!(major_version("nightly"), None);
    }
}
