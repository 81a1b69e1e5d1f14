//! The way through the user's own proxy.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::fake::{HOST, Rig, connect, hello};
use crate::egress::upstream::Upstream;

/// A rig behind a proxy of the user's with a password, and that proxy.
async fn behind() -> (Rig, TcpListener) {
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = proxy.local_addr().expect("bound");
    let upstream = format!("http://me:canary@{address}");
    let rig = Rig::with(|policy| {
        policy.upstream = Upstream::new(Some(&upstream), "");
        policy.fixed_names.clear();
    })
    .await;
    (rig, proxy)
}

/// The head of a request to the user's proxy.
async fn head(proxy: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = proxy.accept().await.expect("connected");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a request"));
    }
    (stream, String::from_utf8(head).expect("UTF-8"))
}

#[tokio::test]
async fn the_users_own_proxy_is_gone_through() {
    let (rig, proxy) = behind().await;
    let mut client = rig.client().await;
    client.write_all(connect(HOST, 443).as_bytes()).await.expect("taken");
    let (mut server, request) = head(&proxy).await;
    assert!(request.starts_with("CONNECT npm.example:443 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nProxy-Authorization: Basic bWU6Y2FuYXJ5\r\n"), "{request}");
    // What follows the answer at once belongs to the tunnel.
    server
        .write_all(b"HTTP/1.1 200 Connection established\r\nx: y\r\n\r\nfirst")
        .await
        .expect("taken");
    client.write_all(&hello(HOST)).await.expect("taken");
    let mut greeting = vec![0; hello(HOST).len()];
    server.read_exact(&mut greeting).await.expect("passed on");
    assert_eq!(greeting, hello(HOST));
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("passed on");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nfirst"), "{answer}");
    assert!(!answer.contains("canary"), "{answer}");
    assert!(rig.lookups().is_empty());
}

#[tokio::test]
async fn the_list_holds_there_too() {
    let (rig, _proxy) = behind().await;
    assert_eq!(rig.ask(&connect("other.example", 443)).await.0, 403);
}

#[tokio::test]
async fn its_refusal_is_told() {
    let (rig, proxy) = behind().await;
    let answer = async {
        let (mut stream, _) = head(&proxy).await;
        stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            .await
            .expect("taken");
    };
    let request = connect(HOST, 443);
    let ((status, text), ()) = tokio::join!(rig.ask(&request), answer);
    assert_eq!(status, 502);
    assert!(!text.contains("canary"), "{text}");
    assert_eq!(rig.reason().await, "the user's own proxy answered 407");
}

#[tokio::test]
async fn proxies_of_another_kind_are_refused_clearly() {
    let rig =
        Rig::with(|policy| policy.upstream = Upstream::new(Some("socks5://p.example"), "")).await;
    assert_eq!(rig.ask(&connect(HOST, 443)).await.0, 502);
    let reason = rig.reason().await;
    assert!(reason.contains("only `http:` proxies can be used"), "{reason}");
}
