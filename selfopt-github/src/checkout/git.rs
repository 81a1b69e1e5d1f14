//! The git program, with no configuration but ours.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::{CheckoutError, CheckoutLimits};
use crate::secret::Secret;

/// Settings of every command. Nothing of the repository runs; a name that
/// another file system would take for `.git` is refused.
const SETTINGS: [&str; 14] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.autocrlf=false",
    "core.attributesFile=/dev/null",
    "credential.helper=",
    "gc.auto=0",
    "http.followRedirects=false",
    "protocol.allow=never",
    "protocol.https.allow=always",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
];

/// Output of git that is kept.
const KEPT: u64 = 16 * 1024;

/// Characters of git's complaint in an error.
const MESSAGE: usize = 400;

/// How often the folder's size is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What `git fetch` may know.
pub(super) struct Credentials<'a> {
    /// The addresses that the token is sent to.
    pub(super) root: &'a str,
    pub(super) token: &'a Secret,
}

/// git in a folder.
pub(super) struct Git<'a> {
    pub(super) folder: &'a Path,
    pub(super) limits: CheckoutLimits,
}

impl Git<'_> {
    /// Runs a command to its end; what it printed.
    pub(super) async fn run(
        &self,
        doing: &'static str,
        arguments: &[&str],
        credentials: Option<&Credentials<'_>>,
    ) -> Result<Vec<u8>, CheckoutError> {
        let io = |source| CheckoutError::Io { doing: format!("run git to {doing}"), source };
        let mut child = self.command(arguments, credentials).spawn().map_err(io)?;
        let (out, complaint) = (child.stdout.take(), child.stderr.take());
        let reading = async { tokio::join!(read(out), read(complaint), child.wait()) };
        let (out, complaint, status) = tokio::select! {
            ended = tokio::time::timeout(self.limits.timeout, reading) => {
                ended.map_err(|_| CheckoutError::TimedOut { doing, limit: self.limits.timeout })?
            }
            () = self.filled() => {
                return Err(CheckoutError::TooLarge { limit: self.limits.bytes });
            }
        };
        if status.map_err(io)?.success() {
            return if self.size() > self.limits.bytes {
                Err(CheckoutError::TooLarge { limit: self.limits.bytes })
            } else {
                Ok(out)
            };
        }
        let message = selfopt_core::printable(&complaint);
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let skipped = message.chars().count().saturating_sub(MESSAGE);
        Err(CheckoutError::Git { doing, message: message.chars().skip(skipped).collect() })
    }

    fn command(&self, arguments: &[&str], credentials: Option<&Credentials<'_>>) -> Command {
        let mut command = Command::new("git");
        command.env_clear();
        for name in ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "/bin/false")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("GIT_OPTIONAL_LOCKS", "0");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        if let Some(Credentials { root, token }) = credentials {
            let basic = STANDARD.encode(format!("x-access-token:{}", token.expose()));
            // An environment is readable to its owner alone, an argument to all.
            command
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", format!("http.{root}/.extraHeader"))
                .env("GIT_CONFIG_VALUE_0", format!("Authorization: Basic {basic}"));
            // Another machine is always spoken to through TLS; see `Endpoints`.
            if root.starts_with("http://") {
                command.args(["-c", "protocol.http.allow=always"]);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Returns when the folder is larger than it may be.
    async fn filled(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if self.size() > self.limits.bytes {
                return;
            }
        }
    }

    fn size(&self) -> u64 {
        let mut total = 0_u64;
        let mut folders = vec![self.folder.to_owned()];
        while let Some(folder) = folders.pop() {
            // What git removes meanwhile takes no room.
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    folders.push(entry.path());
                } else {
                    total = total.saturating_add(metadata.len());
                }
            }
        }
        total
    }
}

/// The last bytes of a stream; all of it is read, so that git does not wait.
async fn read(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut stream) = stream else { return kept };
    let mut part = vec![0; 8192];
    while let Ok(n @ 1..) = stream.read(&mut part).await {
        kept.extend_from_slice(&part[..n]);
        let most = usize::try_from(KEPT).unwrap_or(usize::MAX);
        if kept.len() > most {
            kept.drain(..kept.len() - most);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program sees that git starts: its environment, and git's
    /// arguments.
    async fn seen(credentials: Option<&Credentials<'_>>, what: &str) -> String {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = Git { folder: folder.path(), limits: CheckoutLimits::default() };
        let alias = format!("alias.look=!{what}");
        let out = git.run("look", &["-c", &alias, "look"], credentials).await;
        String::from_utf8_lossy(&out.expect("it runs")).replace('\0', "\n")
    }

    #[tokio::test]
    async fn the_token_is_in_the_environment_of_the_fetch_alone() {
        let token = Secret::new("ghs_canary");
        let credentials = Credentials { root: "https://git.example", token: &token };
        let encoded = STANDARD.encode("x-access-token:ghs_canary");
        let environment = seen(Some(&credentials), "env").await;
        assert!(
            environment.contains(&format!("GIT_CONFIG_VALUE_0=Authorization: Basic {encoded}"))
        );
        assert!(environment.contains("GIT_CONFIG_KEY_0=http.https://git.example/.extraHeader\n"));
        let arguments = seen(Some(&credentials), "cat /proc/$PPID/cmdline").await;
        assert!(arguments.contains("core.fsmonitor=false"), "{arguments}");
        let without = seen(None, "env").await;
        for (text, name) in [(&arguments, "arguments"), (&without, "other commands")] {
            assert!(!text.contains("ghs_canary") && !text.contains(&encoded), "{name}: {text}");
        }
        // Nothing of ours, such as another service's key, goes to git at all.
        assert!(!without.contains("CARGO") && without.contains("HOME=/nonexistent"), "{without}");
    }

    #[tokio::test]
    async fn https_is_the_only_way_out() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = Git { folder: folder.path(), limits: CheckoutLimits::default() };
        git.run("make", &["init", "--quiet", "--template="], None).await.expect("a repository");
        let token = Secret::new("x");
        let credentials = Credentials { root: "https://git.example", token: &token };
        for url in [
            "ext::sh -c true",
            "file:///",
            "git://127.0.0.1/x",
            "http://127.0.0.1:9/x",
            "ssh://127.0.0.1/x",
            "/",
        ] {
            let error = git.run("fetch", &["fetch", "--", url], Some(&credentials)).await;
            let said = error.expect_err(url).to_string();
            assert!(said.contains("not allowed"), "{url}: {said}");
        }
    }
}
