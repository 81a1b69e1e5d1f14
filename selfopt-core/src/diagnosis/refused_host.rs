//! A host that the sandbox did not let an install reach. The proxy knows what
//! it refused, whatever the package manager made of the answer.

use super::{Diagnosis, Red, diagnosis};
use crate::domain::{HostDecision, HostUse};

/// A refused host that the output speaks of.
pub(super) fn named(red: &Red<'_>) -> Option<Diagnosis> {
    refused(red).find_map(|host| {
        let line = red.find(|line| line.contains(&host.host) && !super::words::is_warning(line))?;
        Some(told(host, line))
    })
}

/// Any refused host, where nothing else is known.
pub(super) fn any(red: &Red<'_>) -> Option<Diagnosis> {
    let host = refused(red).next()?;
    Some(told(host, &format!("CONNECT {}:{} was refused", host.host, host.port)))
}

/// What is not on the list comes first: it is what a person can change.
fn refused<'a>(red: &Red<'a>) -> impl Iterator<Item = &'a HostUse> {
    let hosts = red.step.network.map_or(&[][..], |network| network.hosts.as_slice());
    let unlisted = hosts.iter().filter(|host| host.decision == HostDecision::NotListed);
    let others = hosts.iter().filter(|host| reason(host).is_some());
    unlisted.chain(others)
}

fn told(host: &HostUse, line: &str) -> Diagnosis {
    let HostUse { host: name, port, .. } = host;
    match reason(host) {
        None => diagnosis(
            format!("the install asked for `{name}`, which is not on its list of hosts"),
            format!(
                "if you trust it, name it in selfopt.toml: `[sandbox]` `allow_hosts = [\"{name}\"]`; a registry belongs into your own configuration instead (`npm config set registry`)"
            ),
            line,
        ),
        // A registry of a company's own network.
        Some(reason) if reason.contains("registry of your own configuration") => diagnosis(
            format!("the registry `{name}` cannot be used in a sandbox: {reason}"),
            "reach it through an HTTP proxy of your own, which looks its name up itself (`HTTPS_PROXY`, or `https-proxy` in your `.npmrc`), or, for a project that you trust, lift the list in selfopt.toml: `[sandbox]` `network = \"open\"`",
            line,
        ),
        Some(reason) => diagnosis(
            format!("the install asked for `{name}:{port}`, which was refused: {reason}"),
            "take the dependency from a public host over https, or, for a project that you trust, lift the list in selfopt.toml: `[sandbox]` `network = \"open\"`",
            line,
        ),
    }
}

fn reason(host: &HostUse) -> Option<&str> {
    match &host.decision {
        HostDecision::Cut { reason } | HostDecision::Refused { reason } => Some(reason),
        HostDecision::Allowed | HostDecision::Failed { .. } | HostDecision::NotListed => None,
    }
}
