//! The way out of a sandbox during an install: nothing but one unix socket,
//! which leads to a proxy of ours that lets TLS through to the hosts on a list
//! and writes down every decision.
//!
//! A backend gives a command a network namespace without interfaces and
//! mounts the directory of [`Egress::start`] at [`INSIDE`]; [`command`] and [`variables`] make the
//! command find the proxy. The barrier is the namespace and the proxy: nothing
//! inside is trusted to use either of them. Where a command runs on another
//! machine, an address of ours takes the place of the socket ([`door`]).

mod address;
mod client;
mod dial;
mod door;
mod hello;
mod inside;
#[cfg(any(feature = "kubernetes", test))]
mod knock;
mod listener;
mod log;
mod policy;
mod proxy;
mod tunnel;
mod upstream;

use std::fs::{self, Permissions};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use selfopt_core::{NetworkAccess, NetworkUse, SandboxError};

pub(crate) use self::client::registries;
pub(crate) use self::door::Door;
use self::inside::{BRIDGE, BRIDGE_TEXT, SOCKET};
pub(crate) use self::inside::{INSIDE, command, variables};
#[cfg(feature = "kubernetes")]
pub(crate) use self::knock::Knock;
use self::listener::Listener;
pub(crate) use self::policy::Policy;
use self::proxy::Proxy;
pub(crate) use self::upstream::Upstream;
use crate::failure::failed;
use crate::workspace::{FileOwner, give, remove_tree};

/// A proxy for one command. Dropped, it ends, and its directory is removed.
#[derive(Debug)]
pub(crate) struct Egress {
    dir: PathBuf,
    policy: Policy,
    proxy: Option<Proxy>,
}

impl Egress {
    /// Starts a proxy whose socket, which `owner` may use, lies in a new
    /// directory, or that listens at an address of ours, which is written down
    /// there. Must be called within a Tokio runtime that has its drivers on.
    pub(crate) fn start(
        dir: &Path,
        owner: Option<FileOwner>,
        policy: Policy,
        at: Option<IpAddr>,
    ) -> Result<Self, SandboxError> {
        // What a command before this one left, if its process was killed.
        remove_tree(dir)?;
        fs::create_dir(dir).map_err(failed("create", dir))?;
        let mut egress = Self { dir: dir.to_owned(), policy: policy.clone(), proxy: None };
        let (socket, bridge) = (dir.join(SOCKET), dir.join(BRIDGE));
        fs::write(&bridge, BRIDGE_TEXT).map_err(failed("write", &bridge))?;
        let listener = match at {
            None => Listener::at_socket(&socket).map_err(failed("open", &socket))?,
            Some(host) => {
                let (door, listener) = Door::open(host).map_err(failed("open", &socket))?;
                door.write(dir)?;
                Listener::at_address(listener, door.token).map_err(failed("open", &socket))?
            }
        };
        egress.proxy = Some(Proxy::start(policy, listener));
        let modes = [(dir, 0o711), (bridge.as_path(), 0o644), (socket.as_path(), 0o600)];
        for (path, mode) in modes {
            let mode = Permissions::from_mode(mode);
            fs::set_permissions(path, mode).map_err(failed("set the mode of", path))?;
        }
        give(&socket, owner)?;
        Ok(egress)
    }

    /// Ends the proxy; what was asked of it.
    pub(crate) async fn finish(mut self) -> NetworkUse {
        let (hosts, more) = match self.proxy.take() {
            Some(proxy) => proxy.finish().await,
            None => Default::default(),
        };
        let allowed = self.policy.allowed.clone();
        // No more of them than were asked for: the others are nobody's business.
        let mut withheld: Vec<String> = hosts
            .iter()
            .map(|host| host.host.clone())
            .filter(|host| self.policy.credentials.contains(host))
            .collect();
        withheld.dedup();
        NetworkUse { access: NetworkAccess::AllowList, allowed, withheld, hosts, more }
    }
}

impl Drop for Egress {
    fn drop(&mut self) {
        if let Some(proxy) = &self.proxy {
            proxy.abort();
        }
        // What cannot be removed goes with the workspace.
        let _ = remove_tree(&self.dir);
    }
}

#[cfg(test)]
mod tests;
