//! The first bytes of a tunnel, which must be a TLS ClientHello that names the
//! host of the tunnel (RFC 8446 section 4.1.2, RFC 6066 section 3).
//!
//! Own code, because the question is not only which name the message carries:
//! an encrypted ClientHello (RFC 9849) hides a second name behind the first
//! one, and libraries for servers do not tell whether there is one.

use std::ops::ControlFlow;

use thiserror::Error;

/// A message that is longer is none of an ordinary client.
const MAX_BYTES: usize = 16 * 1024;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;
/// `encrypted_client_hello`, and the draft before it.
const ENCRYPTED: [u16; 2] = [0xfe0d, 0xffce];

/// Why the first bytes of a tunnel are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum HelloError {
    #[error("it is not TLS")]
    NotTls,
    #[error("its TLS ClientHello is malformed")]
    Malformed,
    #[error("its TLS ClientHello is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("its TLS ClientHello names no host")]
    NoName,
    #[error("its TLS ClientHello is encrypted, so that nobody can say which host it names")]
    Encrypted,
}

/// Collects the first bytes of a tunnel, however they are split.
#[derive(Debug, Default)]
pub(super) struct HelloReader {
    bytes: Vec<u8>,
}

impl HelloReader {
    /// Takes what was read; the host's name, in lower case, as soon as the
    /// message is complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> ControlFlow<Result<String, HelloError>> {
        let room = MAX_BYTES - self.bytes.len();
        let fits = bytes.len() <= room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        match server_name(&self.bytes) {
            Ok(None) if fits => ControlFlow::Continue(()),
            Ok(None) => ControlFlow::Break(Err(HelloError::TooLong)),
            Ok(Some(_)) if !fits => ControlFlow::Break(Err(HelloError::TooLong)),
            Ok(Some(name)) => ControlFlow::Break(Ok(name)),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }

    /// All that was taken, to be passed on.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The name in a complete message; `None` while it is incomplete.
fn server_name(bytes: &[u8]) -> Result<Option<String>, HelloError> {
    let Some(message) = handshake(bytes)? else {
        return Ok(None);
    };
    let mut body = Cursor(&message);
    let name = name_in(&mut body).ok_or(HelloError::Malformed)??;
    Ok(Some(name))
}

/// The body of the handshake message, which may lie in several records.
fn handshake(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, HelloError> {
    let mut message = Vec::new();
    loop {
        if let [kind, high, middle, low, body @ ..] = message.as_slice() {
            if *kind != CLIENT_HELLO {
                return Err(HelloError::Malformed);
            }
            let length = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
            if length > MAX_BYTES {
                return Err(HelloError::TooLong);
            }
            if let Some(body) = body.get(..length) {
                return Ok(Some(body.to_vec()));
            }
        }
        // A record: type, version 3.x, length.
        match bytes {
            [kind, ..] if *kind != HANDSHAKE => return Err(HelloError::NotTls),
            [_, major, ..] if *major != 3 => return Err(HelloError::NotTls),
            [_, _, _, high, low, rest @ ..] => {
                let length = usize::from(*high) << 8 | usize::from(*low);
                if length == 0 || length > MAX_BYTES {
                    return Err(HelloError::Malformed);
                }
                message.extend_from_slice(&rest[..length.min(rest.len())]);
                bytes = rest.get(length..).unwrap_or_default();
            }
            _ => return Ok(None),
        }
    }
}

/// Walks the message; `None` where it ends too early.
fn name_in(body: &mut Cursor<'_>) -> Option<Result<String, HelloError>> {
    body.take(2 + 32)?;
    let _session = body.block_u8()?;
    let _ciphers = body.block_u16()?;
    let _compressions = body.block_u8()?;
    if body.0.is_empty() {
        return Some(Err(HelloError::NoName));
    }
    let mut extensions = body.block_u16()?;
    let mut found = None;
    while !extensions.0.is_empty() {
        let kind = extensions.u16()?;
        let mut content = extensions.block_u16()?;
        if ENCRYPTED.contains(&kind) {
            return Some(Err(HelloError::Encrypted));
        }
        if kind == SERVER_NAME {
            let mut names = content.block_u16()?;
            let kind = names.u8()?;
            let name = names.block_u16()?;
            // One extension with one name: of two, another reader could take
            // the other one.
            if found.is_some() || kind != HOST_NAME || !names.0.is_empty() || !content.0.is_empty()
            {
                return Some(Err(HelloError::Malformed));
            }
            let name = std::str::from_utf8(name.0).ok()?;
            found = Some(name.to_ascii_lowercase());
        }
    }
    Some(found.ok_or(HelloError::NoName))
}

/// Bytes that are read from the front and never beyond their end.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(front)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn block_u8(&mut self) -> Option<Self> {
        let length = self.u8()?;
        self.take(length.into()).map(Self)
    }

    fn block_u16(&mut self) -> Option<Self> {
        let length = self.u16()?;
        self.take(length.into()).map(Self)
    }
}
