//! Names of scripts as callers write them.

use crate::manifest::Manifest;

/// The scripts a name, a glob (`build:*`) or a pattern (`/^test:/`) stands for.
pub(super) fn matching(name: &str, manifest: &Manifest) -> Vec<String> {
    let names = manifest.scripts.iter().map(|script| &script.name);
    if let Some(pattern) = name.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        // Enough of regular expressions for script names: anchors and a
        // literal start.
        let literal: String = pattern
            .trim_start_matches('^')
            .chars()
            .take_while(|c| c.is_alphanumeric() || "-_:/".contains(*c))
            .collect();
        let is_start = pattern.starts_with('^');
        return names
            .filter(
                |name| {
                    if is_start { name.starts_with(&literal) } else { name.contains(&literal) }
                },
            )
            .cloned()
            .collect();
    }
    if let Some((start, end)) = name.split_once('*') {
        let end = end.trim_start_matches('*');
        let is_deep = name.contains("**");
        return names
            .filter(|name| {
                name.strip_prefix(start)
                    .and_then(|rest| rest.strip_suffix(end))
                    .is_some_and(|middle| !middle.is_empty() && (is_deep || !middle.contains(':')))
            })
            .cloned()
            .collect();
    }
    manifest.script(name).map(|script| script.name.clone()).into_iter().collect()
}
