//! The user's own npm client, asked for versions and packages. It reads the
//! user's configuration and never the project's: it runs in a directory of ours.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::error::{NpmError, ToolError, failed};
use super::host::find_in;
use super::range::parse;

/// A list of versions takes a second, a package of 50 MB some more.
const VIEW_TIME: Duration = Duration::from_mins(1);
const PACK_TIME: Duration = Duration::from_mins(5);

/// A hundred versions take ten kilobytes.
const MAX_OUTPUT_BYTES: u64 = 8 << 20;
/// The largest package is that of Node, with 50 MB.
const MAX_PACKAGE_BYTES: u64 = 512 << 20;

const MAX_MESSAGE_CHARS: usize = 300;

/// The npm client.
#[derive(Debug, Clone)]
pub(super) struct NpmClient {
    program: Option<PathBuf>,
    path: OsString,
}

/// A version in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    pub version: String,
    pub integrity: String,
}

impl NpmClient {
    /// The one on this `PATH`.
    pub(super) fn on(path: &[PathBuf]) -> Self {
        let joined = std::env::join_paths(path).unwrap_or_default();
        Self { program: find_in(path, "npm"), path: joined }
    }

    /// The published versions of a package in a range, with their hashes.
    pub(super) async fn versions(
        &self,
        package: &str,
        range: &str,
        scratch: &Path,
    ) -> Result<Vec<Published>, NpmError> {
        let spec = format!("{package}@{range}");
        let arguments = ["view", &spec, "version", "dist.integrity", "--json"];
        let output = self.run(&arguments, scratch, VIEW_TIME, &spec).await?;
        let published = published(&output);
        if published.is_empty() { Err(NpmError::NotFound { spec }) } else { Ok(published) }
    }

    /// Downloads a package into an empty directory. Packing what is already
    /// published runs no scripts.
    pub(super) async fn download(
        &self,
        package: &str,
        version: &str,
        into: &Path,
        scratch: &Path,
    ) -> Result<PathBuf, NpmError> {
        let spec = format!("{package}@{version}");
        let destination = into.display().to_string();
        let arguments =
            ["pack", &spec, "--json", "--ignore-scripts", "--pack-destination", &destination];
        self.run(&arguments, scratch, PACK_TIME, &spec).await?;
        // What npm names the file has changed over time; it is the only one.
        let mut files = std::fs::read_dir(into).into_iter().flatten().flatten();
        match (files.next(), files.next()) {
            (Some(file), None)
                if file.metadata().is_ok_and(|metadata| {
                    metadata.is_file() && metadata.len() <= MAX_PACKAGE_BYTES
                }) =>
            {
                Ok(file.path())
            }
            _ => Err(NpmError::Failed { message: format!("`npm pack {spec}` left no package") }),
        }
    }

    /// Installs what the lock file of a directory names, each package only with
    /// the hash that stands there, and runs no scripts.
    pub(super) async fn install(&self, dir: &Path) -> Result<(), NpmError> {
        let arguments =
            ["ci", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund", "--json"];
        self.run(&arguments, dir, PACK_TIME, "autocannon").await?;
        Ok(())
    }

    async fn run(
        &self,
        arguments: &[&str],
        scratch: &Path,
        time: Duration,
        spec: &str,
    ) -> Result<Vec<u8>, NpmError> {
        let program = self.program.as_ref().ok_or(NpmError::NoClient)?;
        let cannot = |error: std::io::Error| NpmError::Failed { message: error.to_string() };
        let mut child = Command::new(program)
            .args(arguments)
            .args(["--loglevel=error", "--fetch-retries=2", "--fetch-retry-mintimeout=1000"])
            .env("PATH", &self.path)
            .env_remove("NODE_OPTIONS")
            .current_dir(scratch)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(cannot)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let ended = tokio::time::timeout(time, async {
            let (stdout, stderr) = tokio::join!(read(stdout), read(stderr));
            Ok((child.wait().await?, stdout?, stderr?))
        });
        let (status, stdout, stderr) = ended
            .await
            .map_err(|_| NpmError::TimedOut { seconds: time.as_secs() })?
            .map_err(cannot)?;
        if status.success() { Ok(stdout) } else { Err(refusal(&stdout, &stderr, spec)) }
    }
}

/// Prepares a directory for npm to run in. With a manifest of its own, npm
/// does not look for a project and its configuration above.
pub(super) fn prepare(scratch: &Path) -> Result<(), ToolError> {
    let manifest = scratch.join("package.json");
    std::fs::write(&manifest, "{}\n").map_err(failed("write", &manifest))
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// One object for one version, a list for several.
fn published(output: &[u8]) -> Vec<Published> {
    let one = |value: &Value| {
        let version = value.get("version")?.as_str().filter(|version| parse(version).is_some())?;
        let integrity = value.get("dist.integrity")?.as_str()?;
        Some(Published { version: version.to_owned(), integrity: integrity.to_owned() })
    };
    match serde_json::from_slice(output) {
        Ok(Value::Array(list)) => list.iter().filter_map(one).collect(),
        Ok(value) => one(&value).into_iter().collect(),
        Err(_) => Vec::new(),
    }
}

/// What npm says when it fails: `{"error": {"code": …}}`, or lines.
fn refusal(stdout: &[u8], stderr: &[u8], spec: &str) -> NpmError {
    let document: Value = serde_json::from_slice(stdout).unwrap_or_default();
    let text = selfopt_core::printable(stderr);
    let in_document = |key: &str| document.get("error")?.get(key)?.as_str().map(str::to_owned);
    let in_text = || {
        let line = text.lines().find_map(|line| line.split_once(" code "))?;
        Some(line.1.trim().to_owned())
    };
    let code = in_document("code").or_else(in_text).unwrap_or_default();
    match code.as_str() {
        "E404" | "ETARGET" | "ENOVERSIONS" => NpmError::NotFound { spec: spec.to_owned() },
        "EAI_AGAIN" | "ECONNREFUSED" | "ECONNRESET" | "EHOSTUNREACH" | "ENETUNREACH"
        | "ENOTCACHED" | "ENOTFOUND" | "ETIMEDOUT" | "ERR_SOCKET_TIMEOUT" => {
            NpmError::Offline { code }
        }
        _ => {
            let line = || text.lines().find(|line| !line.trim().is_empty()).map(str::to_owned);
            let message =
                in_document("summary").filter(|summary| !summary.is_empty()).or_else(line);
            let message = selfopt_core::printable(message.unwrap_or_default().as_bytes());
            let message: String = message.chars().take(MAX_MESSAGE_CHARS).collect();
            NpmError::Failed { message: if message.is_empty() { code } else { message } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_one_or_many() {
        let one = br#"{"version": "9.15.0", "dist.integrity": "sha512-x"}"#;
        let many = br#"[{"version": "9.1.0", "dist.integrity": "a"}, {"version": "../x", "dist.integrity": "b"}, {"version": "9.2.0"}]"#;
        let published = |output: &[u8]| -> Vec<_> {
            super::published(output).into_iter().map(|published| published.version).collect()
        };
        assert_eq!(published(one), ["9.15.0"]);
        assert_eq!(published(many), ["9.1.0"]);
        for other in [b"".as_slice(), b"[", b"3", b"{}"] {
            assert!(published(other).is_empty());
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let json =
            |code: &str| format!(r#"{{"error": {{"code": "{code}", "summary": "no luck"}}}}"#);
        let told = |stdout: &str, stderr: &str| {
            refusal(stdout.as_bytes(), stderr.as_bytes(), "x@1").to_string()
        };
        assert_eq!(told(&json("E404"), ""), "the registry has no `x@1`");
        assert_eq!(told("", "npm error code ETARGET\n"), "the registry has no `x@1`");
        assert_eq!(told(&json("ENOTFOUND"), ""), "npm cannot reach its registry (ENOTFOUND)");
        assert_eq!(told(&json("E401"), ""), "npm failed: no luck");
        assert_eq!(told("", "\u{1b}[31mboom\nmore"), "npm failed: boom");
    }
}
