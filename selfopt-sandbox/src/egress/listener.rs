//! Where clients of a proxy come in: a socket that only the command has, or an
//! address of ours at which they must say a word first.

use std::io;
use std::net::TcpListener as StdTcpListener;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::time::timeout;

/// A connection of a client.
pub(super) type Stream = Pin<Box<dyn Connection>>;

/// What goes both ways.
pub(super) trait Connection: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Connection for T {}

/// Where clients come in.
#[derive(Debug)]
pub(super) enum Listener {
    Socket(UnixListener),
    Address { listener: TcpListener, token: String },
}

/// Who came.
pub(super) enum Client {
    /// Through the socket.
    Known(Stream),
    /// At the address.
    Unknown { stream: TcpStream, token: String },
}

impl Listener {
    /// Binds a socket, however long its path is: the kernel takes 107 bytes.
    pub(super) fn at_socket(socket: &Path) -> io::Result<Self> {
        let name = socket.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let listener = match socket.parent().map(std::fs::File::open).transpose()? {
            Some(dir) if cfg!(target_os = "linux") => {
                use std::os::fd::AsRawFd as _;
                let dir_fd = dir.as_raw_fd();
                StdUnixListener::bind(Path::new(&format!("/proc/self/fd/{dir_fd}")).join(name))?
            }
            _ => StdUnixListener::bind(socket)?,
        };
        listener.set_nonblocking(true)?;
        UnixListener::from_std(listener).map(Self::Socket)
    }

    /// Takes one that listens already.
    pub(super) fn at_address(listener: StdTcpListener, token: String) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self::Address { listener: TcpListener::from_std(listener)?, token })
    }

    /// The next client.
    pub(super) async fn accept(&self) -> io::Result<Client> {
        Ok(match self {
            Self::Socket(listener) => Client::Known(Box::pin(listener.accept().await?.0)),
            Self::Address { listener, token } => {
                let (stream, _) = listener.accept().await?;
                Client::Unknown { stream, token: token.clone() }
            }
        })
    }
}

impl Client {
    /// The connection, if the client is one of the command's.
    pub(super) async fn admitted(self, patience: Duration) -> Option<Stream> {
        match self {
            Self::Known(stream) => Some(stream),
            Self::Unknown { mut stream, token } => {
                let mut said = vec![0; token.len() + 1];
                timeout(patience, stream.read_exact(&mut said)).await.ok()?.ok()?;
                let is_known = said.strip_suffix(b"\n") == Some(token.as_bytes());
                is_known.then(|| Box::pin(stream) as Stream)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test]
    async fn only_who_says_the_word_comes_in() {
        let listener = StdTcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let listener = Listener::at_address(listener, "word".to_owned()).expect("listens");
        for (said, is_known) in [
            (&b"word\nCONNECT"[..], true),
            (b"wordy", false),
            (b"other\n", false),
            (b"word", false),
        ] {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            stream.write_all(said).await.expect("sent");
            stream.shutdown().await.expect("sent");
            let client = listener.accept().await.expect("it came");
            let admitted = client.admitted(Duration::from_mins(1)).await;
            assert_eq!(admitted.is_some(), is_known);
            if let Some(mut stream) = admitted {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await.expect("read");
                assert_eq!(rest, b"CONNECT");
            }
        }
    }
}
