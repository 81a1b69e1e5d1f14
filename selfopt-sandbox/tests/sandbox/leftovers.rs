//! What a killed process leaves behind is removed by a later one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use selfopt_core::{CancelFlag, LogSink, ReapReport, Sandbox as _, Stream};
use selfopt_sandbox::LocalSandbox;

use crate::fixture::{Fixture, command, fork, output};

/// Makes a workspace look as if its process had died.
fn orphan(workspace: &Path) {
    let owner = workspace.join("owner");
    let mut record: serde_json::Value =
        serde_json::from_slice(&fs::read(&owner).expect("there")).expect("JSON");
    record["owner"]["start"] = 1.into();
    fs::write(owner, record.to_string()).expect("written");
}

fn workspaces(fixture: &Fixture) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(fixture.base().join("work")).expect("listed");
    entries.map(|entry| entry.expect("read").path()).collect()
}

async fn workspaces_of_the_dead_are_removed(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "x")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    let dead = fork(&*origin, &snapshot).await;
    output(&*dead, "mkdir locked && touch locked/x && chmod 000 locked && echo y > a.txt").await;
    let [path] = workspaces(&fixture).try_into().expect("one workspace");
    orphan(&path);
    let living = fork(&*origin, &snapshot).await;

    let report = fixture.sandbox.reap().await.expect("reaped");
    assert_eq!(report.workspaces, 1);
    assert!(!path.exists());
    let mounts = fs::read_to_string("/proc/self/mounts").expect("readable");
    assert!(!mounts.contains(path.to_str().expect("UTF-8")));
    assert_eq!(output(&*living, "cat a.txt").await, "x");
    assert!(
        fixture.sandbox.reopen(&snapshot, CancelFlag::default()).await.expect("looked").is_some()
    );
    drop(dead);
}

#[tokio::test]
async fn workspaces_of_dead_processes_are_removed() {
    workspaces_of_the_dead_are_removed(Fixture::process()).await;
    workspaces_of_the_dead_are_removed(Fixture::process().with_full_copies()).await;
    workspaces_of_the_dead_are_removed(Fixture::bubblewrap()).await;
    workspaces_of_the_dead_are_removed(Fixture::bubblewrap().with_full_copies()).await;
}

#[tokio::test]
async fn an_unfinished_snapshot_of_a_dead_process_is_removed() {
    let fixture = Fixture::process();
    let origin = fixture.open(&[]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    let path = fixture.base().join("snapshots").join(&snapshot.0);
    fs::remove_file(path.join("complete")).expect("was complete");
    fixture.sandbox.reap().await.expect("reaped");
    assert!(path.exists(), "its process is alive");
    orphan(&path);
    fixture.sandbox.reap().await.expect("reaped");
    assert!(!path.exists());
}

#[tokio::test]
async fn commands_of_dead_processes_are_killed() {
    let fixture = Fixture::process();
    let namespace = fs::read_link("/proc/self/ns/pid").expect("a link");
    let namespace: String =
        namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
    let mut orphan = Command::new("sleep")
        .arg("3671")
        .env("SELFOPT_COMMAND", format!("{namespace}.{}.1.00000000", std::process::id()))
        .stdin(Stdio::null())
        .spawn()
        .expect("started");
    let mut bystander = Command::new("sleep")
        .arg("3672")
        .env("SELFOPT_COMMAND", format!("{namespace}x.{}.1.00000000", std::process::id()))
        .stdin(Stdio::null())
        .spawn()
        .expect("started");
    let mut report = ReapReport::default();
    while report.processes == 0 {
        // Until the child has executed its program, it has our environment.
        report = fixture.sandbox.reap().await.expect("reaped");
    }
    assert!(!orphan.wait().expect("ended").success());
    assert!(bystander.try_wait().expect("looked").is_none(), "another namespace's is left alone");
    bystander.kill().expect("killed");
    bystander.wait().expect("ended");
}

#[tokio::test]
async fn dropped_workspaces_are_removed() {
    let fixture = Fixture::process();
    drop(fixture.open(&[("a.txt", "x")]).await);
    assert!(workspaces(&fixture).is_empty());
}

/// Names the directory, and with it says that [`dies_while_a_command_runs`] is
/// to be a helper and not a test.
const HELPER: &str = "SELFOPT_TEST_HELPER";

struct Touch(std::path::PathBuf);

impl LogSink for Touch {
    fn chunk(&self, _stream: Stream, _bytes: &[u8]) {
        fs::write(&self.0, "").expect("written");
    }
}

/// Runs a command in a fork until it is killed.
#[tokio::test]
async fn dies_while_a_command_runs() {
    let Some(directory) = std::env::var_os(HELPER) else {
        return;
    };
    let directory = Path::new(&directory);
    let sandbox = match directory.file_name().and_then(|name| name.to_str()) {
        Some("process") => LocalSandbox::process(directory),
        _ => LocalSandbox::bubblewrap(directory),
    };
    let fixture = Fixture {
        dir: tempfile::tempdir_in(directory).expect("unused"),
        sandbox: sandbox.expect("works"),
    };
    let origin = fixture.open(&[("a.txt", "x")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    let fork = fork(&*origin, &snapshot).await;
    let daemon = "setsid sleep 3771 & echo started; sleep 3772";
    fork.run(command(daemon), &Touch(directory.join("started"))).await.expect("never ends");
}

fn nothing_is_left_of_a_killed_client(backend: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))
        .expect("set");
    let base = dir.path().join(backend);
    fs::create_dir(&base).expect("created");
    let mut client = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "leftovers::dies_while_a_command_runs"])
        .env(HELPER, &base)
        .stdout(Stdio::null())
        .spawn()
        .expect("started");
    while !base.join("started").exists() {
        assert!(client.try_wait().expect("looked").is_none(), "the client ended by itself");
        std::thread::yield_now();
    }
    client.kill().expect("killed");
    client.wait().expect("ended");

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let sandbox = LocalSandbox::process(&base).expect("any backend can reap");
    let report = runtime.block_on(sandbox.reap()).expect("reaped");
    assert_eq!(report.workspaces, 1);
    let mounts = fs::read_to_string("/proc/self/mounts").expect("readable");
    assert!(!mounts.contains(base.to_str().expect("UTF-8")), "{mounts}");
    let environments = fs::read_dir("/proc").expect("listed").filter_map(|entry| {
        let path = entry.expect("read").path();
        let command = fs::read(path.join("cmdline")).ok()?;
        let is_ours = command == b"sleep\x003771\0" || command == b"sleep\x003772\0";
        is_ours.then(|| fs::read_link(path.join("cwd")).unwrap_or_default())
    });
    let left: Vec<_> = environments.filter(|directory| directory.starts_with(&base)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(fs::read_dir(base.join("work")).expect("listed").count(), 0);
}

#[test]
fn nothing_is_left_of_a_killed_client_with_processes() {
    nothing_is_left_of_a_killed_client("process");
}

#[test]
fn nothing_is_left_of_a_killed_client_with_bubblewrap() {
    nothing_is_left_of_a_killed_client("bubblewrap");
}
