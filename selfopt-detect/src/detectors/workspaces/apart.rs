//! Projects beside each other that no workspace joins. Where the root is no
//! project itself, which of them is meant is a person's choice.

use std::collections::BTreeSet;

use selfopt_core::{Claim, CommandSource, Fact, SourceTree};

use crate::detectors::manager_choice::LOCKFILES;
use crate::evidence::{claim, note, whole_file};
use crate::tree_facts::is_own;

/// Projects that are listed.
const MAX_LISTED: usize = 500;
/// Projects that a note names before it leaves off.
const NAMED: usize = 3;
/// Projects beside a root with tests of its own that are worth a note: one or
/// two are its documentation or benchmark.
const WORTH_A_NOTE: usize = 3;

/// `so_far` is `None` when the root has no `package.json`.
pub(super) fn apart(tree: &dyn SourceTree, so_far: Option<&[Claim]>) -> Vec<Claim> {
    let mut folders = locked(tree);
    let must_choose = match so_far {
        None => {
            if folders.is_empty() {
                folders = outermost(&with_manifest(tree).collect());
            }
            !folders.is_empty()
        }
        Some(so_far) => {
            let has_tests = so_far.iter().any(|claim| matches!(claim.fact, Fact::Test(Some(_))));
            folders.len() > 1 && !has_tests
        }
    };
    if !must_choose && folders.len() < WORTH_A_NOTE {
        return Vec::new();
    }
    let lines = |folder: &str| whole_file(&format!("{folder}/package.json"));
    let mut some: Vec<_> = folders.iter().take(NAMED).copied().collect();
    let Some(first) = some.first().copied() else {
        return Vec::new();
    };
    if folders.len() > some.len() {
        some.push("…");
    }
    let what = match folders.len() {
        1 => format!("the project is in a folder below: {first}"),
        n => format!(
            "{n} folders are projects of their own and no workspace joins them: {}",
            some.join(", ")
        ),
    };
    let hint = format!("run SelfOpt in the folder of one of them: `selfopt optimize {first}`");
    let mut claims = vec![note(what, &hint, lines(first))];
    if must_choose {
        claims.extend(folders.into_iter().take(MAX_LISTED).map(|folder| {
            let fact = Fact::Apart(folder.to_owned());
            claim(fact, 0.9, CommandSource::Lockfile, vec![lines(folder)])
        }));
    }
    claims
}

/// Folders below the root with a `package.json` and a lock file of their own.
fn locked(tree: &dyn SourceTree) -> Vec<&str> {
    let is_lockfile = |name: &str| LOCKFILES.iter().any(|(known, _)| *known == name);
    let locked: BTreeSet<&str> = tree
        .entries()
        .iter()
        .filter_map(|entry| entry.path.rsplit_once('/'))
        .filter(|(_, name)| is_lockfile(name))
        .map(|(folder, _)| folder)
        .collect();
    outermost(&with_manifest(tree).filter(|folder| locked.contains(folder)).collect())
}

/// Own folders with a `package.json`, without the root.
fn with_manifest(tree: &dyn SourceTree) -> impl Iterator<Item = &str> {
    let entries = tree.entries().iter().filter(|entry| is_own(&entry.path));
    entries.filter_map(|entry| entry.path.strip_suffix("/package.json"))
}

/// The folders that lie in no other of them, sorted.
fn outermost<'a>(folders: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let is_inner =
        |folder: &str| folder.match_indices('/').any(|(at, _)| folders.contains(&folder[..at]));
    folders.iter().copied().filter(|folder| !is_inner(folder)).collect()
}
