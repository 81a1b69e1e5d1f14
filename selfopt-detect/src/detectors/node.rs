//! The Node version: version files, `volta`, `devEngines`, `engines`, the CI's
//! matrix.

use selfopt_core::{Claim, CommandSource, Detector, EvidenceLine, Fact, NodeVersion, SourceTree};

use crate::ci;
use crate::evidence::{claim, quoted};
use crate::manifest::{Field, Manifest};
use crate::version_files::pin_of;

pub(super) struct NodeVersions;

/// Below this a range is a promise to consumers, not what the project is
/// developed with: `>=0.3.1`.
const OLDEST_DEVELOPED_WITH: u64 = 16;

/// The major that `lts/*` and its like stand for. They name no version, so a
/// host that has another is as good.
const NEWEST_LTS: u64 = 24;

/// What a version file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// This major.
    Major(u64),
    /// Whatever is supported today, such as this one.
    Supported(u64),
}

impl Detector for NodeVersions {
    fn detect(&self, tree: &dyn SourceTree, _so_far: &[Claim]) -> Vec<Claim> {
        let manifest = Manifest::root_or_default(tree);
        // What developers need says more than what consumers need.
        let range = manifest.dev_engines_node.as_ref().or(manifest.engines_node.as_ref());
        let acceptable = range.map(|field| field.value.clone());
        let fact = |asked: Asked, source: EvidenceLine, confidence: f64| {
            let (pick, pinned) = match asked {
                Asked::Major(pick) => (pick, true),
                Asked::Supported(pick) => (pick, false),
            };
            let version = NodeVersion {
                pick: pick.to_string(),
                acceptable: acceptable.clone(),
                pinned,
                source: source.clone(),
            };
            claim(Fact::Node(version), confidence, CommandSource::Script, vec![source])
        };
        let mut claims = Vec::new();
        for path in [".nvmrc", ".node-version"] {
            if let Some(text) = tree.text(path)
                && let Some((line_idx, line)) = first_line(&text)
                && let Some(asked) = asked(line)
            {
                claims.push(fact(asked, quoted(path, line_idx, line), 0.95));
            }
        }
        if let Some(pin) = pin_of(tree, "node")
            && let Some(asked) = asked(&pin.version)
        {
            claims.push(fact(asked, pin.line, 0.93));
        }
        if let Some(Field { value, line }) = manifest.volta.get("node")
            && let Some(asked) = asked(value)
        {
            claims.push(fact(asked, line.clone(), 0.92));
        }
        let suggested = |pick: u64| Asked::Supported(pick);
        claims.extend(from_ci(tree).map(|(pick, line)| fact(suggested(pick), line, 0.7)));
        let ranges = [(&manifest.dev_engines_node, 0.65), (&manifest.engines_node, 0.6)];
        for (field, confidence) in ranges {
            if let Some(Field { value, line }) = field
                && let Some(lowest) = major(value)
                && lowest >= OLDEST_DEVELOPED_WITH
            {
                // The lowest that is promised, where the CI does not say more.
                claims.push(fact(suggested(lowest + lowest % 2), line.clone(), confidence));
            }
        }
        claims
    }
}

/// The first line that says something: comments start with `#`.
fn first_line(text: &str) -> Option<(usize, &str)> {
    let text = text.trim_start_matches('\u{feff}');
    text.lines()
        .enumerate()
        .map(|(line_idx, line)| (line_idx, line.split('#').next().unwrap_or_default().trim()))
        .find(|(_, line)| !line.is_empty())
}

/// A version or an alias, as version managers read it.
fn asked(text: &str) -> Option<Asked> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "lts/*" | "lts" | "lts/latest" | "node" | "stable" | "current" | "latest" => {
            return Some(Asked::Supported(NEWEST_LTS));
        }
        _ => {}
    }
    // `lts/-1` is the one before the newest; every second major is one.
    if let Some(back) = text.strip_prefix("lts/-") {
        let back: u64 = back.parse().ok()?;
        return NEWEST_LTS.checked_sub(back.checked_mul(2)?).map(Asked::Supported);
    }
    major(&text).map(Asked::Major)
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
        .filter(|(major, _)| major % 2 == 0 && *major <= NEWEST_LTS)
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
        assert_eq!(picked(&[(".nvmrc", "system")]), None);
    }

    #[test]
    fn aliases_and_ranges_suggest_and_versions_demand() {
        let dev = r#"{"devEngines": {"runtime": [{"name": "node", "version": "^22.11"}]}, "engines": {"node": ">=6"}}"#;
        let volta = r#"{"volta": {"node": "18.19.0"}}"#;
        for (files, pick, pinned, acceptable) in [
            (&[(".nvmrc", "# with nvm\n\nlts/*\n")][..], "24", false, None),
            (&[(".nvmrc", "lts/-1")], "22", false, None),
            (&[(".node-version", "node")], "24", false, None),
            (&[(".nvmrc", "v18.20.4 # old")], "18", true, None),
            (&[("mise.toml", "[tools]\nnode = '22.11.0'\n")], "22", true, None),
            (&[("package.json", volta)], "18", true, None),
            (&[("package.json", dev)], "22", false, Some("^22.11")),
        ] {
            let tree = MemoryTree::new(files.iter().copied());
            let version = weigh(&NodeVersions.detect(&tree, &[])).node_version.expect("told");
            assert_eq!((version.pick.as_str(), version.pinned), (pick, pinned), "{files:?}");
            assert_eq!(version.acceptable.as_deref(), acceptable, "{files:?}");
        }
        assert_eq!(asked("lts/-99"), None);
        assert_eq!(asked("lts/-18446744073709551615"), None);
    }
}
