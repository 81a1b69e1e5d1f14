//! A Docker daemon for the tests.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::{CommandLine, is_root, repository_root};

/// How long a daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(90);
/// Its socket is there before it answers, and nothing tells when it does but an
/// answer.
const LOOK: Duration = Duration::from_millis(500);

/// Makes sure that a daemon answers; starts one if this is root.
pub(crate) fn start() -> Result<()> {
    client()?;
    if let Some(version) = answer() {
        println!("docker: present (engine {version})");
        return Ok(());
    }
    if !is_root() {
        bail!(
            "no Docker daemon answers this user\n\nhint: run `sudo systemctl start docker`, or `sudo \
             dockerd` where there is no systemd; and `sudo usermod -aG docker $USER` once, then log \
             in again"
        );
    }
    let log = if fs::metadata("/run/systemd/system").is_ok() {
        CommandLine::new("systemctl start docker").run()?;
        None
    } else {
        Some(spawn()?)
    };
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(version) = answer() {
            println!("docker: started (engine {version})");
            return Ok(());
        }
        std::thread::sleep(LOOK);
    }
    let last = log.and_then(|log| fs::read_to_string(log).ok()).unwrap_or_default();
    let last: Vec<&str> = last.lines().rev().take(5).collect();
    bail!(
        "`dockerd` was started and does not answer: {}\n\nhint: it needs root with all capabilities; \
         in a container that is `--privileged`",
        last.into_iter().rev().collect::<Vec<_>>().join(" / ")
    )
}

/// From Debian 13 on the client is a package of its own.
fn client() -> Result<()> {
    if CommandLine::new("docker --version").output().is_some() {
        return Ok(());
    }
    let install = "apt-get install --yes --no-install-recommends docker-cli";
    if !is_root() {
        bail!("there is no `docker`\n\nhint: run `sudo {install}`");
    }
    CommandLine::new(&format!("env DEBIAN_FRONTEND=noninteractive {install}")).run()
}

fn answer() -> Option<String> {
    let version = CommandLine::new("docker version --format {{.Server.Version}}").output()?;
    Some(version.trim().to_owned()).filter(|version| !version.is_empty())
}

/// A daemon that goes on when we have ended; its log.
fn spawn() -> Result<PathBuf> {
    let folder = repository_root().join("target");
    fs::create_dir_all(&folder).context("target")?;
    let path = folder.join("dockerd.log");
    let log = File::create(&path).with_context(|| path.display().to_string())?;
    println!("$ dockerd (log: {})", path.display());
    Command::new("setsid")
        .args(["--fork", "dockerd"])
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("dockerd.log")?)
        .stderr(log)
        .status()
        .context("failed to start `dockerd`")?;
    Ok(path)
}
