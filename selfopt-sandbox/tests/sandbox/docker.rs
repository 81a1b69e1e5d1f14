//! What Docker adds to the contract: nothing of the host can be read, written
//! or reached, and the limits hold. The targets are stand-ins of our own.

use std::io::Write as _;
use std::process::Command;

use selfopt_core::{
    Bytes, CommandSpec, Enforcement, GUARANTEES, Network, Phase, Sandbox as _, StepStatus,
};

use selfopt_sandbox::LocalSandbox;

use crate::fixture::{Fixture, command, output, run, run_spec};

#[tokio::test]
async fn every_guarantee_is_reported_and_what_matters_is_enforced() {
    let isolation = Fixture::docker().sandbox.probe().await.expect("works here");
    for name in GUARANTEES {
        let guarantee = &isolation.guarantees[name];
        if name != "disk" {
            assert_eq!(guarantee.level, Enforcement::Enforced, "{name}: {}", guarantee.reason);
        }
    }
    assert!(isolation.version.is_some());
}

#[tokio::test]
async fn commands_are_an_unprivileged_user_without_capabilities() {
    let own = rustix::process::geteuid();
    let user = if own.is_root() { 1000 } else { own.as_raw() };
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[("a", "")]).await;
    let text = output(&*workspace, "id -un; id -u; grep -h -e CapEff -e CapBnd -e NoNewPrivs -e 'Seccomp:' /proc/self/status | tr -d '\\t'; touch owned; stat -c %u owned a .").await;
    assert_eq!(
        text,
        format!(
            "sandbox\n{user}\nCapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n{user}\n{user}\n{user}\n"
        )
    );
}

#[tokio::test]
async fn the_network_is_out_of_reach() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[]).await;
    let listener = std::net::TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    for address in ["127.0.0.1", "172.17.0.1"] {
        let connect = format!(
            "node -e \"require('net').connect({port}, '{address}').on('connect', () => console.log('reached')).on('error', (error) => console.log(error.code))\""
        );
        for (phase, network) in [
            (Phase::Test, Network::None),
            (Phase::Install, Network::None),
            // Only installs may have it, whoever asks.
            (Phase::Benchmark, Network::Open),
        ] {
            let spec = CommandSpec { phase, network, ..command(&connect) };
            let text = run_spec(&*workspace, spec).await.text();
            assert!(["ECONNREFUSED\n", "ENETUNREACH\n"].contains(&text.as_str()), "{text}");
        }
    }
    let names =
        "node -e \"require('dns').lookup('example.com', (error) => console.log(error.code))\"";
    assert_eq!(output(&*workspace, names).await, "EAI_AGAIN\n");
}

#[tokio::test]
async fn memory_is_limited_by_the_kernel() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[]).await;
    let mut spec =
        command("node -e 'const all = []; for (;;) all.push(Buffer.alloc(16 << 20, 1))'");
    spec.limits.memory = Bytes::from_mib(200);
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::OutOfMemory, "{}", outcome.text());
    assert!(outcome.group.oom_kills.is_some_and(|kills| kills > 0));
    let peak = outcome.group.peak_memory.expect("counted");
    assert!(peak.0 > 100 << 20 && peak.0 <= 201 << 20, "{peak:?}");
}

#[tokio::test]
async fn a_first_command_runs() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[("a.txt", "hello")]).await;
    let outcome = run(
        &*workspace,
        "cat a.txt; echo err >&2; node --version; pwd; echo x > /dev/stderr; exit 7",
    )
    .await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 7 }, "{}", outcome.text());
    assert!(outcome.group.cpu_us.is_some() && outcome.group.peak_memory.is_some());
    workspace.close().await.expect("removed");
}

#[tokio::test]
async fn system_calls_are_filtered() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[]).await;
    for cmd in [
        "unshare -U true",
        "unshare -m true",
        "mount -t tmpfs none /tmp",
        "chroot / true",
        "hostname x",
        "dmesg",
        "date -s 2001-01-01",
        "setarch -R true",
    ] {
        let outcome = run(&*workspace, cmd).await;
        assert!(!outcome.succeeded(), "{cmd}: {}", outcome.text());
    }
    // Numbers for x86-64, by hand: io_uring_setup; sockets of AF_VSOCK and
    // AF_PACKET; clone3.
    let perl = "for (@{[[425, 1, 0], [41, 40, 1, 0], [41, 17, 3, 0], [435, 0, 0]]}) { syscall(shift @$_, @$_) >= 0 and die 'allowed'; print int($!), ' ' }";
    #[cfg(target_arch = "x86_64")]
    assert_eq!(
        output(&*workspace, &format!("perl -e \"{}\"", perl.replace('$', "\\$"))).await,
        "1 1 1 38 "
    );
    #[cfg(not(target_arch = "x86_64"))]
    let _ = perl;
}

#[tokio::test]
async fn nothing_of_the_host_can_be_read_or_written() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[]).await;
    std::fs::write(fixture.base().join("secret"), "canary").expect("written");
    let other = fixture.open(&[("secret", "canary")]).await;
    let secret = fixture.base().join("secret");
    for path in [
        secret.to_str().expect("UTF-8"),
        "/etc/shadow",
        "/root",
        "/proc/kcore",
        "/proc/1/environ",
        "/proc/1/fd",
        "/proc/1/root/etc",
        "/dev/sda",
        "/dev/vda",
        "/dev/kmsg",
        "/run/selfopt-init",
        "/var/run/docker.sock",
        "/var/lib/docker",
    ] {
        let outcome = run(&*workspace, &format!("cat {path} || ls {path}/")).await;
        assert!(!outcome.succeeded() && outcome.stdout.is_empty(), "{path}: {}", outcome.text());
    }
    for path in
        ["/x", "/etc/x", "/usr/x", "/dev/x", "/proc/sys/kernel/core_pattern", "/run/x", "/home/x"]
    {
        let outcome = run(&*workspace, &format!("printf x > {path}")).await;
        assert!(!outcome.succeeded(), "{path}: {}", outcome.text());
    }
    let found = output(&*workspace, "find / -xdev -name secret 2>/dev/null; find / -xdev -perm /6000 -type f 2>/dev/null; cat /etc/resolv.conf").await;
    assert_eq!(found, "");
    drop(other);
}

#[tokio::test]
async fn what_a_killed_command_cost_is_known() {
    let fixture = Fixture::docker();
    let workspace = fixture.open(&[]).await;
    let mut spec = command("setsid sleep 3571 & echo $$ > pid; sleep 3571");
    spec.limits.wall = selfopt_core::Millis(500);
    let outcome = run_spec(&*workspace, spec).await;
    assert_eq!(outcome.status, StepStatus::TimedOut);
    // Killed with a report: what it cost is known.
    assert!(outcome.group.peak_memory.is_some() && outcome.usage.wall_ns > 400_000_000);
}

/// Says that [`what_is_said_without_docker`] is to be a client and not a test.
const CLIENT: &str = "SELFOPT_TEST_WITHOUT_DOCKER";

/// Prints what a user would be told.
#[test]
fn what_is_said_without_docker() {
    if std::env::var_os(CLIENT).is_none() {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let error = LocalSandbox::docker(dir.path()).map(drop).expect_err("it cannot work");
    let hint = error.hint().expect("advice");
    writeln!(std::io::stdout(), "error: {error}\nhint: {hint}").expect("printed");
}

#[test]
fn what_is_missing_is_said_with_the_way_to_get_it() {
    let said = |name: &str, value: &str| {
        let mut client = Command::new(std::env::current_exe().expect("this test"));
        client.args(["--exact", "docker::what_is_said_without_docker", "--nocapture"]);
        let output = client.env(CLIENT, "1").env(name, value).output().expect("started");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for (name, value, expected) in [
        ("DOCKER_HOST", "unix:///there/is/none", "apt install docker.io"),
        ("DOCKER_HOST", "unix:///dev/null", "systemctl start docker"),
        ("DOCKER_HOST", "tcp://127.0.0.1:1", "unset `DOCKER_HOST`"),
        ("SELFOPT_RUNNER_IMAGE", "selfopt-there-is-none", "cargo xtask runner-image"),
    ] {
        let text = said(name, value);
        let hint = text.lines().find(|line| line.starts_with("hint: ")).expect("a hint");
        assert!(hint.contains(expected), "{text}");
        assert!(text.contains("error: isolation `docker` is not available: "), "{text}");
    }
}
