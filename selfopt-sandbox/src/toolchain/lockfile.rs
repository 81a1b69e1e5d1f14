//! Which versions of a package manager read a lock file without rewriting it,
//! for projects that pin no version.

use selfopt_core::SourceTree;

/// Larger lock files are not read; the version stands at their beginning.
const MAX_BYTES: u64 = 64 << 20;
const MAX_LINES: usize = 200;

/// Settings that pnpm 9 knows in `pnpm-workspace.yaml`. With any other one the
/// file was written for pnpm 10.
const PNPM_9_KEYS: [&str; 3] = ["packages", "catalog", "catalogs"];

/// The range of pnpm that fits `pnpm-lock.yaml`.
pub(super) fn pnpm(tree: &dyn SourceTree) -> &'static str {
    let version = value(tree, "pnpm-lock.yaml", "lockfileVersion:").unwrap_or_default();
    let mut parts = version.split(['.', '-']).map(|part| part.parse::<u64>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(5), Some(0..=2)) => "5",
        (Some(5), Some(3)) => "6",
        (Some(5), _) => "7",
        (Some(6), _) => "8",
        // Written by 9 and by later ones. Where nothing speaks for a later one,
        // 9 does what all did before: it runs the build scripts of dependencies.
        (Some(9), _) if !is_for_pnpm_10(tree) => "9",
        _ => "10",
    }
}

/// The range of Yarn 2 and later that fits `yarn.lock`. Each writes one version
/// of the format, and with `--immutable` refuses a lock file of another.
pub(super) fn yarn_berry(tree: &dyn SourceTree) -> &'static str {
    let version = value(tree, "yarn.lock", "version:").and_then(|text| text.parse::<u64>().ok());
    match version {
        Some(0..=4) => "2 - 3.0",
        Some(5) => "3.1",
        Some(6) => "3.2 - 3",
        Some(7 | 8) => "4.0 - 4.13",
        Some(9) => "4.14",
        _ => "4",
    }
}

fn is_for_pnpm_10(tree: &dyn SourceTree) -> bool {
    let has = |path: &str, key: &str| text(tree, path).is_some_and(|text| text.contains(key));
    let other_settings = text(tree, "pnpm-workspace.yaml").is_some_and(|text| {
        let keys: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            .filter_map(|line| line.split_once(':'))
            .map(|(key, _)| key.trim())
            .collect();
        !keys.contains(&"packages") || keys.iter().any(|key| !PNPM_9_KEYS.contains(key))
    });
    other_settings || has("package.json", "\"onlyBuiltDependencies\"")
}

/// What stands behind a key on the first line that starts with it.
fn value(tree: &dyn SourceTree, path: &str, key: &str) -> Option<String> {
    let text = text(tree, path)?;
    let line = text.lines().take(MAX_LINES).find_map(|line| line.trim().strip_prefix(key))?;
    Some(line.trim().trim_matches(['\'', '"']).to_owned())
}

fn text(tree: &dyn SourceTree, path: &str) -> Option<String> {
    tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
    tree.text(path)
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn pnpm_fits_its_lock_file() {
        let fits = |lock: &str, others: &[(&str, &str)]| {
            let files = [("pnpm-lock.yaml", lock)].into_iter().chain(others.iter().copied());
            pnpm(&MemoryTree::new(files))
        };
        for (lock, expected) in [
            ("lockfileVersion: '9.0'\n", "9"),
            ("lockfileVersion: '6.0'\n\nsettings:\n", "8"),
            ("lockfileVersion: 5.4\n", "7"),
            ("lockfileVersion: 5.4-inlineSpecifiers\n", "7"),
            ("lockfileVersion: 5.3\n", "6"),
            ("lockfileVersion: 5.1\n", "5"),
            ("", "10"),
            ("lockfileVersion: \"x\"\n", "10"),
        ] {
            assert_eq!(fits(lock, &[]), expected, "{lock}");
        }
        let nine = "lockfileVersion: '9.0'\n";
        let workspace = |text| fits(nine, &[("pnpm-workspace.yaml", text)]);
        assert_eq!(workspace("packages:\n  - a\ncatalog:\n  x: 1\n"), "9");
        assert_eq!(workspace("packages:\n  - a\noverrides:\n  x: 1\n"), "10");
        assert_eq!(workspace("onlyBuiltDependencies:\n  - esbuild\n"), "10");
        let built = r#"{"pnpm": {"onlyBuiltDependencies": []}}"#;
        assert_eq!(fits(nine, &[("package.json", built)]), "10");
    }

    #[test]
    fn yarn_fits_its_lock_file() {
        for (version, expected) in [
            ("4", "2 - 3.0"),
            ("5", "3.1"),
            ("6", "3.2 - 3"),
            ("8", "4.0 - 4.13"),
            ("9", "4.14"),
            ("10", "4"),
            ("x", "4"),
        ] {
            let lock =
                format!("# generated\n\n__metadata:\n  version: {version}\n  cacheKey: 10\n");
            assert_eq!(yarn_berry(&MemoryTree::new([("yarn.lock", lock.as_str())])), expected);
        }
        assert_eq!(yarn_berry(&MemoryTree::default()), "4");
    }
}
