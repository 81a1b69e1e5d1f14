//! Registries that not everybody can read.

use std::collections::BTreeMap;

use selfopt_core::SourceTree;

use super::lock::{Format, Locked};
use super::source::{Source, is_public, of_address};
use super::{Note, Seen, listed};
use crate::evidence::{quoted, whole_file};

const HINT: &str = "SelfOpt hands no credentials to an install: it must work without them, from a registry or mirror that asks for none";

/// The largest file of settings that is read.
const MAX_BYTES: u64 = 1 << 20;

/// Packages that are locked to another registry than the rest.
pub(super) fn of_lock(seen: &Seen, locked: &[Locked<'_>]) -> Option<Note> {
    let lock = seen.lock.as_ref()?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut from: Vec<(String, &str, usize)> = Vec::new();
    for package in locked.iter().filter(|package| !package.is_optional) {
        if let Some(Source::Registry(host)) = of_address(package.address) {
            *counts.entry(host.clone()).or_default() += 1;
            from.push((host, package.name, package.line_idx));
        }
    }
    // Of the usual registry the other formats say nothing.
    let names_usual = matches!(lock.format, Format::Npm | Format::YarnClassic);
    let most = counts.iter().max_by_key(|(_, count)| **count).map(|(host, _)| host.clone());
    let usual = most.filter(|_| names_usual);
    let is_other = |host: &String| Some(host) != usual.as_ref() && !is_public(host);
    let (host, _, line_idx) = from.iter().find(|(host, ..)| is_other(host))?.clone();
    let mut names: Vec<_> = from
        .iter()
        .filter(|(other, ..)| *other == host)
        .map(|(_, name, _)| (*name).to_owned())
        .collect();
    names.sort();
    names.dedup();
    let verb = if names.len() == 1 { "comes" } else { "come" };
    let mut evidence = lock.line(line_idx);
    evidence.text.clear();
    Some(Note {
        message: format!("{} {verb} from a registry of its own, `{host}`", listed(&names)),
        hint: HINT.to_owned(),
        evidence,
    })
}

/// A registry in `.npmrc` or `.yarnrc.yml`. The lines are not quoted: a token
/// may stand in them.
pub(super) fn of_settings(tree: &dyn SourceTree) -> Option<Note> {
    [".npmrc", ".yarnrc.yml"].into_iter().find_map(|path| {
        tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
        let text = tree.text(path)?;
        let (line_idx, scope, host) = text.lines().enumerate().find_map(|(line_idx, line)| {
            let (scope, host) = registry_in(line)?;
            (!is_public(&host)).then(|| (line_idx, scope.to_owned(), host))
        })?;
        let what = if scope.is_empty() { "every package".to_owned() } else { format!("`{scope}`") };
        let mut evidence = quoted(path, line_idx, "");
        evidence.line = evidence.line.or(whole_file(path).line);
        Some(Note {
            message: format!("`{path}` takes {what} from a registry of its own, `{host}`"),
            hint: HINT.to_owned(),
            evidence,
        })
    })
}

/// The scope and the host of `@scope:registry=https://…`, `registry=…`,
/// `npmRegistryServer: "…"`.
fn registry_in(line: &str) -> Option<(&str, String)> {
    let line = line.trim();
    let (scope, value) = if let Some((key, value)) = line.split_once('=') {
        let key = key.trim();
        match key.strip_suffix(":registry") {
            Some(scope) if scope.starts_with('@') => (scope, value),
            None if key == "registry" => ("", value),
            _ => return None,
        }
    } else {
        ("", line.strip_prefix("npmRegistryServer:")?)
    };
    let value = value.trim().trim_matches(['"', '\'']);
    match of_address(value.trim_end_matches('/'))? {
        Source::Registry(host) | Source::Outside(host) => Some((scope, host)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_registries_in_three_ways() {
        let found = |line| registry_in(line).map(|(scope, host)| format!("{scope} {host}"));
        assert_eq!(
            found("@corp:registry=https://npm.corp.example/").as_deref(),
            Some("@corp npm.corp.example")
        );
        assert_eq!(
            found("registry = \"https://u:p@npm.corp.example/x/\"").as_deref(),
            Some(" npm.corp.example")
        );
        assert_eq!(
            found("npmRegistryServer: \"https://npm.corp.example\"").as_deref(),
            Some(" npm.corp.example")
        );
        for line in [
            "//npm.corp.example/:_authToken=x",
            "package-lock=false",
            "# registry=https://npm.corp.example/",
            "registry=${NPM_REGISTRY}",
            "disturl=https://x.example/",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
