//! The way to a proxy where its socket cannot be mounted, since the command
//! runs on another machine: an address of ours, and a word that only this
//! command knows. It is written down where the socket would be, so that the
//! bridge finds either.

use std::fs::File;
use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selfopt_core::SandboxError;
use serde::{Deserialize, Serialize};

use super::inside::SOCKET;
use crate::failure::{failed, other};

/// Where a proxy listens, as the bridge reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Door {
    pub host: IpAddr,
    pub port: u16,
    /// What a client says first, in a line of its own.
    pub token: String,
}

// Never with the token.
impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Door({}:{})", self.host, self.port)
    }
}

impl Door {
    /// Listens where `host` leads to.
    pub(super) fn open(host: IpAddr) -> io::Result<(Self, TcpListener)> {
        let all = match host {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        // An address that is translated on the way is none of ours.
        let listener = TcpListener::bind(SocketAddr::new(host, 0))
            .or_else(|_| TcpListener::bind(SocketAddr::new(all, 0)))?;
        let port = listener.local_addr()?.port();
        Ok((Self { host, port, token: token()? }, listener))
    }

    /// Writes it down in the directory of an install.
    pub(super) fn write(&self, dir: &Path) -> Result<(), SandboxError> {
        let path = dir.join(SOCKET);
        let json = serde_json::to_vec(self)
            .map_err(|error| other(format!("an address without a JSON form: {error}")))?;
        std::fs::write(&path, json).map_err(failed("write", &path))
    }

    /// Reads it there.
    #[cfg(any(feature = "kubernetes", test))]
    pub(crate) fn read(dir: &Path) -> Result<Self, SandboxError> {
        let path = dir.join(SOCKET);
        let json = std::fs::read(&path).map_err(failed("read", &path))?;
        serde_json::from_slice(&json)
            .map_err(|error| other(format!("`{}` is no address: {error}", path.display())))
    }
}

/// 32 random bytes as text.
fn token() -> io::Result<String> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_found_where_the_socket_would_be() {
        let dir = tempfile::tempdir().unwrap();
        let (door, listener) = Door::open(IpAddr::from([127, 0, 0, 1])).unwrap();
        assert_eq!(listener.local_addr().unwrap().port(), door.port);
        door.write(dir.path()).unwrap();
        assert_eq!(Door::read(dir.path()).unwrap(), door);
        assert_eq!(door.token.len(), 44);
        let (other, _) = Door::open(IpAddr::from([127, 0, 0, 1])).unwrap();
        assert_ne!(other.token, door.token);
        assert!(!format!("{door:?}").contains(&door.token));
        // An address of nobody here.
        let (_, anywhere) = Door::open(IpAddr::from([192, 0, 2, 1])).unwrap();
        assert!(anywhere.local_addr().unwrap().ip().is_unspecified());
    }
}
