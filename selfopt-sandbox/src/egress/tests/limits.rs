//! Limits on bytes, requests, tunnels and silence.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use super::fake::{HOST, Rig, connect, hello};

/// A tunnel after its greeting.
async fn greeted(rig: &Rig) -> (UnixStream, TcpStream) {
    let (mut client, mut server) = rig.tunnel().await;
    let greeting = hello(HOST);
    client.write_all(&greeting).await.expect("taken");
    let mut received = vec![0; greeting.len()];
    server.read_exact(&mut received).await.expect("passed on");
    (client, server)
}

#[tokio::test]
async fn bytes_that_leave_are_limited() {
    let rig = Rig::with(|policy| policy.caps.sent = 100_000).await;
    let (mut client, mut server) = greeted(&rig).await;
    // More than fits into the buffers of the sockets on the way.
    let _ = client.write_all(&vec![0; 8 << 20]).await;
    let mut received = Vec::new();
    let _ = server.read_to_end(&mut received).await;
    assert!(received.len() <= 100_000, "{}", received.len());
    assert_eq!(rig.reason().await, "more than 100000 bytes were sent");
}

#[tokio::test]
async fn bytes_that_come_are_limited_over_all_tunnels() {
    let rig = Rig::with(|policy| policy.caps.received = 100_000).await;
    let mut received = 0;
    for _ in 0..2 {
        let (mut client, mut server) = greeted(&rig).await;
        let _ = server.write_all(&vec![0; 60_000]).await;
        let _ = server.shutdown().await;
        drop(server);
        let mut bytes = Vec::new();
        let _ = client.read_to_end(&mut bytes).await;
        received += bytes.len();
    }
    assert!((60_000..=100_000).contains(&received), "{received}");
    let rows = rig.rows().await;
    assert!(rows.iter().any(|row| matches!(&row.decision, selfopt_core::HostDecision::Cut { reason } if reason == "more than 100000 bytes were received")), "{rows:?}");
}

#[tokio::test]
async fn silence_is_limited() {
    let rig = Rig::with(|policy| policy.caps.idle = Duration::from_millis(200)).await;
    let (mut client, _server) = greeted(&rig).await;
    let mut rest = Vec::new();
    let _ = client.read_to_end(&mut rest).await;
    assert_eq!(rig.reason().await, "it was silent for 200 ms");
}

#[tokio::test]
async fn tunnels_do_not_last_forever() {
    let rig = Rig::with(|policy| {
        policy.caps.lifetime = Duration::from_secs(1);
        policy.caps.idle = Duration::from_mins(1);
    })
    .await;
    let (mut client, _server) = greeted(&rig).await;
    let mut rest = Vec::new();
    let _ = client.read_to_end(&mut rest).await;
    assert_eq!(rig.reason().await, "it lasted 1 s");
}

#[tokio::test]
async fn requests_are_limited() {
    let rig = Rig::with(|policy| policy.caps.requests = 2).await;
    for expected in [403, 403, 429, 429] {
        assert_eq!(rig.ask(&connect("other.example", 443)).await.0, expected);
    }
    assert_eq!(rig.rows().await.len(), 2);
}

#[tokio::test]
async fn heads_of_requests_are_limited() {
    let huge = format!("CONNECT npm.example:443 HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(40_000));
    let many = format!("CONNECT npm.example:443 HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1000));
    let long = format!("CONNECT {}.example:443 HTTP/1.1\r\n\r\n", "a".repeat(40_000));
    for request in [huge, many, long] {
        let rig = Rig::new().await;
        let (status, answer) = rig.ask(&request).await;
        assert!(status == 0 || (400..500).contains(&status), "{answer}");
        assert_eq!(rig.reason().await, "its request is malformed or too long");
    }
}

#[tokio::test]
async fn slow_requests_are_cut_off() {
    let rig = Rig::with(|policy| policy.caps.greeting = Duration::from_millis(200)).await;
    let (status, _) = rig.ask("CONNECT npm.example:443 HT").await;
    assert!(status == 0 || status == 408);
    assert_eq!(rig.reason().await, "its request was not complete in time");
}

#[tokio::test]
async fn tunnels_at_once_are_limited() {
    let rig = Rig::with(|policy| policy.caps.tunnels = 2).await;
    let (open, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let serve = async {
        for _ in 0..3 {
            // Two are let in before the first is served, and never a third.
            let mut pair = Vec::new();
            for _ in 0..2 {
                let (stream, _) = rig.server.accept().await.expect("connected");
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                pair.push(stream);
            }
            let third = rig.server.accept();
            let none = tokio::time::timeout(Duration::from_millis(100), third).await;
            assert!(none.is_err(), "a third one was let in");
            for mut stream in pair {
                let mut greeting = Vec::new();
                stream.read_to_end(&mut greeting).await.expect("passed on");
                open.fetch_sub(1, Ordering::SeqCst);
                stream.write_all(b"done").await.expect("taken");
            }
        }
    };
    let client = || client_of(&rig);
    let pair = || async { tokio::join!(client(), client()) };
    let (first, second, third, ()) = tokio::join!(pair(), pair(), pair(), serve);
    assert_eq!([first, second, third], [(true, true); 3]);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

async fn client_of(rig: &Rig) -> bool {
    let mut client = rig.client().await;
    client.write_all(connect(HOST, 443).as_bytes()).await.expect("taken");
    client.write_all(&hello(HOST)).await.expect("taken");
    client.shutdown().await.expect("closed");
    let mut answer = Vec::new();
    let _ = client.read_to_end(&mut answer).await;
    answer.ends_with(b"done")
}
