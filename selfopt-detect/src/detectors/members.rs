//! The packages of a workspace.

use selfopt_core::{EvidenceLine, SourceTree};

use crate::evidence::{find_line, whole_file};
use crate::manifest::Manifest;

/// Packages that are looked at; the largest real workspaces have some hundred.
const MAX_PACKAGES: usize = 300;

/// A package of the workspace.
pub(super) struct Member {
    pub(super) folder: String,
    pub(super) manifest: Manifest,
}

/// The globs of the workspace's packages and the line that says so.
pub(super) fn globs(
    tree: &dyn SourceTree,
    manifest: &Manifest,
) -> Option<(Vec<String>, EvidenceLine)> {
    if let Some(text) = tree.text("pnpm-workspace.yaml") {
        // Since pnpm 10 the file also holds plain settings: no `packages`, or
        // only the root, is no workspace.
        let root: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).ok()?;
        let packages = root.get("packages").and_then(serde_yaml_ng::Value::as_sequence)?;
        let globs = packages.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect();
        let line = find_line("pnpm-workspace.yaml", &text, |line| line.starts_with("packages"));
        return Some((globs, line));
    }
    if let Some(workspaces) = &manifest.workspaces {
        return Some(workspaces.clone());
    }
    let text = tree.text("lerna.json")?;
    let lerna: serde_json::Value = serde_json::from_str(&text).ok()?;
    let globs = lerna.get("packages").and_then(serde_json::Value::as_array).map_or_else(
        || vec!["packages/*".to_owned()],
        |globs| globs.iter().filter_map(|glob| Some(glob.as_str()?.to_owned())).collect(),
    );
    Some((globs, whole_file("lerna.json")))
}

/// The packages that the globs stand for.
pub(super) fn members(tree: &dyn SourceTree, globs: &[String]) -> Vec<Member> {
    let matches = |folder: &str| {
        let (excluded, included): (Vec<_>, Vec<_>) =
            globs.iter().partition(|glob| glob.starts_with('!'));
        included.iter().any(|glob| glob_matches(glob, folder))
            && !excluded.iter().any(|glob| glob_matches(glob.trim_start_matches('!'), folder))
    };
    tree.entries()
        .iter()
        .filter_map(|entry| entry.path.strip_suffix("/package.json"))
        .filter(|folder| !folder.contains("node_modules") && matches(folder))
        .take(MAX_PACKAGES)
        .filter_map(|folder| {
            let manifest = Manifest::read(tree, &format!("{folder}/package.json")).ok()??;
            Some(Member { folder: folder.to_owned(), manifest })
        })
        .collect()
}

/// `*` stands for one folder, or a part of one; `**` for any number.
fn glob_matches(glob: &str, folder: &str) -> bool {
    fn parts(glob: &[&str], folder: &[&str]) -> bool {
        match (glob.split_first(), folder.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => (0..=folder.len())
                .any(|n| folder.get(n..).is_some_and(|folder| parts(rest, folder))),
            (Some((part, glob)), Some((name, folder))) => {
                let fits = match part.split_once('*') {
                    Some((start, end)) => {
                        name.len() >= start.len() + end.len()
                            && name.starts_with(start)
                            && name.ends_with(end)
                    }
                    None => part == name,
                };
                fits && parts(glob, folder)
            }
            _ => false,
        }
    }
    let glob: Vec<_> =
        glob.split('/').filter(|part| !part.is_empty() && *part != ".").take(16).collect();
    let folder: Vec<_> = folder.split('/').take(32).collect();
    !glob.is_empty() && parts(&glob, &folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_stand_for_folders() {
        let cases = [
            ("packages/*", "packages/a", true),
            ("packages/*", "packages/a/b", false),
            ("packages/**", "packages/a/b", true),
            ("./apps/web", "apps/web", true),
            ("packages/plugin-*", "packages/plugin-x", true),
            ("packages/plugin-*", "packages/core", false),
            ("**", "a/b/c", true),
            (".", "a", false),
        ];
        for (glob, folder, expected) in cases {
            assert_eq!(glob_matches(glob, folder), expected, "{glob} {folder}");
        }
    }
}
