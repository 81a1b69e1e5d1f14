//! Dependencies between our own crates run one way.

use super::metadata::Metadata;

/// The adapters: each knows the core, none knows another.
const ADAPTERS: [&str; 8] = [
    "selfopt-detect",
    "selfopt-rules",
    "selfopt-plugin-host",
    "selfopt-probe",
    "selfopt-sandbox",
    "selfopt-store",
    "selfopt-github",
    "selfopt-llm",
];

/// Every dependency on a crate of ours, declared for whatever purpose, must be allowed. Tests count:
/// a test that needs two adapters belongs to the root package.
pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.ours() {
        for dependency in &package.dependencies {
            let is_ours = metadata.ours().any(|other| other.name == dependency.name);
            if is_ours && !may_depend(&package.name, &dependency.name) {
                findings
                    .push(format!("`{}` must not depend on `{}`", package.name, dependency.name));
            }
        }
    }
    findings
}

/// The table of `docs/architecture.md`, "Folders".
fn may_depend(from: &str, to: &str) -> bool {
    let inner = ["selfopt-syntax", "selfopt-core"].contains(&to);
    match from {
        "selfopt-syntax" => false,
        "selfopt-core" => to == "selfopt-syntax",
        "selfopt-compose" => inner || ADAPTERS.contains(&to),
        "selfopt-server" => inner || ADAPTERS.contains(&to) || to == "selfopt-compose",
        "selfopt-cli" => {
            inner || ADAPTERS.contains(&to) || ["selfopt-compose", "selfopt-server"].contains(&to)
        }
        "selfopt" => to != "xtask",
        // The tasks know the core, so that they can calibrate, generate and score.
        "xtask" => inner || ["selfopt-detect", "selfopt-rules"].contains(&to),
        adapter if ADAPTERS.contains(&adapter) => inner,
        // A crate that the table does not know yet.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_is_fixed() {
        assert!(may_depend("selfopt-core", "selfopt-syntax"));
        assert!(may_depend("selfopt-rules", "selfopt-syntax"));
        assert!(may_depend("selfopt-store", "selfopt-core"));
        assert!(may_depend("selfopt-cli", "selfopt-store"));
        assert!(may_depend("selfopt-cli", "selfopt-compose"));
        assert!(may_depend("selfopt", "selfopt-cli"));

        assert!(!may_depend("selfopt-syntax", "selfopt-core"));
        assert!(!may_depend("selfopt-core", "selfopt-store"));
        assert!(!may_depend("selfopt-store", "selfopt-sandbox"));
        assert!(!may_depend("selfopt-detect", "selfopt-cli"));
        assert!(!may_depend("selfopt-compose", "selfopt-server"));
        assert!(!may_depend("selfopt-new", "selfopt-core"));
    }
}
