//! `cargo xtask runner-image`: the image that `--isolation docker` runs in.
//!
//! Its base is the official one of Node where a registry can be reached.
//! Otherwise it is made here: a minimal system of the release that this machine
//! runs, from the mirror that its apt uses, with Node and npm from npm's
//! packages. An image is built once for its inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use selfopt_core::digest::Digest;

use crate::shell::{CommandLine, is_root, repository_root};

const IMAGE: &str = "selfopt-runner";
const OFFICIAL_BASE: &str = "node:24-bookworm-slim";
const FOLDER: &str = "images/runner";
const INPUTS: [&str; 2] = ["Dockerfile", "init.c"];

/// Majors for a base that is made here.
const NODE: &str = "24";
const NPM: &str = "11";

/// The bundle of certificates of Debian and its like.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Builds what is not there yet.
pub(crate) fn run() -> Result<()> {
    ensure!(
        CommandLine::new("docker version").output().is_some(),
        "no Docker daemon answers\n\nhint: run `cargo xtask setup` as root, or start Docker"
    );
    let image = format!("{IMAGE}:{}", key()?);
    if has(&image) {
        println!("{image}: present");
    } else {
        let base = base()?;
        build(&image, &base)?;
        println!("{image}: built on {base}");
    }
    CommandLine::new(&format!("docker tag {image} {IMAGE}:latest")).run()
}

/// A hash of what the image is made of.
fn key() -> Result<String> {
    let folder = repository_root().join(FOLDER);
    let read = |name: &str| fs::read(folder.join(name)).with_context(|| format!("{FOLDER}/{name}"));
    let inputs = INPUTS.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(Digest::of_parts(inputs.iter().map(Vec::as_slice)).prefix(12).to_owned())
}

fn has(image: &str) -> bool {
    CommandLine::new(&format!("docker image inspect {image}")).output().is_some()
}

/// The official base, or one that is made here.
fn base() -> Result<String> {
    if has(OFFICIAL_BASE) {
        return Ok(OFFICIAL_BASE.to_owned());
    }
    let pull = format!("timeout 300 docker pull --quiet {OFFICIAL_BASE}");
    if CommandLine::new(&pull).run().is_ok() {
        return Ok(OFFICIAL_BASE.to_owned());
    }
    let codename = codename()?;
    let base = format!("{IMAGE}-base:{codename}-{NODE}");
    if !has(&base) {
        println!("{OFFICIAL_BASE} cannot be pulled; making a base from packages of {codename}");
        make_base(&base, &codename)?;
    }
    Ok(base)
}

fn build(image: &str, base: &str) -> Result<()> {
    let mut line =
        format!("env DOCKER_BUILDKIT=0 docker build --tag {image} --build-arg BASE={base}");
    // The client's own, which a build inside cannot know.
    if let Some(registry) = registry() {
        line = format!("{line} --build-arg npm_config_registry={registry}");
    }
    if std::env::var_os("NODE_EXTRA_CA_CERTS").is_some() && base != OFFICIAL_BASE {
        line = format!("{line} --build-arg NODE_EXTRA_CA_CERTS=/{CERTIFICATES}");
    }
    CommandLine::new(&format!("{line} {FOLDER}")).run()
}

fn registry() -> Option<String> {
    let registry = CommandLine::new("npm config get registry").output()?;
    let registry = registry.trim();
    registry.starts_with("http").then(|| registry.to_owned())
}

fn make_base(base: &str, codename: &str) -> Result<()> {
    ensure!(
        is_root(),
        "a base image can be made by root only\n\nhint: run `sudo cargo xtask runner-image`, or where \
         a registry can be reached `docker pull {OFFICIAL_BASE}`"
    );
    let folder = work_dir();
    remove(&folder)?;
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let made = fill(&folder, codename).and_then(|root| import(&root, base));
    // Half a gigabyte that nobody needs any more.
    remove(&folder)?;
    made
}

fn fill(folder: &Path, codename: &str) -> Result<PathBuf> {
    let root = folder.join("root");
    let mirror = mirror(codename)?;
    CommandLine::new(&format!(
        "debootstrap --variant=minbase --include=ca-certificates {codename} {} {mirror}",
        root.display()
    ))
    .run()?;
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => bail!("npm has no Node for {other}"),
    };
    let local = root.join("usr/local");
    unpack(&format!("node-linux-{machine}@{NODE}"), folder, &local)?;
    let npm = local.join("lib/node_modules/npm");
    fs::create_dir_all(&npm).context("npm's folder")?;
    unpack(&format!("npm@{NPM}"), folder, &npm)?;
    for name in ["npm", "npx"] {
        let target = format!("../lib/node_modules/npm/bin/{name}-cli.js");
        std::os::unix::fs::symlink(target, local.join("bin").join(name)).context(name)?;
    }
    // Whatever this machine trusts, since the build reaches the same servers.
    let bundle = Path::new("/").join(CERTIFICATES);
    if bundle.exists() {
        fs::copy(&bundle, root.join(CERTIFICATES)).context("the certificates")?;
    }
    Ok(root)
}

/// Downloads a package with npm, and unpacks what is in its only folder.
fn unpack(package: &str, folder: &Path, into: &Path) -> Result<()> {
    let line = format!("npm pack --silent --pack-destination {} {package}", folder.display());
    println!("$ {line}");
    let printed = CommandLine::new(&line).output().with_context(|| format!("`{line}` failed"))?;
    let name = printed.lines().last().unwrap_or_default().trim();
    let archive = folder.join(name);
    CommandLine::new(&format!(
        "tar -xzf {} --strip-components=1 --no-same-owner -C {}",
        archive.display(),
        into.display()
    ))
    .run()
}

fn import(root: &Path, base: &str) -> Result<()> {
    println!("$ tar -C {} -c . | docker import - {base}", root.display());
    let mut tar = Command::new("tar")
        .arg("-C")
        .arg(root)
        .args(["-c", "."])
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start `tar`")?;
    let archive = tar.stdout.take().context("`tar` without output")?;
    let imported = Command::new("docker").args(["import", "-", base]).stdin(archive).status();
    let packed = tar.wait().context("failed to wait for `tar`")?;
    let imported = imported.context("failed to start `docker import`")?;
    ensure!(packed.success() && imported.success(), "the base image was not imported");
    Ok(())
}

/// The name of the release that this machine runs.
fn codename() -> Result<String> {
    let text = fs::read_to_string("/etc/os-release").context("/etc/os-release")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let name = line.map(|name| name.trim_matches('"').to_owned()).filter(|name| !name.is_empty());
    name.context("/etc/os-release names no release; only Debian and its like can make a base image")
}

/// The mirror that apt takes the release itself from.
fn mirror(codename: &str) -> Result<String> {
    let line = "apt-get indextargets --format $(REPO_URI)|$(RELEASE)|$(COMPONENT)";
    let targets = CommandLine::new(line).output().context("`apt-get indextargets` failed")?;
    pick_mirror(&targets, codename)
        .with_context(|| format!("apt has no source of {codename}; run `apt-get update`"))
}

fn pick_mirror(targets: &str, codename: &str) -> Option<String> {
    let wanted = format!("|{codename}|main");
    targets.lines().find_map(|line| line.trim().strip_suffix(&wanted)).map(str::to_owned)
}

fn work_dir() -> PathBuf {
    repository_root().join("target").join("runner-image")
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_itself_is_what_counts() {
        let targets = "\
https://tools.example/apt|trixie|main
http://mirror.example/security/|trixie-security|main
http://mirror.example/debian/|trixie|contrib
http://mirror.example/debian/|trixie|main
";
        let found = pick_mirror(
            &targets.replace("tools.example/apt|trixie", "tools.example/apt|nodistro"),
            "trixie",
        );
        assert_eq!(found.as_deref(), Some("http://mirror.example/debian/"));
        assert_eq!(pick_mirror(targets, "bookworm"), None);
    }

    #[test]
    fn the_key_follows_the_inputs() {
        assert_eq!(key().unwrap(), key().unwrap());
        assert_eq!(key().unwrap().len(), 12);
    }
}
