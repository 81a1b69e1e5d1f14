//! Yarn 1 has a line for each range that is asked for.

use std::collections::BTreeMap;

use super::Fault;
use crate::diagnose::Asked;
use crate::diagnose::lock::{Lock, yarn};

pub(super) fn faults<'a>(lock: &Lock, asked: &[Asked<'a>]) -> Vec<(Asked<'a>, Fault)> {
    let mut ranges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pattern in yarn::headers(&lock.text).flat_map(|(_, header)| yarn::patterns(header)) {
        if let Some((name, range)) = pattern.rsplit_once('@') {
            ranges.entry(name).or_default().push(range);
        }
    }
    asked
        .iter()
        .filter_map(|asked| {
            let fault = match ranges.get(asked.name) {
                None => Fault::Lacks,
                Some(there) if there.contains(&asked.spec) => return None,
                Some(there) => Fault::Differs { there: there.join(" and ") },
            };
            Some((*asked, fault))
        })
        .collect()
}
