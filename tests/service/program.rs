//! The program as a service, and projects for it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::http::Api;

/// A running `selfopt serve`; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) api: Api,
}

impl Serving {
    /// Starts it on a data folder and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more flags.
    pub(crate) fn start_with(data: &Path, flags: &[&str]) -> Self {
        Self::start_as(data, flags, &[])
    }

    /// The same with more flags and variables.
    pub(crate) fn start_as(data: &Path, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(data.join("log"));
        let mut child = serve(data)
            .args(["--listen", "127.0.0.1:0", "--isolation", "process"])
            .args(flags)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log.expect("the log can be written"))
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("it was piped");
        let mut lines = BufReader::new(stdout).lines().map(|line| line.expect("it is text"));
        let address = lines.next().expect("it says where it listens");
        let token = lines.next().expect("it says its token");
        let address = address.strip_prefix("http://").expect("an address").to_owned();
        Self { child, api: Api { address, token } }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// The termination signal; its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill is there");
        assert!(sent.success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `selfopt serve` on a data folder.
pub(crate) fn serve(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfopt"));
    command.arg("serve").arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// A project whose install waits for the file `go` outside of it, and then fails.
pub(crate) fn waiting_project(go: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let go = go.display();
    let manifest = serde_json::json!({
        "name": "shop",
        "scripts": {
            "preinstall": format!("while ! [ -e '{go}' ]; do sleep 0.1; done; exit 7"),
            "test": "node --test",
        }
    });
    std::fs::write(dir.path().join("package.json"), manifest.to_string())
        .expect("files are written");
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "--all"]);
    let author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    git(dir.path(), &[&author[..], &["commit", "--quiet", "--message", "test"]].concat());
    dir
}

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git").args(args).current_dir(dir).status().expect("git is there");
    assert!(status.success(), "git {args:?}");
}
