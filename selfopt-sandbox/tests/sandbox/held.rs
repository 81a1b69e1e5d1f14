//! What commands are held to by control groups and by watching, which programs
//! they see, and what a policy makes of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use selfopt_core::{
    Bytes, CommandLimits, CommandSpec, Enforcement, GroupUsage, Policy, Sandbox as _, SandboxError,
    StepStatus,
};
use selfopt_sandbox::{BubblewrapOptions, IsolationChoice, LocalSandbox, choose_local};

use crate::fixture::{Fixture, command, fork, output, run, run_spec};

fn bubblewrap_with(options: &BubblewrapOptions) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let sandbox = LocalSandbox::bubblewrap_with(dir.path(), options).unwrap_or_else(|error| {
        panic!("bubblewrap is needed for this test; run `cargo xtask setup`: {error:?}")
    });
    Fixture { dir, sandbox }
}

#[tokio::test]
async fn memory_is_held_by_a_group_or_said_to_be_watched() {
    let fixture = Fixture::bubblewrap();
    let isolation = fixture.sandbox.probe().await.expect("works here");
    let memory = &isolation.guarantees["memory"];
    let workspace = fixture.open(&[]).await;
    let small = run(&*workspace, "true").await;
    if memory.level == Enforcement::Enforced {
        let GroupUsage { cpu_us, peak_memory, oom_kills, .. } = small.group;
        assert!(cpu_us.is_some() && peak_memory.is_some_and(|peak| peak.0 > 0));
        assert_eq!(oom_kills, Some(0));
    } else {
        assert!(memory.reason.contains("looked at"), "{}", memory.reason);
        assert_eq!(small.group, GroupUsage::default());
    }
    let hog = "node -e \"const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1))\"";
    let limits = CommandLimits { memory: Bytes::from_mib(128), ..CommandLimits::default() };
    let outcome = run_spec(&*workspace, CommandSpec { limits, ..command(hog) }).await;
    assert_eq!(outcome.status, StepStatus::OutOfMemory, "{}", outcome.text());
    if memory.level == Enforcement::Enforced {
        assert!(outcome.group.oom_kills.is_some_and(|kills| kills > 0), "{:?}", outcome.group);
        let peak = outcome.group.peak_memory.expect("counted");
        assert!(peak.0 <= 128 << 20, "{peak:?}");
    }
    let left = fs::read_dir(fixture.sandbox.base().join("groups")).expect("listed").count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn commands_are_held_to_cores() {
    let all = Fixture::bubblewrap().sandbox.probe().await.expect("works here");
    if all.guarantees["cpu"].level != Enforcement::Enforced {
        assert!(!all.guarantees["cpu"].reason.is_empty());
        return;
    }
    let fixture = bubblewrap_with(&BubblewrapOptions { cores: Some("0".into()), root: None });
    let workspace = fixture.open(&[]).await;
    assert_eq!(output(&*workspace, "nproc; taskset -c 1 true || nproc").await, "1\n1\n");
    let facts = fixture.sandbox.environment().await.expect("node is there").fixed;
    assert!(facts["groups"].ends_with("cores 0"), "{facts:?}");
}

async fn threads_are_limited(fixture: Fixture) {
    let workspace = fixture.open(&[]).await;
    let mut spec = command("i=0; while [ $i -lt 200 ]; do sleep 3571 & i=$((i+1)); done; echo all");
    spec.limits.processes = 4;
    let outcome = run_spec(&*workspace, spec).await;
    assert!(
        !outcome.text().contains("all") && outcome.text().to_lowercase().contains("fork"),
        "{}",
        outcome.text()
    );
    // The limit is this command's own: another one runs at the same time.
    let mut small = command("true");
    small.limits.processes = 1;
    assert_eq!(run_spec(&*workspace, small).await.status, StepStatus::Exited { code: 0 });
}

#[tokio::test]
async fn threads_are_limited_in_bubblewrap() {
    threads_are_limited(Fixture::bubblewrap()).await;
}

#[cfg(feature = "docker")]
#[tokio::test]
async fn threads_are_limited_in_docker() {
    threads_are_limited(Fixture::docker()).await;
}

async fn disk_is_watched(fixture: Fixture) {
    let origin = fixture.open(&[]).await;
    output(&*origin, "head -c 30000000 /dev/urandom > installed").await;
    let snapshot = origin.freeze().await.expect("frozen");
    let workspace = fork(&*origin, &snapshot).await;
    let limited = |mib| CommandLimits { disk: Bytes::from_mib(mib), ..CommandLimits::default() };
    let write = "i=0; while [ $i -lt 8 ]; do head -c 10000000 /dev/urandom > f$i; i=$((i+1)); done";
    let little = CommandSpec { limits: limited(40), ..command(write) };
    assert_eq!(run_spec(&*workspace, little).await.status, StepStatus::DiskExceeded);
    output(&*workspace, "rm -f f*").await;
    let enough = CommandSpec { limits: limited(400), ..command(write) };
    assert_eq!(run_spec(&*workspace, enough).await.status, StepStatus::Exited { code: 0 });
}

#[tokio::test]
async fn what_is_written_is_watched() {
    disk_is_watched(Fixture::process()).await;
    disk_is_watched(Fixture::process().with_full_copies()).await;
    disk_is_watched(Fixture::bubblewrap()).await;
}

async fn disk_is_limited(fixture: Fixture) {
    let default = fixture.sandbox.probe().await.expect("works here");
    assert_eq!(default.guarantees["disk"].level, Enforcement::Enforced);
    let sandbox = fixture.sandbox.clone().with_volumes(Bytes::from_mib(64));
    let isolation = sandbox.probe().await.expect("works here");
    assert_eq!(isolation.guarantees["disk"].level, Enforcement::Enforced);
    let fixture = Fixture { sandbox, ..fixture };
    let origin = fixture.open(&[("a.txt", "x")]).await;
    // Many files, and in the home too.
    let fill = "for i in 1 2 3 4; do head -c 30000000 /dev/zero > $HOME/$i || exit 1; done";
    let outcome = run(&*origin, fill).await;
    assert_eq!(outcome.status, StepStatus::DiskExceeded, "{}", outcome.text());
    output(&*origin, "rm $HOME/*").await;
    // A clone has its own.
    let snapshot = origin.freeze().await.expect("frozen");
    let clone = fork(&*origin, &snapshot).await;
    assert_eq!(output(&*clone, "cat a.txt; echo y > a.txt; cat a.txt").await, "xy\n");
    let empty = "i=0; while : > $i; do i=$((i+1)); done 2>/dev/null; exit 1";
    let outcome = run(&*clone, empty).await;
    assert_eq!(outcome.status, StepStatus::DiskExceeded, "{}", outcome.text());
    assert_eq!(output(&*fork(&*origin, &snapshot).await, "cat a.txt").await, "x");
    drop((origin, clone));
    let mounts = std::fs::read_to_string("/proc/self/mounts").expect("readable");
    assert!(!mounts.contains(fixture.base().to_str().expect("UTF-8")), "{mounts}");
}

#[tokio::test]
#[ignore = "needs root: nobody else mounts"]
async fn the_disk_is_limited_by_the_kernel_in_bubblewrap() {
    disk_is_limited(Fixture::bubblewrap()).await;
}

#[cfg(feature = "docker")]
#[tokio::test]
#[ignore = "needs root: nobody else mounts"]
async fn the_disk_is_limited_by_the_kernel_in_docker() {
    disk_is_limited(Fixture::docker()).await;
}

/// Copies a program of the host and the libraries that it says it needs.
fn take(root: &Path, program: &str) {
    let copy = |path: &Path| {
        let real = path.canonicalize().expect("there");
        let name = path.strip_prefix("/").expect("absolute");
        // Where `/lib` is a link to `usr/lib`, as in the root made here.
        let name =
            if name.starts_with("usr") { name.to_owned() } else { Path::new("usr").join(name) };
        let target = root.join(name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("created");
        fs::copy(real, &target).expect("copied");
    };
    copy(Path::new(program));
    let needs = Command::new("ldd").arg(program).output().expect("ldd is there");
    for word in String::from_utf8_lossy(&needs.stdout).split_whitespace() {
        if word.starts_with('/') {
            copy(Path::new(word));
        }
    }
}

#[tokio::test]
async fn an_image_takes_the_place_of_the_hosts_programs() {
    let image = tempfile::tempdir().expect("a directory");
    fs::set_permissions(image.path(), fs::Permissions::from_mode(0o755)).expect("set");
    for program in ["/bin/sh", "/usr/bin/cat", "/usr/bin/ls"] {
        take(image.path(), program);
    }
    for name in ["bin", "lib", "lib64"] {
        symlink(format!("usr/{name}"), image.path().join(name)).expect("linked");
    }
    fs::write(image.path().join("usr/of-the-image"), "yes\n").expect("written");
    let options = BubblewrapOptions { root: Some(image.path().to_owned()), cores: None };
    let fixture = bubblewrap_with(&options);
    fixture.sandbox.probe().await.expect("works");
    let workspace = fixture.open(&[]).await;
    let seen =
        "cat /usr/of-the-image; command -v node; command -v git; command -v cat; ls /usr/bin";
    assert_eq!(output(&*workspace, seen).await, "yes\n/usr/bin/cat\ncat\nls\nsh\n");
    let outcome = run(&*workspace, "echo x > /usr/of-the-image").await;
    assert!(!outcome.succeeded());
    assert_eq!(fs::read(image.path().join("usr/of-the-image")).expect("there"), b"yes\n");
}

#[tokio::test]
async fn what_is_too_weak_is_refused_with_all_that_is_missing() {
    let dir = tempfile::tempdir().expect("a directory");
    let chosen = choose_local(IsolationChoice::Process, dir.path(), &Policy::all_enforced()).await;
    let error = chosen.err().expect("processes keep nothing apart");
    let SandboxError::BelowPolicy { unmet, .. } = &error else { panic!("{error}") };
    let names: Vec<_> = unmet.iter().map(|unmet| unmet.name.as_str()).collect();
    assert_eq!(
        names,
        ["cpu", "disk", "filesystem", "memory", "network", "processes", "secrets", "time"]
    );
    // What only bubblewrap and Docker keep is not looked for in processes.
    let secrets = Policy::none().requiring("secrets", Enforcement::Enforced);
    let (_, isolation) =
        choose_local(IsolationChoice::Auto, dir.path(), &secrets).await.expect("bubblewrap does");
    assert_eq!(isolation.backend, "bubblewrap");
}
