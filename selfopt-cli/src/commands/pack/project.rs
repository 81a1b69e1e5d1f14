//! `selfopt pack add`, `list` and `remove`: the packs of a project.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use selfopt_core::ExitCode;
use selfopt_plugin_host::{PackError, inspect};
use serde_json::json;

use crate::args::{Common, Format, PackAddArgs, PackProjectArgs};
use crate::error::CliError;
use crate::packs::{LOCK_FILE, LockFile, LockedPack, PackStore, fetch, taken_rules};
use crate::render;

pub(super) fn add(common: &Common, args: &PackAddArgs) -> Result<ExitCode, CliError> {
    let wasm = fetch(&args.origin, args.sha256.as_deref())?;
    let refused = |error| CliError::pack(args.origin.clone(), error);
    let inspection = inspect(&wasm).map_err(refused)?;
    let store = PackStore::of(common)?;
    let pack = store.host()?.load(&wasm).map_err(refused)?;
    let project = &args.project.repo;
    let mut lock = LockFile::read(project)?;
    let locked = LockedPack {
        id: pack.info().id.clone(),
        version: pack.info().version.clone(),
        sha256: pack.sha256().as_str().to_owned(),
        interface: inspection.interface.to_string(),
        origin: args.origin.clone(),
        rules: pack.info().rules.iter().map(|rule| rule.id.clone()).collect(),
    };
    check_rules_are_free(&locked, &lock).map_err(refused)?;
    store.keep(pack.sha256(), &wasm)?;
    let (id, version, n_rules) = (locked.id.clone(), locked.version.clone(), locked.rules.len());
    let replaced = lock.put(locked);
    lock.write(project)?;
    let before =
        replaced.map(|pack| format!(", in the place of {}", pack.version)).unwrap_or_default();
    render::progress(&format!(
        "added {id} {version} with {n_rules} rules{before}; commit `{LOCK_FILE}`"
    ));
    Ok(ExitCode::Success)
}

/// A rule has one owner.
pub(super) fn check_rules_are_free(pack: &LockedPack, lock: &LockFile) -> Result<(), PackError> {
    let mut owners: BTreeMap<String, String> = taken_rules().into_iter().collect();
    for other in lock.packs.iter().filter(|other| other.id != pack.id) {
        let whose = format!("the pack `{}`", other.id);
        owners.extend(other.rules.iter().map(|rule| (rule.clone(), whose.clone())));
    }
    match pack.rules.iter().find_map(|rule| Some((rule, owners.get(rule)?))) {
        None => Ok(()),
        Some((rule, other)) => Err(PackError::RuleTaken {
            rule: rule.clone(),
            pack: pack.id.clone(),
            other: other.clone(),
        }),
    }
}

pub(super) fn list(common: &Common, args: &PackProjectArgs) -> Result<ExitCode, CliError> {
    let lock = LockFile::read(&args.repo)?;
    let store = PackStore::of(common)?;
    if common.format == Format::Json {
        let packs: Vec<_> = lock
            .packs
            .iter()
            .map(|pack| json!({ "pack": pack, "is_here": store.get(&pack.sha256).is_some() }))
            .collect();
        render::json(&json!({ "packs": packs }))?;
        return Ok(ExitCode::Success);
    }
    let mut text = String::new();
    for pack in &lock.packs {
        let place = if store.get(&pack.sha256).is_some() {
            String::new()
        } else {
            format!(
                "  not on this machine: selfopt pack add {} --sha256 {}\n",
                pack.origin, pack.sha256
            )
        };
        let _ = write!(
            text,
            "{} {}  sha256 {}…  selfopt:rules@{}  from {}\n  {}\n{place}",
            pack.id,
            pack.version,
            pack.sha256.get(..12).unwrap_or_default(),
            pack.interface,
            pack.origin,
            pack.rules.join(", "),
        );
    }
    if lock.packs.is_empty() {
        text.push_str("no packs; `selfopt pack add FILE` adds one\n");
    }
    render::text(&text);
    Ok(ExitCode::Success)
}

pub(super) fn remove(id: &str, args: &PackProjectArgs) -> Result<ExitCode, CliError> {
    let mut lock = LockFile::read(&args.repo)?;
    let Some(pack) = lock.take(id) else {
        return Err(CliError::usage(
            format!("`{LOCK_FILE}` has no pack `{id}`"),
            "`selfopt pack list` shows what it has",
        ));
    };
    lock.write(&args.repo)?;
    render::progress(&format!("removed {} {}", pack.id, pack.version));
    Ok(ExitCode::Success)
}
