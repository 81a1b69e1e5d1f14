//! The Node version: version files, `volta`, `engines`, the CI's matrix.

use selfopt_core::{Claim, CommandSource, Detector, EvidenceLine, Fact, NodeVersion, SourceTree};

use crate::ci;
use crate::evidence::{claim, find_line};
use crate::manifest::{Field, Manifest};

pub(super) struct NodeVersions;

/// Below this a range is a promise to consumers, not what the project is
/// developed with: `>=0.3.1`.
const OLDEST_DEVELOPED_WITH: u64 = 16;

impl Detector for NodeVersions {
    fn detect(&self, tree: &dyn SourceTree, _so_far: &[Claim]) -> Vec<Claim> {
        let manifest = Manifest::root_or_default(tree);
        let acceptable = manifest.engines_node.as_ref().map(|field| field.value.clone());
        let fact = |pick: u64, source: EvidenceLine, confidence: f64| {
            let version = NodeVersion {
                pick: pick.to_string(),
                acceptable: acceptable.clone(),
                source: source.clone(),
            };
            claim(Fact::Node(version), confidence, CommandSource::Script, vec![source])
        };
        let mut claims = Vec::new();
        for (path, confidence) in [(".nvmrc", 0.95), (".node-version", 0.95)] {
            if let Some(text) = tree.text(path)
                && let Some(pick) = major(text.trim())
            {
                claims.push(fact(
                    pick,
                    find_line(path, &text, |line| !line.trim().is_empty()),
                    confidence,
                ));
            }
        }
        if let Some(text) = tree.text(".tool-versions") {
            let line = find_line(".tool-versions", &text, |line| {
                line.starts_with("nodejs ") || line.starts_with("node ")
            });
            if let Some(pick) = line.text.split_whitespace().nth(1).and_then(major) {
                claims.push(fact(pick, line, 0.93));
            }
        }
        if let Some(Field { value, line }) = &manifest.volta_node
            && let Some(pick) = major(value)
        {
            claims.push(fact(pick, line.clone(), 0.92));
        }
        claims.extend(from_ci(tree).map(|(pick, line)| fact(pick, line, 0.7)));
        if let Some(Field { value, line }) = &manifest.engines_node
            && let Some(lowest) = major(value)
            && lowest >= OLDEST_DEVELOPED_WITH
        {
            // The lowest that is promised, where the CI does not say more.
            claims.push(fact(lowest + lowest % 2, line.clone(), 0.6));
        }
        claims
    }
}

/// The highest even (long-term supported) major that the CI runs, else the
/// highest.
fn from_ci(tree: &dyn SourceTree) -> Option<(u64, EvidenceLine)> {
    let versions: Vec<_> = ci::read(tree)
        .node_versions
        .into_iter()
        .filter_map(|(version, line)| Some((major(&version)?, line)))
        .collect();
    let even = versions
        .iter()
        .filter(|(major, _)| major % 2 == 0 && *major <= 24)
        .max_by_key(|(major, _)| *major);
    even.or_else(|| versions.iter().max_by_key(|(major, _)| *major)).cloned()
}

/// The first major in a version or range: `v20.1`, `^18 || >=20`, `lts/jod`.
fn major(text: &str) -> Option<u64> {
    let codename = text.strip_prefix("lts/").map(str::to_lowercase);
    match codename.as_deref() {
        Some("gallium") => return Some(16),
        Some("hydrogen") => return Some(18),
        Some("iron") => return Some(20),
        Some("jod") => return Some(22),
        Some("krypton") => return Some(24),
        _ => {}
    }
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .take(4)
        .collect();
    digits.parse().ok().filter(|major| *major < 1000)
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;
    use selfopt_core::detection::weigh;

    use super::*;

    fn picked(files: &[(&str, &str)]) -> Option<String> {
        let tree = MemoryTree::new(files.iter().copied());
        weigh(&NodeVersions.detect(&tree, &[]))
            .node_version
            .map(|version| format!("{} {}", version.pick, version.source))
    }

    #[test]
    fn the_most_telling_source_decides() {
        let engines = r#"{"engines": {"node": ">=18"}}"#;
        let consumers = r#"{"engines": {"node": ">=0.3.1"}}"#;
        let ci = "on: push\njobs: {a: {strategy: {matrix: {node: [18, 22, 23]}}, steps: [{uses: actions/setup-node@v4, with: {node-version: '${{ matrix.node }}'}}]}}";
        assert_eq!(picked(&[("package.json", engines)]).as_deref(), Some("18 package.json:1"));
        assert_eq!(picked(&[("package.json", consumers)]), None);
        assert_eq!(
            picked(&[("package.json", engines), (".nvmrc", "v20.1\n")]).as_deref(),
            Some("20 .nvmrc:1")
        );
        assert_eq!(
            picked(&[(".tool-versions", "ruby 3\nnodejs 22.11.0\n")]).as_deref(),
            Some("22 .tool-versions:2")
        );
        let with_ci = [("package.json", engines), (".github/workflows/ci.yml", ci)];
        assert_eq!(picked(&with_ci).as_deref(), Some("22 .github/workflows/ci.yml:2"));
        assert_eq!(picked(&[(".nvmrc", "lts/iron")]).as_deref(), Some("20 .nvmrc:1"));
        assert_eq!(picked(&[(".nvmrc", "lts/*")]), None);
    }
}
