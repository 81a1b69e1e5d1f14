//! What bubblewrap adds to the contract: nothing of the host can be read,
//! written or reached. The targets are stand-ins of our own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;

use selfopt_core::{
    CommandLimits, CommandSpec, Enforcement, Millis, Network, Phase, Sandbox as _, StepStatus,
};
use selfopt_sandbox::{LocalSandbox, prune_snapshots};

use crate::fixture::{Fixture, command, fork, output, run, run_spec};

#[tokio::test]
async fn the_network_is_out_of_reach() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let connect = format!(
        "node -e \"require('net').connect({port}, '127.0.0.1').on('connect', () => {{ console.log('reached'); process.exit() }}).on('error', (error) => console.log(error.code))\""
    );
    let spec = |phase, network| CommandSpec { phase, network, ..command(&connect) };
    for (phase, network) in [
        (Phase::Test, Network::None),
        (Phase::Install, Network::None),
        // Only installs may have it, whoever asks.
        (Phase::Benchmark, Network::Open),
    ] {
        let outcome = run_spec(&*workspace, spec(phase, network.clone())).await;
        assert_eq!(outcome.text(), "ECONNREFUSED\n", "{phase} {network:?}");
    }
    let names =
        "node -e \"require('dns').lookup('example.com', (error) => console.log(error.code))\"";
    assert_eq!(output(&*workspace, names).await, "EAI_AGAIN\n");
}

#[tokio::test]
async fn loopback_works_inside() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let serve = "node -e \"const s = require('http').createServer((q, r) => r.end('served')).listen(0, '127.0.0.1', () => fetch('http://127.0.0.1:' + s.address().port).then((r) => r.text()).then((t) => { console.log(t); process.exit() }))\"";
    assert_eq!(output(&*workspace, serve).await, "served\n");
}

#[tokio::test]
async fn sockets_of_the_host_are_not_there() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let path = fixture.base().join("socket");
    let _listener = UnixListener::bind(&path).expect("a socket");
    let outcome =
        run(&*workspace, &format!("ls {} /run /var/run/docker.sock", path.display())).await;
    assert!(!outcome.succeeded() && outcome.stdout.is_empty(), "{}", outcome.text());
}

#[tokio::test]
async fn nothing_of_the_host_can_be_read() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    fs::write(fixture.base().join("secret"), "canary").expect("written");
    let other = fixture.open(&[("secret", "canary")]).await;
    let secret = fixture.base().join("secret");
    let paths = [
        secret.to_str().expect("UTF-8"),
        "/etc/shadow",
        "/etc/hostname",
        "/root",
        "/proc/kcore",
        "/proc/1/root/root",
        "/dev/sda",
        "/dev/vda",
        "/dev/kmsg",
        "/sys/kernel",
        "/var/lib",
    ];
    for path in paths {
        let outcome = run(&*workspace, &format!("cat {path} || ls {path}/")).await;
        assert!(!outcome.succeeded() && outcome.stdout.is_empty(), "{path}: {}", outcome.text());
    }
    assert_eq!(
        output(
            &*workspace,
            "ls /home /home/sandbox /tmp; find / -name secret 2>/dev/null; cat /etc/passwd | wc -l"
        )
        .await,
        "/home:\nsandbox\n\n/home/sandbox:\n\n/tmp:\n2\n"
    );
    drop(other);
}

#[tokio::test]
async fn the_launchers_environment_and_arguments_are_not_seen() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let text = output(&*workspace, "cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'").await;
    let base = fixture.base().to_str().expect("UTF-8");
    assert!(text.contains("CI=1") && !text.contains("CARGO") && !text.contains(base), "{text}");
}

#[tokio::test]
async fn nothing_of_the_host_can_be_written() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let before = fs::read("/proc/sys/kernel/core_pattern").expect("readable");
    for path in [
        "/x",
        "/etc/x",
        "/usr/x",
        "/usr/bin/node",
        "/dev/x",
        "/proc/sys/kernel/core_pattern",
        "/proc/sysrq-trigger",
        "/proc/1/oom_score_adj",
        "/home/x",
        "/var/x",
        "/bin/sh",
    ] {
        // The kernel checks on opening; where that succeeds, writing must not.
        let outcome = run(&*workspace, &format!("printf x > {path}")).await;
        let may_touch_itself = path.starts_with("/proc/1/");
        assert!(!outcome.succeeded() || may_touch_itself, "{path}: {}", outcome.text());
    }
    assert_eq!(fs::read("/proc/sys/kernel/core_pattern").expect("readable"), before);
    let outcome = run(&*workspace, "head -c 600000000 /dev/zero > /tmp/big; head -c 90000000 /dev/zero > /dev/shm/big; stat -c %s /tmp/big /dev/shm/big").await;
    let sizes: Vec<u64> = String::from_utf8_lossy(&outcome.stdout)
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    assert!(
        sizes.len() == 2 && sizes[0] <= 512 << 20 && sizes[1] <= 64 << 20,
        "{}",
        outcome.text()
    );
}

#[tokio::test]
async fn commands_are_an_unprivileged_user_without_capabilities() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[("a", "")]).await;
    let text = output(&*workspace, "id -u; grep -h -e CapEff -e CapBnd -e NoNewPrivs -e 'Seccomp:' /proc/self/status | tr -d '\\t'; touch owned; stat -c %u owned a .").await;
    assert_eq!(
        text,
        "1000\nCapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n1000\n1000\n1000\n"
    );
    if rustix::process::geteuid().is_root() {
        let works = fs::read_dir(fixture.base().join("work"))
            .expect("listed")
            .next()
            .expect("one")
            .expect("read");
        let owner = fs::metadata(works.path().join("root/tree/owned")).expect("there").uid();
        assert!(
            owner != 0 && owner != 1000,
            "files belong to a user of their own, and not to {owner}"
        );
    }
}

#[tokio::test]
async fn system_calls_are_filtered() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    for cmd in [
        "unshare -U true",
        "unshare -m true",
        "mount -t tmpfs none /tmp",
        "chroot / true",
        "hostname x",
        "dmesg",
        "date -s 2001-01-01",
        "ip link add x type dummy",
    ] {
        let outcome = run(&*workspace, cmd).await;
        assert!(!outcome.succeeded(), "{cmd}: {}", outcome.text());
    }
}

#[tokio::test]
async fn every_fork_has_the_same_path() {
    let fixture = Fixture::bubblewrap();
    let origin = fixture.open(&[]).await;
    assert_eq!(output(&*origin, "pwd").await, "/sandbox\n");
    let snapshot = origin.freeze().await.expect("frozen");
    assert_eq!(output(&*fork(&*origin, &snapshot).await, "pwd").await, "/sandbox\n");
}

#[tokio::test]
async fn a_user_namespace_is_not_needed_by_npm() {
    let fixture = Fixture::bubblewrap();
    let package = r#"{"name":"x","version":"1.0.0","scripts":{"postinstall":"node -e \"require('fs').writeFileSync('made','x')\"","test":"node --test"}}"#;
    let test = "require('node:test')('passes', () => {});";
    let workspace = fixture.open(&[("package.json", package), ("x.test.js", test)]).await;
    let install =
        CommandSpec { phase: Phase::Install, ..command("npm install --offline && ls made") };
    let outcome = run_spec(&*workspace, install).await;
    assert!(outcome.succeeded(), "{}", outcome.text());
    let outcome = run(&*workspace, "npm test").await;
    assert!(outcome.succeeded() && outcome.text().contains("# pass 1"), "{}", outcome.text());
}

#[tokio::test]
async fn what_matters_is_enforced() {
    let isolation = Fixture::bubblewrap().sandbox.probe().await.expect("works here");
    for name in ["filesystem", "network", "output", "processes", "secrets", "time"] {
        assert_eq!(isolation.guarantees[name].level, Enforcement::Enforced, "{name}");
    }
    assert!(isolation.version.is_some());
}

#[tokio::test]
#[ignore = "needs root: nobody else becomes another user"]
async fn a_private_directory_is_replaced_by_a_public_one() {
    let dir = tempfile::tempdir().expect("a directory, for its owner only");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).expect("set");
    let base = dir.path().join("store");
    let sandbox = LocalSandbox::bubblewrap(&base)
        .expect("bubblewrap is needed for this test; run `cargo xtask setup`");
    let elsewhere = sandbox.base().to_owned();
    assert!(!elsewhere.starts_with(&base));
    let fixture = Fixture { dir, sandbox };
    let origin = fixture.open(&[("a.txt", "x")]).await;
    assert_eq!(output(&*origin, "cat a.txt").await, "x");
    origin.freeze().await.expect("frozen");
    assert_eq!(prune_snapshots(&base, &[]).expect("pruned"), 1);
    drop(origin);
    fs::remove_dir_all(elsewhere).expect("removed");
}

#[tokio::test]
async fn a_fork_bomb_ends_with_its_time() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let bomb = format!("bomb_{}", std::process::id());
    let mut spec =
        command(&format!("{bomb}() {{ {bomb} 2>/dev/null & {bomb} 2>/dev/null & wait; }}; {bomb}"));
    spec.limits = CommandLimits { wall: Millis(700), processes: 4, ..spec.limits };
    let outcome = run_spec(&*workspace, spec).await;
    assert!(!matches!(outcome.status, StepStatus::Signaled { .. }), "{}", outcome.status);
    let left = fs::read_dir("/proc")
        .expect("listed")
        .filter_map(|entry| fs::read(entry.expect("read").path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains(&bomb))
        .count();
    assert_eq!(left, 0);
}
