//! What commands may reach, and that it is looked at and not assumed.

use selfopt_core::{
    CommandSpec, Enforcement, GUARANTEES, HostDecision, HostPattern, Network, NetworkAccess, Phase,
    Sandbox as _,
};

use crate::commands::{command, opened, run};
use crate::fake::Fake;

#[tokio::test(flavor = "multi_thread")]
async fn guarantees_are_those_that_were_seen() {
    let fake = Fake::start().await;
    let isolation = fake.sandbox().await.probe().await.expect("works");
    assert_eq!(
        (isolation.backend.as_str(), isolation.version.as_deref()),
        ("kubernetes", Some("v1.33.0-fake"))
    );
    assert!(GUARANTEES.iter().all(|name| isolation.guarantees.contains_key(*name)));
    let level = |name: &str| isolation.guarantees[name].level;
    for name in ["cpu", "filesystem", "memory", "network", "output", "secrets", "time"] {
        let reason = &isolation.guarantees[name].reason;
        assert_eq!(level(name), Enforcement::Enforced, "{name}: {reason}");
    }
    // Nobody holds a directory of a shared volume to a size, and no pod can ask
    // for a limit on processes.
    assert_eq!(level("disk"), Enforcement::BestEffort);
    assert_eq!(level("processes"), Enforcement::BestEffort);
    assert!(fake.state.policies().contains(&"selfopt-deny-all".to_owned()));
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_nobody_enforces_are_noticed() {
    let fake = Fake::start().await;
    fake.state.ignore_policies();
    let isolation = fake.sandbox().await.probe().await.expect("works");
    let network = &isolation.guarantees["network"];
    assert_eq!(network.level, Enforcement::None, "{}", network.reason);
    assert!(network.reason.contains("network plugin"), "{}", network.reason);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_no_pod_reaches_is_noticed() {
    let fake = Fake::start().await;
    let mut options = fake.options();
    // Of a network for documentation: it leads nowhere.
    options.address = Some([192, 0, 2, 1].into());
    let sandbox = crate::fake::open(&fake.base(), options).await.expect("opens");
    let network = sandbox.probe().await.expect("works").guarantees["network"].clone();
    assert_eq!(network.level, Enforcement::BestEffort);
    assert!(network.reason.contains("SELFOPT_KUBERNETES_ADDRESS"), "{}", network.reason);
    fake.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn installs_reach_the_proxy_and_nothing_else() {
    let fake = Fake::start().await;
    let sandbox = fake.sandbox().await;
    let workspace = opened(&sandbox, &[]).await;
    let ask = "node -e \"require('http').request({ host: '127.0.0.1', port: 28443, method: 'CONNECT', path: 'elsewhere.example:443' }).on('connect', (answer) => { console.log(answer.statusCode); process.exit() }).on('error', (error) => console.log(error.code)).end()\"";
    let listed = Network::AllowList(vec![HostPattern::parse("npm.example").expect("a name")]);
    let install = CommandSpec { phase: Phase::Install, network: listed, ..command(ask) };
    let outcome = run(&*workspace, install).await;
    assert_eq!(outcome.text(), "403\n");
    let network = outcome.network.expect("it had one");
    assert_eq!(network.access, NetworkAccess::AllowList);
    assert!(network.allowed.iter().any(|host| host.as_str() == "npm.example"));
    let asked: Vec<_> =
        network.hosts.iter().map(|host| (host.host.as_str(), &host.decision)).collect();
    assert_eq!(asked, [("elsewhere.example", &HostDecision::NotListed)]);
    // A test has neither the bridge nor a way around it.
    let outcome = run(&*workspace, command(ask)).await;
    assert_eq!(outcome.text(), "ECONNREFUSED\n");
    assert!(outcome.network.is_none());
    let interfaces = run(&*workspace, command("ls /sys/class/net; ls /run/selfopt")).await;
    assert_eq!(interfaces.stdout, b"lo\n");
    drop(workspace);
    fake.end().await;
}
