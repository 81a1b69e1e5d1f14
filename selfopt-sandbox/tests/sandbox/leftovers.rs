//! What a killed process leaves behind is removed by a later one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use selfopt_core::{CancelFlag, ReapReport, Sandbox as _};

use crate::fixture::{Fixture, fork, output};

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
