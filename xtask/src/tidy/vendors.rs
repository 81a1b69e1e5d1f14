//! Crates that must not be in certain places, or not at all.

use super::metadata::Metadata;

/// The crates that do no input or output.
const PURE: [&str; 2] = ["selfopt-core", "selfopt-syntax"];

/// What they must not need, directly or through others. Their tests may.
const VENDORS: [&str; 8] =
    ["tokio", "wasmtime", "sqlx", "octocrab", "bollard", "git2", "genai", "reqwest"];

/// What no package of the graph may be: TLS goes through rustls with ring alone.
const BANNED: [&str; 5] = ["openssl", "openssl-sys", "aws-lc-rs", "aws-lc-sys", "native-tls"];

/// The pure crates know no vendor.
pub(super) fn check_core(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in PURE {
        let needed = metadata.needed_by(package);
        for vendor in VENDORS {
            if let Some(chain) = needed.get(vendor) {
                findings.push(format!("`{package}` needs `{vendor}`: {}", chain.join(" → ")));
            }
        }
    }
    findings
}

/// Nobody brings in a banned crate.
pub(super) fn check_banned(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.ours() {
        let needed = metadata.needed_by(&package.name);
        for banned in BANNED {
            if let Some(chain) = needed.get(banned) {
                findings.push(format!("`{banned}` is banned: {}", chain.join(" → ")));
            }
        }
    }
    let unexplained = metadata
        .foreign()
        .filter(|package| BANNED.contains(&package.name.as_str()) && findings.is_empty());
    let unexplained: Vec<_> =
        unexplained.map(|package| format!("`{}` is banned", package.name)).collect();
    findings.extend(unexplained);
    findings
}
