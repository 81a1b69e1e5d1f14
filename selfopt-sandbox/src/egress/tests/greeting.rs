//! The first bytes of a tunnel: nothing leaves before they are judged.

use std::time::Duration;

use selfopt_core::HostDecision;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::fake::{HOST, Rig, extension, handshake, hello, records, server_name};

/// What becomes of a tunnel with this greeting, of which nothing must leave.
async fn refused(greeting: &[u8]) -> String {
    let rig = Rig::new().await;
    let received = rig.greet(greeting).await;
    assert!(received.is_empty(), "{} bytes left", received.len());
    match rig.decision().await {
        HostDecision::Refused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_name_in_the_hello_is_refused() {
    let reason = refused(&hello("evil.example")).await;
    assert_eq!(reason, "its TLS ClientHello names another host, `evil.example`");
    let odd = refused(&hello("evil\u{1b}[2J")).await;
    assert_eq!(odd, "its TLS ClientHello names another host");
}

#[tokio::test]
async fn what_is_not_tls_is_refused() {
    assert_eq!(refused(b"GET / HTTP/1.1\r\nHost: npm.example\r\n\r\n").await, "it is not TLS");
    assert_eq!(refused(b"SSH-2.0-OpenSSH_9.0\r\n").await, "it is not TLS");
    let half = "it ended before its TLS ClientHello was complete";
    assert_eq!(refused(b"").await, half);
    assert_eq!(refused(&hello(HOST)[..40]).await, half);
}

#[tokio::test]
async fn a_hidden_name_is_refused() {
    let encrypted = [server_name(&[HOST]), extension(0xfe0d, &[0; 64])].concat();
    let reason = refused(&records(&handshake(&encrypted), 16_384)).await;
    assert!(reason.contains("encrypted"), "{reason}");
    let nameless = refused(&records(&handshake(&extension(23, &[])), 16_384)).await;
    assert!(nameless.contains("names no host"), "{nameless}");
}

#[tokio::test]
async fn a_long_hello_is_refused() {
    let long = [server_name(&[HOST]), extension(21, &[0; 16_384])].concat();
    let reason = refused(&records(&handshake(&long), 16_384)).await;
    assert!(reason.contains("longer than 16384 bytes"), "{reason}");
}

#[tokio::test]
async fn a_hello_in_small_pieces_is_read() {
    let greeting = records(&handshake(&server_name(&[HOST])), 3);
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.tunnel().await;
    for byte in &greeting {
        client.write_all(&[*byte]).await.expect("taken");
        client.flush().await.expect("sent");
    }
    let mut received = vec![0; greeting.len()];
    server.read_exact(&mut received).await.expect("passed on");
    assert_eq!(received, greeting);
    drop(client);
    assert_eq!(rig.decision().await, HostDecision::Allowed);
}

#[tokio::test]
async fn a_slow_hello_is_cut_off() {
    let rig = Rig::with(|policy| policy.caps.greeting = Duration::from_millis(200)).await;
    let (mut client, mut server) = rig.tunnel().await;
    client.write_all(&hello(HOST)[..20]).await.expect("taken");
    let mut rest = Vec::new();
    // It would wait forever otherwise: both ends stay open here.
    let _ = client.read_to_end(&mut rest).await;
    let _ = server.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert_eq!(rig.reason().await, "its TLS ClientHello was not complete after 200 ms");
}
