//! A client is killed with `kill -9` in the middle of each phase: after one
//! pass of the reaper nothing is left. The client is this very test program,
//! started anew; what it does is waited for by the files that it writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use selfopt_core::{
    CancelFlag, CollectLimits, LogSink, NoLog, Sandbox as _, SourceTree, Stream, TreeEntry,
    TreeError, WorkspaceSpec,
};
use selfopt_sandbox::LocalSandbox;

use crate::fixture::{COLLECT, Fixture, command, fork, output};

/// Names the directory, and with it says that [`a_client`] is to be a client
/// and not a test.
const CLIENT: &str = "SELFOPT_TEST_CLIENT";
/// What the client is to be doing when it is killed.
const PHASE: &str = "SELFOPT_TEST_PHASE";

/// The client does this again and again until it is killed, which happens in
/// one of the first rounds.
const ROUNDS_BEFORE_KILLING: usize = 3;

struct Touch(PathBuf);

impl LogSink for Touch {
    fn chunk(&self, _stream: Stream, _bytes: &[u8]) {
        fs::write(&self.0, "").expect("written");
    }
}

/// A commit whose second file is never read to its end.
struct Endless {
    entries: Vec<TreeEntry>,
    begun: PathBuf,
}

impl SourceTree for Endless {
    fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        if path == "b.txt" {
            fs::write(&self.begun, "").expect("written");
            loop {
                std::thread::park();
            }
        }
        Ok(b"a".to_vec())
    }
}

/// What is done in a directory named like a backend, until the end.
#[tokio::test]
async fn a_client() {
    let (Some(directory), Ok(phase)) = (std::env::var_os(CLIENT), std::env::var(PHASE)) else {
        return;
    };
    let directory = PathBuf::from(directory);
    let begun = directory.join("begun");
    let fixture = Fixture {
        dir: tempfile::tempdir_in(&directory).expect("unused"),
        sandbox: sandbox(&directory),
    };
    if phase == "populate" {
        let entry =
            |path: &str| TreeEntry { path: path.into(), size: 1, executable: false, symlink: None };
        let files = Arc::new(Endless { entries: vec![entry("a.txt"), entry("b.txt")], begun });
        let spec = WorkspaceSpec { label: "dies".into(), files, cancel: CancelFlag::default() };
        fixture.sandbox.open(spec).await.map(drop).expect("never ends");
        return;
    }
    let origin = fixture.open(&[("a.txt", "x")]).await;
    output(&*origin, "i=0; while [ $i -lt 300 ]; do echo x > f$i.json; i=$((i+1)); done").await;
    let snapshot = origin.freeze().await.expect("frozen");
    let id = std::process::id();
    let daemon = format!("setsid sleep 3771.{id} & echo started; sleep 3772.{id}");
    let mut round = 0;
    loop {
        if phase != "run" && round == ROUNDS_BEFORE_KILLING {
            fs::write(&begun, "").expect("written");
        }
        round += 1;
        let candidate = fork(&*origin, &snapshot).await;
        match phase.as_str() {
            "run" => {
                let sink = Touch(begun.clone());
                candidate.run(command(&daemon), &sink).await.expect("never ends");
            }
            "start" => {
                candidate.run(command("true"), &NoLog).await.expect("an outcome");
            }
            "freeze" => {
                let frozen = candidate.freeze().await.expect("frozen");
                fixture.sandbox.discard(&frozen).await.expect("removed");
            }
            "fork" => {}
            "collect" => {
                let limits = CollectLimits { files: 1000, ..COLLECT };
                let files = candidate.collect(&["**".into()], limits).await.expect("collected");
                assert!(files.len() > 300);
            }
            other => panic!("there is no phase `{other}`"),
        }
        candidate.close().await.expect("removed");
    }
}

fn sandbox(directory: &Path) -> LocalSandbox {
    let sandbox = match directory.file_name().and_then(|name| name.to_str()) {
        Some("process") => LocalSandbox::process(directory),
        #[cfg(feature = "docker")]
        Some("docker") => LocalSandbox::docker(directory),
        _ => LocalSandbox::bubblewrap(directory),
    };
    sandbox.unwrap_or_else(|error| panic!("run `cargo xtask setup`: {error:?}"))
}

fn nothing_is_left_of_a_client_killed_in(phase: &str, backend: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))
        .expect("set");
    let base = dir.path().join(backend);
    fs::create_dir(&base).expect("created");
    let mut client = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "killed::a_client", "--nocapture"])
        .env(CLIENT, &base)
        .env(PHASE, phase)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    while !base.join("begun").exists() {
        assert!(client.try_wait().expect("looked").is_none(), "the client ended by itself");
        std::thread::yield_now();
    }
    client.kill().expect("killed");
    client.wait().expect("ended");

    let groups = groups_of(&base);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let reaper = match backend {
        #[cfg(feature = "docker")]
        "docker" => LocalSandbox::docker(&base),
        _ => LocalSandbox::process(&base),
    };
    runtime.block_on(reaper.expect("works").reap()).expect("reaped");
    #[cfg(feature = "docker")]
    assert_eq!(containers_of(&base), Vec::<String>::new());
    let mounts = fs::read_to_string("/proc/self/mounts").expect("readable");
    assert!(!mounts.contains(base.to_str().expect("UTF-8")), "{mounts}");
    assert_eq!(processes_of(client.id(), &base), Vec::<String>::new());
    for group in groups {
        assert!(!group.exists(), "{}", group.display());
    }
    for (name, expected) in [("work", 0), ("groups", 0), ("snapshots", complete(&base))] {
        let names: Vec<_> = fs::read_dir(base.join(name))
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("read").file_name())
            .collect();
        assert_eq!(names.len(), expected, "{name}: {names:?}");
    }
    let probes = fs::read_dir(&base).expect("listed").filter_map(Result::ok);
    let probes = probes.filter(|entry| entry.file_name().to_string_lossy().starts_with(".probe"));
    assert_eq!(probes.count(), 0);
}

/// Containers that have something of this directory mounted, running or not.
#[cfg(feature = "docker")]
fn containers_of(base: &Path) -> Vec<String> {
    let all = ["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Mounts}}"];
    let output = Command::new("docker").args(all).output().expect("the client is there");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let base = base.to_str().expect("UTF-8");
    text.lines().filter(|line| line.contains(base)).map(str::to_owned).collect()
}

/// Snapshots that were completed stay: a later run goes on from them.
fn complete(base: &Path) -> usize {
    let snapshots = fs::read_dir(base.join("snapshots")).into_iter().flatten();
    snapshots.filter_map(Result::ok).filter(|entry| entry.path().join("complete").is_file()).count()
}

/// The control groups that the client had when it died.
fn groups_of(base: &Path) -> Vec<PathBuf> {
    let records = fs::read_dir(base.join("groups")).into_iter().flatten().filter_map(Result::ok);
    records
        .filter_map(|record| serde_json::from_slice(&fs::read(record.path()).ok()?).ok())
        .flat_map(|record: serde_json::Value| {
            let dirs = record["dirs"].as_array().cloned().unwrap_or_default();
            dirs.into_iter().filter_map(|dir| Some(PathBuf::from(dir.as_str()?)))
        })
        .collect()
}

/// The sleeping commands of a client that are still there, and whatever works
/// in its directory.
fn processes_of(client: u32, base: &Path) -> Vec<String> {
    let naps = [3771, 3772].map(|seconds| format!("sleep\0{seconds}.{client}\0"));
    let entries = fs::read_dir("/proc").expect("listed").filter_map(Result::ok);
    entries
        .filter_map(|entry| {
            let path = entry.path();
            let command = fs::read(path.join("cmdline")).ok()?;
            let is_ours = fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd.starts_with(base))
                || naps.iter().any(|nap| command == nap.as_bytes());
            is_ours.then(|| String::from_utf8_lossy(&command).into_owned())
        })
        .collect()
}

macro_rules! phases {
    ($($phase:ident),* $(,)?) => {
        mod process {
            $(#[test] fn $phase() { super::nothing_is_left_of_a_client_killed_in(stringify!($phase), "process"); })*
        }
        mod bubblewrap {
            $(#[test] fn $phase() { super::nothing_is_left_of_a_client_killed_in(stringify!($phase), "bubblewrap"); })*
        }
        #[cfg(feature = "docker")]
        mod docker {
            $(#[test] fn $phase() { super::nothing_is_left_of_a_client_killed_in(stringify!($phase), "docker"); })*
        }
    };
}

phases!(populate, start, run, freeze, fork, collect);
