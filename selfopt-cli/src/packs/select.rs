//! Which packs a scan or run uses, loaded.

use std::path::{Path, PathBuf};

use selfopt_core::SourceTree;
use selfopt_core::config::Config;
use selfopt_plugin_host::{PackHost, PackReport, RulePack, RulePacks};
use selfopt_rules::registry;

use super::locked::check_locked;
use super::lockfile::{LOCK_FILE, LockFile, LockedPack};
use super::place::{PackStore, official_dir};
use crate::args::{Common, PackChoice};
use crate::error::CliError;
use crate::render;

/// Packs that are ready, and whether they stand in for the built-in rules.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) packs: RulePacks,
    pub(crate) replaces_builtins: bool,
}

/// Loads what the project pins and the flags add. `None` when that is nothing:
/// then no runtime is started.
pub(crate) fn load(
    common: &Common,
    tree: &dyn SourceTree,
    choice: &PackChoice,
    config: &Config,
) -> Result<Option<Loaded>, CliError> {
    let locked = match tree.text(LOCK_FILE) {
        Some(text) => LockFile::parse(&text)?.packs,
        None => Vec::new(),
    };
    let mut files = choice.packs.clone();
    if choice.packs_only {
        files.extend(official_packs()?);
    }
    if locked.is_empty() && files.is_empty() {
        if choice.locked {
            check_locked(&locked, &[], config)?;
        }
        return Ok(None);
    }
    let store = PackStore::of(common)?;
    let host = store.host()?;
    let mut packs = Vec::new();
    for pack in &locked {
        packs.push(load_locked(&host, &store, pack)?);
    }
    for file in &files {
        let wasm = std::fs::read(file).map_err(|source| CliError::Io {
            doing: format!("read `{}`", file.display()),
            source,
        })?;
        packs.push(load_one(&host, &file.display().to_string(), &wasm)?);
    }
    if choice.locked {
        check_locked(&locked, &packs, config)?;
    }
    for pack in &mut packs {
        if let Some(options) = config.packs.get(&pack.info().id) {
            pack.configure(options)?;
        }
    }
    let taken = if choice.packs_only { Vec::new() } else { taken_rules() };
    let packs = RulePacks::new(packs, taken)?;
    Ok(Some(Loaded { packs, replaces_builtins: choice.packs_only }))
}

impl Loaded {
    /// The rules of all packs.
    pub(crate) fn rule_ids(&self) -> Vec<String> {
        let rules = self.packs.packs().iter().flat_map(|pack| &pack.info().rules);
        rules.map(|rule| rule.id.clone()).collect()
    }
}

/// The rules that no pack may bring, and whose they are.
pub(crate) fn taken_rules() -> Vec<(String, String)> {
    let rules = registry::all().iter();
    rules.map(|rule| (rule.meta().id.to_owned(), "the built-in rules".to_owned())).collect()
}

fn load_locked(
    host: &PackHost,
    store: &PackStore,
    pack: &LockedPack,
) -> Result<RulePack, CliError> {
    let wasm = store.get(&pack.sha256).ok_or_else(|| {
        CliError::usage(
            format!(
                "`{LOCK_FILE}` pins the pack `{}` {}, which is not on this machine",
                pack.id, pack.version
            ),
            format!("`selfopt pack add {} --sha256 {}` gets it", pack.origin, pack.sha256),
        )
    })?;
    load_one(host, &pack.id, &wasm)
}

fn load_one(host: &PackHost, name: &str, wasm: &[u8]) -> Result<RulePack, CliError> {
    host.load(wasm).map_err(|error| CliError::pack(name.to_owned(), error))
}

/// The builds of the built-in rules.
fn official_packs() -> Result<Vec<PathBuf>, CliError> {
    let dir = official_dir().unwrap_or_default();
    let mut files = wasm_files(&dir);
    files.sort();
    if files.is_empty() {
        return Err(CliError::usage(
            format!("the WebAssembly builds of the built-in rules are not in `{}`", dir.display()),
            "in a checkout of selfopt, `cargo xtask packs` builds them; `SELFOPT_PACKS` names \
             another folder",
        ));
    }
    Ok(files)
}

fn wasm_files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "wasm")).collect()
}

/// The rules that a tree's lock file names, for a look before packs are loaded.
pub(crate) fn locked_rules(tree: &dyn SourceTree) -> Result<Vec<String>, CliError> {
    let lock = tree.text(LOCK_FILE).map(|text| LockFile::parse(&text)).transpose()?;
    Ok(lock.unwrap_or_default().packs.into_iter().flat_map(|pack| pack.rules).collect())
}

/// Says which packs failed, and where.
pub(crate) fn warn_of_failures(reports: &[PackReport]) {
    for PackReport { id, failures, .. } in reports {
        for (path, failure) in &failures.failed {
            render::warning(&format!(
                "the rule pack `{id}` failed on `{path}`, which goes without its rules: {failure}"
            ));
        }
        if failures.switched_off {
            render::warning(&format!(
                "the rule pack `{id}` failed again and again and is switched off: nothing that it \
                 found counts"
            ));
        }
        if failures.incomplete {
            render::warning(&format!(
                "the rule pack `{id}` ran into a deadline: on a less busy machine it may find more"
            ));
        }
    }
}
