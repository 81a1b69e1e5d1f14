//! From a name on the list to a connection: looked up here, all addresses
//! checked, connected to one that was checked.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::address::{own_addresses, refusal};
use super::policy::{PORT, Policy};

/// Addresses of each family that are tried.
const TRIES: usize = 2;

/// Why there is no connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DialError {
    /// What the name leads to is forbidden.
    Refused(String),
    /// It was tried.
    Failed(String),
}

/// Connects to a host on the list.
pub(super) async fn dial(policy: &Policy, host: &str) -> Result<TcpStream, DialError> {
    let limit = policy.caps.connecting;
    let connected = timeout(limit, async {
        match policy.upstream.to(host) {
            Some(Ok(proxy)) => proxy.connect(host, PORT).await.map_err(DialError::Failed),
            Some(Err(reason)) => Err(DialError::Failed(reason.to_owned())),
            None => direct(policy, host).await,
        }
    });
    let late = || DialError::Failed(format!("it did not answer within {} s", limit.as_secs()));
    let stream = connected.await.map_err(|_| late())??;
    // Requests are small and wait for their answers.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn direct(policy: &Policy, host: &str) -> Result<TcpStream, DialError> {
    let addresses = lookup(policy, host).await?;
    let own = own_addresses();
    for address in &addresses {
        if is_exempt(policy, *address) {
            continue;
        }
        let own = own.contains(&address.ip()).then_some("an address of this machine");
        if let Some(reason) = refusal(address.ip()).or(own) {
            let is_registry = policy.registries.iter().any(|registry| registry.covers(host));
            let whose = if is_registry {
                "it is a registry of your own configuration, and its name leads to"
            } else {
                "its name leads to"
            };
            return Err(DialError::Refused(format!("{whose} {reason}")));
        }
    }
    let mut last = DialError::Failed("its name has no address".to_owned());
    let (v4, v6): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv4);
    let each = policy.caps.connecting / 4;
    for address in v4.into_iter().take(TRIES).chain(v6.into_iter().take(TRIES)) {
        match connect(address, each).await {
            Ok(stream) => return Ok(stream),
            Err(reason) => last = DialError::Failed(reason),
        }
    }
    Err(last)
}

async fn connect(address: SocketAddr, limit: Duration) -> Result<TcpStream, String> {
    match timeout(limit, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(format!("it cannot be connected: {}", error.kind())),
        Err(_) => Err("it cannot be connected: no answer".to_owned()),
    }
}

async fn lookup(policy: &Policy, host: &str) -> Result<Vec<SocketAddr>, DialError> {
    #[cfg(test)]
    {
        policy.lookups.lock().expect("not poisoned").push(host.to_owned());
        if let Some(addresses) = policy.fixed_names.get(host) {
            return Ok(addresses.clone());
        }
    }
    let _ = policy;
    match lookup_host((host, PORT)).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(_) => Err(DialError::Failed("its name cannot be resolved".to_owned())),
    }
}

/// Servers of tests listen on loopback. There is no such exception outside of
/// them.
#[cfg(test)]
fn is_exempt(policy: &Policy, address: SocketAddr) -> bool {
    policy.exempt.contains(&address)
}

#[cfg(not(test))]
fn is_exempt(_policy: &Policy, _address: SocketAddr) -> bool {
    false
}
