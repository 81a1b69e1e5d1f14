//! Dependencies that come from a repository or a plain address.

use std::collections::{BTreeMap, BTreeSet};

use selfopt_core::EvidenceLine;

use super::lock::Locked;
use super::source::{Source, of_address, of_specifier};
use super::{Note, Seen, listed};

pub(super) fn note(seen: &Seen, locked: &[Locked<'_>]) -> Option<Note> {
    let mut found: BTreeMap<String, (String, EvidenceLine)> = BTreeMap::new();
    for asked in seen.asked() {
        if let Some(Source::Outside(host)) = of_specifier(asked.spec) {
            let line = without_credentials(seen.line_of(&asked));
            found.entry(asked.name.to_owned()).or_insert((host, line));
        }
    }
    if let Some(lock) = &seen.lock {
        for package in locked {
            if let Some(Source::Outside(host)) = of_address(package.address)
                && !package.is_optional
                && !found.contains_key(package.name)
            {
                let line = without_credentials(lock.line(package.line_idx));
                found.insert(package.name.to_owned(), (host, line));
            }
        }
    }
    let (_, evidence) = found.values().next()?.clone();
    let names: Vec<_> = found.keys().cloned().collect();
    let hosts: BTreeSet<_> = found.into_values().map(|(host, _)| host).collect();
    let hosts: Vec<_> = hosts.into_iter().collect();
    let verb = if names.len() == 1 { "comes" } else { "come" };
    Some(Note {
        message: format!(
            "{} {verb} from {} and not from the registry",
            listed(&names),
            listed(&hosts)
        ),
        hint: "the install must reach that host; where it cannot, depend on published versions and write the lock file anew".to_owned(),
        evidence,
    })
}

/// An address may hold a token; such a line is not quoted.
fn without_credentials(mut line: EvidenceLine) -> EvidenceLine {
    let is_open = line.text.split("://").skip(1).any(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        authority.rsplit_once('@').is_some_and(|(user, _)| user != "git")
    });
    if is_open {
        line.text.clear();
    }
    line
}
