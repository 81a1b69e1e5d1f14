//! `pnpm-lock.yaml`, versions 5 to 9, as pnpm writes it.

use super::{Locked, MAX_PACKAGES, indent, split_locator, unquoted};

/// What it locks.
pub(super) fn packages(text: &str) -> Vec<Locked<'_>> {
    let mut found: Vec<Locked<'_>> = Vec::new();
    let mut is_inside = false;
    for (line_idx, line) in text.lines().enumerate() {
        let bare = line.trim();
        match indent(line) {
            0 if !bare.is_empty() => is_inside = bare == "packages:",
            2 if is_inside && bare.ends_with(':') => {
                if found.len() >= MAX_PACKAGES {
                    break;
                }
                let (name, version) = name_and_version(unquoted(bare.trim_end_matches(':')));
                found.push(Locked { name, version, line_idx, ..Locked::default() });
            }
            4 if is_inside => {
                let Some(package) = found.last_mut() else { continue };
                if let Some(resolution) = bare.strip_prefix("resolution: ") {
                    if let Some(address) = address(resolution) {
                        (package.address, package.line_idx) = (address, line_idx);
                    }
                } else if let Some(name) = bare.strip_prefix("name: ") {
                    package.name = unquoted(name);
                } else if bare == "requiresBuild: true" {
                    package.has_script = true;
                } else if bare == "optional: true" {
                    package.is_optional = true;
                }
            }
            _ => {}
        }
    }
    found
}

/// `a@1.0.0`, `/a@1.0.0(b@2)`, `/@s/a/1.0.0_b@2`.
fn name_and_version(key: &str) -> (&str, &str) {
    let Some(path) = key.strip_prefix('/') else {
        let key = key.split('(').next().unwrap_or(key);
        return split_locator(key).unwrap_or((key, ""));
    };
    let path = path.split('(').next().unwrap_or(path);
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let end = if path.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    // Version 5 puts a slash before the version, 6 the same sign as all others.
    match end.and_then(|end| Some((path.get(..end)?, path.get(end + 1..)?))) {
        Some((name, version)) if split_locator(name).is_none() => {
            (name, version.split('_').next().unwrap_or(version))
        }
        _ => split_locator(path).unwrap_or((path, "")),
    }
}

/// The address in `{tarball: https://…}` or `{commit: …, repo: …, type: git}`.
fn address(resolution: &str) -> Option<&str> {
    let fields = resolution.strip_prefix('{')?.strip_suffix('}')?;
    fields.split(", ").find_map(|field| {
        let (key, value) = field.split_once(": ")?;
        matches!(key, "tarball" | "repo").then(|| unquoted(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_versions_of_the_format() {
        let text = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n    requiresBuild: true\n\n  b@https://codeload.github.com/s/b/tar.gz/c:\n    resolution: {tarball: https://codeload.github.com/s/b/tar.gz/c}\n    version: 0.1.0\n\n  /c/2.0.0_d@3.0.0:\n    resolution: {integrity: sha512-y}\n\n  /@s/d@1.1.0(e@2.0.0):\n    resolution: {integrity: sha512-z}\n    optional: true\n\n  github.com/s/e/c:\n    resolution: {commit: c, repo: https://github.com/s/e, type: git}\n    name: e\n\nsnapshots:\n\n  f@1.0.0: {}\n";
        let found = packages(text);
        let all: Vec<_> =
            found.iter().map(|package| (package.name, package.version, package.address)).collect();
        assert_eq!(all[0], ("@s/a", "1.0.0", ""));
        assert_eq!((all[1].0, all[1].2), ("b", "https://codeload.github.com/s/b/tar.gz/c"));
        assert_eq!(all[2], ("c", "2.0.0", ""));
        assert_eq!(all[3], ("@s/d", "1.1.0", ""));
        assert_eq!((all[4].0, all[4].2), ("e", "https://github.com/s/e"));
        assert_eq!(all.len(), 5);
        assert!(found[0].has_script && found[3].is_optional);
    }
}
