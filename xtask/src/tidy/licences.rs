//! Every dependency is under a permissive licence.

use super::metadata::Metadata;
use super::spdx;

/// SPDX identifiers of licences that ask for attribution at most.
const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Judges the licence expression of each foreign package.
pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.foreign() {
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            None => findings.push(format!("`{name}` names no licence")),
            Some(expression) => match spdx::is_satisfied(expression, &ALLOWED) {
                Some(true) => {}
                Some(false) => findings.push(format!("`{name}` is under `{expression}`")),
                None => findings.push(format!("`{name}`: cannot read the licence `{expression}`")),
            },
        }
    }
    findings
}
