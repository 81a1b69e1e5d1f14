//! What every backend keeps to: files, snapshots and forks.

use std::fs;
use std::sync::Arc;

use selfopt_core::{
    Bytes, CancelFlag, CollectLimits, FileWrite, MemoryTree, NoLog, Sandbox as _, SandboxError,
    SnapshotId, SourceTree, TreeEntry, TreeError, WorkspaceSpec,
};
use selfopt_sandbox::LocalSandbox;

use crate::fixture::{COLLECT, Fixture, command, fork, output, write};

contract! {
    a_snapshot_is_found_again,
    an_unfinished_snapshot_is_not,
    applied_files_stay_beneath,
    applied_files_replace_and_keep_their_mode,
    collecting_takes_regular_files_only,
    collecting_stops_at_its_limits,
    crafted_trees_stay_beneath,
    forks_do_not_touch_each_other,
    forks_of_a_fork_stand_on_their_own,
    forks_have_paths_of_one_length,
    links_and_modes_survive_a_fork,
}

async fn applied_files_stay_beneath(fixture: Fixture) {
    let workspace = fixture.open(&[("src/a.js", "1")]).await;
    output(&*workspace, "ln -s / root; ln -s src here; ln -s src/a.js link; mkfifo pipe; ln -s /nowhere src/dangling").await;
    for path in [
        "../x",
        "/etc/x",
        "src/../../x",
        "root/x",
        "here/b.js",
        "link",
        "pipe",
        "src/dangling",
        "src",
        "",
        ".",
        "src/",
        "a//b",
    ] {
        let write = FileWrite { path: path.into(), bytes: b"x".to_vec() };
        let error = workspace.apply(&[write]).await.expect_err(path);
        assert!(matches!(error, SandboxError::PathEscapes { .. }), "{path}: {error}");
    }
}

async fn applied_files_replace_and_keep_their_mode(fixture: Fixture) {
    let workspace = fixture.open(&[("run.sh", "echo old")]).await;
    output(&*workspace, "chmod 750 run.sh; ln run.sh linked.sh").await;
    write(&*workspace, "run.sh", "echo new").await;
    write(&*workspace, "deep/er/new.txt", "made").await;
    let text = output(&*workspace, "./run.sh; cat linked.sh; echo; stat -c %a run.sh; cat deep/er/new.txt; echo >> deep/er/new.txt; touch deep/er/more run.sh").await;
    assert_eq!(text, "new\necho old\n750\nmade");
}

async fn collecting_takes_regular_files_only(fixture: Fixture) {
    let workspace = fixture
        .open(&[
            ("out/a.json", "a"),
            ("out/deep/b.json", "b"),
            ("out/c.txt", "c"),
            ("node_modules/x/d.json", "d"),
        ])
        .await;
    let plant = "ln -s /etc/passwd out/passwd.json; ln -s / out/root; mkfifo out/pipe.json; mkdir out/dir.json; ln -s out here; printf e > \"out/$(printf 'new\\nline').json\"";
    output(&*workspace, plant).await;
    let files = workspace.collect(&["**/*.json".into()], COLLECT).await.expect("collected");
    let names: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["out/a.json", "out/deep/b.json"]);
    assert_eq!(files[1].bytes, b"b");
    let files =
        workspace.collect(&["node_modules/**/*.json".into()], COLLECT).await.expect("collected");
    assert_eq!(files.len(), 1);
}

async fn collecting_stops_at_its_limits(fixture: Fixture) {
    let workspace = fixture.open(&[("a.json", "aaaa"), ("b.json", "bbbb")]).await;
    output(&*workspace, "truncate -s 1G sparse.bin").await;
    let globs = ["*.json".to_owned()];
    for limits in [
        CollectLimits { files: 1, ..COLLECT },
        CollectLimits { file_size: Bytes(3), ..COLLECT },
        CollectLimits { total: Bytes(7), ..COLLECT },
    ] {
        let error = workspace.collect(&globs, limits).await.expect_err("too much");
        assert!(matches!(error, SandboxError::TooMuch { .. }), "{error}");
    }
    let error = workspace.collect(&["sparse.bin".into()], COLLECT).await.expect_err("too large");
    assert!(matches!(error, SandboxError::TooMuch { .. }), "{error}");
}

async fn forks_do_not_touch_each_other(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "base\n"), ("dir/b.txt", "b\n")]).await;
    output(&*origin, "echo home > $HOME/kept; echo built > built.txt; ln a.txt hard.txt").await;
    let snapshot = origin.freeze().await.expect("frozen");
    assert_eq!(origin.freeze().await.expect("frozen already"), snapshot);
    origin.run(command("true"), &NoLog).await.expect_err("frozen workspaces run nothing");

    let (base, candidate) = (fork(&*origin, &snapshot).await, fork(&*origin, &snapshot).await);
    write(&*candidate, "a.txt", "candidate\n").await;
    output(&*candidate, "echo changed >> built.txt; rm -r dir; echo lost > $HOME/kept; echo new > new.txt; mv a.txt moved.txt").await;
    let seen = "cat a.txt built.txt dir/b.txt hard.txt $HOME/kept; ls";
    let expected = "base\nbuilt\nb\nbase\nhome\na.txt\nbuilt.txt\ndir\nhard.txt\n";
    assert_eq!(output(&*base, seen).await, expected);
    candidate.close().await.expect("closed");
    let late = fork(&*origin, &snapshot).await;
    assert_eq!(output(&*late, seen).await, expected);
}

async fn forks_of_a_fork_stand_on_their_own(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "1\n")]).await;
    let first = origin.freeze().await.expect("frozen");
    let fork_one = fork(&*origin, &first).await;
    output(&*fork_one, "echo 2 >> a.txt; rm -f none; mkdir d; mv d e").await;
    let second = fork_one.freeze().await.expect("frozen");
    let fork_two = fork(&*fork_one, &second).await;
    selfopt_sandbox::prune_snapshots(fixture.base(), std::slice::from_ref(&second))
        .expect("pruned");
    assert_eq!(output(&*fork_two, "cat a.txt; ls").await, "1\n2\na.txt\ne\n");
    fork_one.fork(&first).await.err().expect("the first snapshot was pruned");
}

async fn forks_have_paths_of_one_length(fixture: Fixture) {
    let origin = fixture.open(&[]).await;
    let length = output(&*origin, "pwd | wc -c").await;
    let snapshot = origin.freeze().await.expect("frozen");
    for _ in 0..2 {
        let fork = fork(&*origin, &snapshot).await;
        assert_eq!(output(&*fork, "pwd | wc -c").await, length);
    }
}

async fn links_and_modes_survive_a_fork(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "a")]).await;
    output(&*origin, "ln -s a.txt link; ln -s /nowhere dangling; chmod 640 a.txt; mkdir locked; echo x > locked/x; chmod 555 locked; touch -d 2001-02-03T04:05:06Z a.txt").await;
    let snapshot = origin.freeze().await.expect("frozen");
    let fork = fork(&*origin, &snapshot).await;
    let text =
        output(&*fork, "readlink link dangling; stat -c '%a %Y' a.txt; stat -c %a locked").await;
    assert_eq!(text, "a.txt\n/nowhere\n640 981173106\n555\n");
    fork.close().await.expect("removed in spite of the locked directory");
    selfopt_sandbox::prune_snapshots(fixture.base(), &[]).expect("the same");
}

async fn a_snapshot_is_found_again(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "kept\n")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    origin.close().await.expect("closed");
    let found = fixture
        .sandbox
        .reopen(&snapshot, CancelFlag::default())
        .await
        .expect("looked")
        .expect("found");
    let fork = fork(&*found, &snapshot).await;
    assert_eq!(output(&*fork, "cat a.txt").await, "kept\n");
    for id in ["", "..", "nothere", "../work"] {
        let found = fixture.sandbox.reopen(&SnapshotId(id.into()), CancelFlag::default()).await;
        assert!(found.expect("looked").is_none());
    }
}

async fn an_unfinished_snapshot_is_not(fixture: Fixture) {
    let origin = fixture.open(&[("a.txt", "kept\n")]).await;
    let snapshot = origin.freeze().await.expect("frozen");
    fs::remove_file(fixture.base().join("snapshots").join(&snapshot.0).join("complete"))
        .expect("was complete");
    let found = fixture.sandbox.reopen(&snapshot, CancelFlag::default()).await.expect("looked");
    assert!(found.is_none());
}

/// A commit that names a path as a link and as a directory.
struct Crafted([TreeEntry; 2]);

impl SourceTree for Crafted {
    fn entries(&self) -> &[TreeEntry] {
        &self.0
    }

    fn read(&self, _path: &str) -> Result<Vec<u8>, TreeError> {
        Ok(b"planted".to_vec())
    }
}

async fn crafted_trees_stay_beneath(fixture: Fixture) {
    let target = tempfile::tempdir().expect("a directory");
    let entry = |path: &str, symlink: Option<&str>| TreeEntry {
        path: path.into(),
        size: 1,
        executable: false,
        symlink: symlink.map(str::to_owned),
    };
    let link = target.path().to_str().expect("UTF-8");
    for second in ["a/planted", "../planted", "/planted"] {
        let files = Arc::new(Crafted([entry("a", Some(link)), entry(second, None)]));
        let spec = WorkspaceSpec { label: "crafted".into(), files, cancel: CancelFlag::default() };
        let error = fixture.sandbox.open(spec).await.err().expect(second);
        assert!(matches!(error, SandboxError::PathEscapes { .. }), "{second}: {error}");
    }
    assert_eq!(fs::read_dir(target.path()).expect("listed").count(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "needs root: nobody else mounts a small disk"]
async fn a_full_disk_is_told_apart() {
    let dir = tempfile::tempdir().expect("a directory");
    let flags = rustix::mount::MountFlags::empty();
    rustix::mount::mount("none", dir.path(), "tmpfs", flags, c"size=1m").expect("mounted");
    let disk = Mounted(dir);
    let sandbox = LocalSandbox::process(disk.0.path()).expect("there is room for that");
    let content = vec![1; 2 << 20];
    let files = Arc::new(MemoryTree::new([("big.bin", content)]));
    let spec = WorkspaceSpec { label: "full".into(), files, cancel: CancelFlag::default() };
    let error = sandbox.open(spec).await.err().expect("no room for the file");
    assert!(matches!(error, SandboxError::DiskFull { .. }), "{error:?}");
    assert!(error.hint().is_some());
    let left = fs::read_dir(disk.0.path().join("work")).expect("listed").count();
    assert_eq!(left, 0, "the half-written workspace is removed");
}

#[cfg(target_os = "linux")]
struct Mounted(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Drop for Mounted {
    fn drop(&mut self) {
        let flags = rustix::mount::UnmountFlags::DETACH;
        rustix::mount::unmount(self.0.path(), flags).expect("unmounted");
    }
}
