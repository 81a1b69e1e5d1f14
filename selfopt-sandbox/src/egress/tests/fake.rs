//! A proxy with a server behind it, a client that speaks to it byte by byte,
//! and ClientHello messages of any make.

use std::net::SocketAddr;

use selfopt_core::{HostDecision, HostPattern, HostUse};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use super::super::listener::Listener;
use super::super::policy::Policy;
use super::super::proxy::Proxy;
use super::super::upstream::Upstream;

pub(super) const HOST: &str = "npm.example";

/// A proxy that passes [`HOST`], whose name leads to `server`.
pub(super) struct Rig {
    dir: TempDir,
    proxy: Proxy,
    pub(super) server: TcpListener,
    lookups: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Rig {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = server.local_addr().expect("bound");
        let allowed =
            [HOST, "*.wide.example"].map(|text| HostPattern::parse(text).expect("a host"));
        let mut policy = Policy::new(allowed, Upstream::default());
        policy.fixed_names.insert(HOST.to_owned(), vec![address]);
        policy.exempt.insert(address);
        change(&mut policy);
        let lookups = policy.lookups.clone();
        let dir = tempfile::tempdir().expect("a directory");
        let listener = Listener::at_socket(&dir.path().join("socket")).expect("listens");
        let proxy = Proxy::start(policy, listener);
        Self { dir, proxy, server, lookups }
    }

    pub(super) fn lookups(&self) -> Vec<String> {
        self.lookups.lock().expect("not poisoned").clone()
    }

    pub(super) async fn client(&self) -> UnixStream {
        UnixStream::connect(self.dir.path().join("socket")).await.expect("listens")
    }

    /// Sends a request as it is; the status, and all that was answered.
    pub(super) async fn ask(&self, request: &str) -> (u16, String) {
        let mut client = self.client().await;
        client.write_all(request.as_bytes()).await.expect("taken");
        let mut answer = Vec::new();
        // A reset is an end as well.
        let _ = client.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or(0), answer)
    }

    /// A tunnel that was granted, before its greeting; both ends.
    pub(super) async fn tunnel(&self) -> (UnixStream, TcpStream) {
        let mut client = self.client().await;
        client.write_all(connect(HOST, 443).as_bytes()).await.expect("taken");
        let (server, _) = self.server.accept().await.expect("connected");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&head));
        (client, server)
    }

    /// Sends a greeting; what reached the server until the end.
    pub(super) async fn greet(&self, greeting: &[u8]) -> Vec<u8> {
        let (mut client, mut server) = self.tunnel().await;
        // It may have been cut off already.
        let _ = client.write_all(greeting).await;
        let _ = client.shutdown().await;
        let mut received = Vec::new();
        let _ = server.read_to_end(&mut received).await;
        received
    }

    pub(super) async fn rows(self) -> Vec<HostUse> {
        let (rows, more) = self.proxy.finish().await;
        assert_eq!(more, 0);
        rows
    }

    /// The one decision that was made.
    pub(super) async fn decision(self) -> HostDecision {
        let mut rows = self.rows().await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0).decision
    }

    /// Why the one request was refused, cut off or could not be connected.
    pub(super) async fn reason(self) -> String {
        match self.decision().await {
            HostDecision::Refused { reason }
            | HostDecision::Cut { reason }
            | HostDecision::Failed { reason } => reason,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn connect(host: &str, port: u16) -> String {
    format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")
}

pub(super) fn address(text: &str) -> SocketAddr {
    SocketAddr::new(text.parse().expect("an address"), 443)
}

/// An extension.
pub(super) fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &block_u16(content)].concat()
}

/// `server_name` with these names.
pub(super) fn server_name(names: &[&str]) -> Vec<u8> {
    let names: Vec<u8> =
        names.iter().flat_map(|name| [&[0][..], &block_u16(name.as_bytes())].concat()).collect();
    extension(0, &block_u16(&names))
}

/// A handshake message with these extensions.
pub(super) fn handshake(extensions: &[u8]) -> Vec<u8> {
    let body =
        [&[3, 3][..], &[7; 32], &[0], &block_u16(&[0x13, 0x01]), &[1, 0], &block_u16(extensions)]
            .concat();
    let length = u32::try_from(body.len()).expect("small").to_be_bytes();
    [&[1], &length[1..], &body].concat()
}

/// A handshake message in records of at most this many bytes.
pub(super) fn records(message: &[u8], size: usize) -> Vec<u8> {
    message.chunks(size).flat_map(|part| [&[22, 3, 1][..], &block_u16(part)].concat()).collect()
}

/// An ordinary ClientHello.
pub(super) fn hello(name: &str) -> Vec<u8> {
    let extensions =
        [extension(23, &[]), server_name(&[name]), extension(16, b"\0\x0c\x02h2\x08http/1.1")];
    records(&handshake(&extensions.concat()), 16_384)
}

fn block_u16(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("small");
    [&length.to_be_bytes()[..], content].concat()
}
