//! The user's own way out: many networks let nothing pass but an HTTP proxy.
//! Its address and password stay outside; the sandbox's proxy goes through it.
//!
//! Names are then looked up by that proxy, so the addresses cannot be checked
//! here: the list of hosts and the name in the ClientHello still hold.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The answer to a CONNECT request has a few headers.
const MAX_ANSWER: usize = 8 * 1024;

/// The user's proxy, and the hosts that are reached without it.
#[derive(Clone, Default)]
pub(crate) struct Upstream {
    proxy: Option<Result<Proxy, String>>,
    direct: Vec<String>,
}

/// An HTTP proxy.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    host: String,
    port: u16,
    authorization: Option<String>,
}

// Never with the password.
impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("is_set", &self.proxy.is_some()).finish_non_exhaustive()
    }
}

impl Upstream {
    /// From the address of a proxy, and the hosts that `NO_PROXY` names.
    pub(crate) fn new(address: Option<&str>, no_proxy: &str) -> Self {
        let address = address.map(str::trim).filter(|address| !address.is_empty());
        let direct = no_proxy
            .split([',', ' '])
            .map(|host| host.trim().trim_start_matches("*.").trim_start_matches('.'))
            .map(|host| host.split(':').next().unwrap_or_default().to_ascii_lowercase())
            .filter(|host| !host.is_empty())
            .collect();
        Self { proxy: address.map(Proxy::parse), direct }
    }

    /// The proxy on the way to a host, or why it cannot be used.
    pub(crate) fn to(&self, host: &str) -> Option<Result<&Proxy, &str>> {
        let is_direct = self.direct.iter().any(|direct| {
            direct == "*"
                || host == direct
                || host.strip_suffix(direct).is_some_and(|front| front.ends_with('.'))
        });
        let proxy = self.proxy.as_ref().filter(|_| !is_direct)?;
        Some(proxy.as_ref().map_err(String::as_str))
    }
}

impl Proxy {
    fn parse(address: &str) -> Result<Self, String> {
        let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(format!(
                "the proxy of the package managers' configuration is a `{scheme}:` one; only `http:` proxies can be used"
            ));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port.filter(|_| !host.is_empty());
        let port = port.ok_or("the proxy of the package managers' configuration has no address")?;
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let plain = [decoded(name), b":".to_vec(), decoded(password)].concat();
            format!("Basic {}", STANDARD.encode(plain))
        });
        Ok(Self { host: host.to_owned(), port, authorization })
    }

    /// A connection through the proxy.
    pub(super) async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, String> {
        let mut stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| format!("the user's own proxy cannot be reached: {}", error.kind()))?;
        let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some(authorization) = &self.authorization {
            request.push_str("Proxy-Authorization: ");
            request.push_str(authorization);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let ended = |_| "the user's own proxy ended the connection".to_owned();
        stream.write_all(request.as_bytes()).await.map_err(ended)?;
        // Byte by byte, so that nothing of the tunnel is taken.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() == MAX_ANSWER {
                return Err("the user's own proxy answers at too great a length".to_owned());
            }
            answer.push(stream.read_u8().await.map_err(ended)?);
        }
        let answer = String::from_utf8_lossy(&answer);
        let mut words = answer.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some(version), Some("200")) if version.starts_with("HTTP/1.") => Ok(stream),
            (_, Some(status)) if status.len() == 3 => {
                Err(format!("the user's own proxy answered {status}"))
            }
            _ => Err("the user's own proxy does not answer as one".to_owned()),
        }
    }
}

/// `%40` and its like as bytes.
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let value = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        out.push(value.unwrap_or(*first));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_with_their_passwords() {
        let proxy = Proxy::parse("http://me:p%40ss@proxy.example:3128/").ok().unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port), ("proxy.example", 3128));
        let expected = format!("Basic {}", STANDARD.encode("me:p@ss"));
        assert_eq!(proxy.authorization, Some(expected));
        let plain = Proxy::parse("proxy.example").ok().unwrap();
        assert_eq!((plain.port, plain.authorization), (80, None));
        for text in ["https://proxy.example", "socks5://proxy.example", "http://", "http://a:b:c"] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn some_hosts_are_reached_without_it() {
        let upstream = Upstream::new(Some("http://proxy.example"), "a.example, .b.example:443");
        for (host, is_direct) in [
            ("a.example", true),
            ("x.a.example", true),
            ("xa.example", false),
            ("x.b.example", true),
            ("c.example", false),
        ] {
            assert_eq!(upstream.to(host).is_none(), is_direct, "{host}");
        }
        assert!(Upstream::new(Some("http://proxy.example"), "*").to("a.example").is_none());
        assert!(Upstream::new(Some(" "), "").to("a.example").is_none());
        assert!(!format!("{:?}", Upstream::new(Some("http://me:canary@x"), "")).contains("canary"));
    }
}
