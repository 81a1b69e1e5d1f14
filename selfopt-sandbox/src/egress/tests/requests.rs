//! Which requests are granted, decided on the name before it is looked up.

use std::net::IpAddr;

use selfopt_core::{Bytes, HostDecision, HostPattern};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::fake::{HOST, Rig, address, connect, hello};
use crate::egress::address::own_addresses;
use crate::egress::{Egress, Policy, Upstream};

#[tokio::test]
async fn a_listed_host_is_reached() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.tunnel().await;
    let greeting = hello(HOST);
    client.write_all(&greeting).await.expect("taken");
    let mut received = vec![0; greeting.len()];
    server.read_exact(&mut received).await.expect("passed on");
    assert_eq!(received, greeting);
    server.write_all(b"answer").await.expect("taken");
    server.shutdown().await.expect("closed");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("passed on");
    assert_eq!(answer, "answer");
    // One half is closed; the other still works.
    client.write_all(b"more").await.expect("taken");
    client.shutdown().await.expect("closed");
    let mut more = String::new();
    server.read_to_string(&mut more).await.expect("passed on");
    assert_eq!(more, "more");
    let rows = rig.rows().await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.host.as_str(), row.port, row.requests), (HOST, 443, 1));
    assert_eq!(row.decision, HostDecision::Allowed);
    let sent = u64::try_from(greeting.len()).expect("small") + 4;
    assert_eq!((row.sent, row.received), (Bytes(sent), Bytes(6)));
}

#[tokio::test]
async fn what_is_not_listed_is_refused_before_it_is_looked_up() {
    let rig = Rig::new().await;
    for target in [
        "other.example:443",
        "npm.example.evil.example:443",
        "evilnpm.example:443",
        "wide.example:443",
        "localhost:443",
        "127.0.0.1:443",
        "[::1]:443",
        "[::ffff:127.0.0.1]:443",
        "169.254.169.254:80",
        "2130706433:443",
        "0x7f.1:443",
        "npm.example:22",
        "npm.example:80",
        "npm.example@other.example:443",
        "other.example@npm.example:443",
        "npm.example.:443",
    ] {
        let (status, answer) =
            rig.ask(&format!("CONNECT {target} HTTP/1.1\r\nHost: npm.example\r\n\r\n")).await;
        assert_eq!(status, 403, "{target}: {answer}");
        assert!(answer.contains("\r\n\r\nselfopt: "), "{target}: {answer}");
    }
    assert_eq!(rig.lookups(), Vec::<String>::new());
    let rows = rig.rows().await;
    let not_listed: Vec<_> = rows
        .iter()
        .filter(|row| row.decision == HostDecision::NotListed)
        .map(|row| row.host.as_str())
        .collect();
    assert_eq!(
        not_listed,
        [
            "evilnpm.example",
            "localhost",
            "npm.example.evil.example",
            "other.example",
            "wide.example"
        ]
    );
    assert!(rows.iter().all(|row| row.decision != HostDecision::Allowed), "{rows:?}");
}

#[tokio::test]
async fn only_connect_requests_are_answered() {
    let rig = Rig::new().await;
    for (request, expected) in [
        ("GET http://npm.example/x HTTP/1.1\r\nHost: npm.example\r\n\r\n", 405),
        ("GET / HTTP/1.1\r\nHost: npm.example\r\n\r\n", 405),
        ("POST http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
        ("CONNECT http://npm.example/ HTTP/1.1\r\nHost: npm.example\r\n\r\n", 403),
        ("CONNECT npm.example HTTP/1.1\r\nHost: npm.example\r\n\r\n", 403),
        ("nonsense\r\n\r\n", 400),
        // Closed without an answer.
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
    ] {
        let (status, answer) = rig.ask(request).await;
        assert_eq!(status, expected, "{request}: {answer}");
    }
    assert!(rig.lookups().is_empty());
    assert!(rig.rows().await.iter().all(|row| row.decision != HostDecision::Allowed));
}

#[tokio::test]
async fn names_that_lead_to_private_addresses_are_refused() {
    let own = own_addresses().into_iter().find(|address| !address.is_loopback());
    let own: Option<String> = own.map(|address: IpAddr| address.to_string());
    let addresses = [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "fd00:ec2::254",
        "fe80::1",
    ];
    for private in addresses.into_iter().map(str::to_owned).chain(own) {
        let rig = Rig::with(|policy| {
            // One public address among them excuses nothing.
            let addresses = vec![address("203.0.113.1"), address(&private)];
            policy.fixed_names.insert(HOST.to_owned(), addresses);
        })
        .await;
        let (status, answer) = rig.ask(&connect(HOST, 443)).await;
        assert_eq!(status, 403, "{private}: {answer}");
        let reason = rig.reason().await;
        assert!(reason.starts_with("its name leads to a"), "{private}: {reason}");
    }
}

#[tokio::test]
async fn a_private_registry_of_the_users_own_is_refused_by_what_it_is() {
    let rig = Rig::with(|policy| {
        policy.fixed_names.insert(HOST.to_owned(), vec![address("10.0.0.1")]);
        policy.registries.insert(HostPattern::parse(HOST).expect("a host"));
    })
    .await;
    assert_eq!(rig.ask(&connect(HOST, 443)).await.0, 403);
    let reason = rig.reason().await;
    let expected =
        "it is a registry of your own configuration, and its name leads to a private address";
    assert_eq!(reason, expected);
}

/// Only of hosts that were asked for it is said that their tokens stay outside.
#[tokio::test]
async fn withheld_credentials_are_told_of_by_the_hosts_that_were_asked_for() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path().join("egress");
    let credentials = ["quiet.example", "asked.example"].map(str::to_owned);
    let allowed = credentials.clone().map(|host| HostPattern::parse(&host).expect("a host"));
    let mut policy = Policy::new(allowed.clone(), Upstream::default())
        .with_registries(allowed, credentials.into());
    policy.fixed_names.insert("asked.example".to_owned(), vec![address("10.0.0.1")]);
    let egress = Egress::start(&dir, None, policy, None).expect("starts");
    for _ in 0..2 {
        let mut client = UnixStream::connect(dir.join("socket")).await.expect("listens");
        let request = connect("asked.example", 443);
        client.write_all(request.as_bytes()).await.expect("taken");
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.expect("answered");
    }
    assert_eq!(egress.finish().await.withheld, ["asked.example"]);
}

#[tokio::test]
async fn what_cannot_be_connected_is_told_apart() {
    let rig = Rig::with(|policy| {
        policy.fixed_names.insert("a.wide.example".to_owned(), Vec::new());
    })
    .await;
    let (status, _) = rig.ask(&connect("a.wide.example", 443)).await;
    assert_eq!(status, 502);
    let decision = rig.decision().await;
    let reason = "its name has no address".to_owned();
    assert_eq!(decision, HostDecision::Failed { reason });
}

#[tokio::test]
async fn tunnels_end_with_the_proxy_and_are_logged() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.tunnel().await;
    client.write_all(&hello(HOST)).await.expect("taken");
    let mut first = [0];
    server.read_exact(&mut first).await.expect("passed on");
    let rows = rig.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].decision, HostDecision::Allowed);
    let mut rest = Vec::new();
    assert!(matches!(client.read_to_end(&mut rest).await, Ok(0) | Err(_)));
}
