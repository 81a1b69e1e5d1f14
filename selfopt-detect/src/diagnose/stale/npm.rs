//! npm refuses when a locked version does not fit, or is not there.

use std::collections::BTreeMap;

use super::{Fault, fits};
use crate::diagnose::Asked;
use crate::diagnose::lock::{Lock, Locked};

/// Of what is asked for, what is not there in a version that fits.
pub(super) fn faults<'a>(
    lock: &Lock,
    locked: &[Locked<'_>],
    asked: &[Asked<'a>],
) -> Vec<(Asked<'a>, Fault)> {
    let links = links(&lock.text);
    // Whatever depth it has there: a version that fits may well be below.
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in locked {
        versions.entry(package.name).or_default().push(package.version);
    }
    asked
        .iter()
        .filter(|asked| !links.contains(&asked.name))
        .filter_map(|asked| {
            let fault = match versions.get(asked.name) {
                None => Fault::Lacks,
                Some(there) if there.iter().any(|version| fits(version, asked.spec)) => {
                    return None;
                }
                Some(there) => Fault::Differs { there: (*there.first()?).to_owned() },
            };
            Some((*asked, fault))
        })
        .collect()
}

/// Packages of the workspace, which are links.
fn links(text: &str) -> Vec<&str> {
    let mut key = "";
    let mut links = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) =
            line.strip_prefix("\"node_modules/").and_then(|rest| rest.strip_suffix("\": {"))
        {
            key = name;
        } else if line.starts_with("\"link\": true") {
            links.push(key);
        }
    }
    links
}
