//! `selfopt pack update`: packs of a project anew from where they came from.
//! What is there by now is shown first, and taken only on request.

use std::fmt::Write as _;

use selfopt_core::ExitCode;
use selfopt_core::digest::Digest;
use selfopt_plugin_host::inspect;
use serde_json::{Value, json};

use super::project::check_rules_are_free;
use crate::args::{Common, Format, PackUpdateArgs};
use crate::error::CliError;
use crate::packs::{LOCK_FILE, LockFile, LockedPack, PackStore, fetch_unpinned};
use crate::render;

/// A pinned pack, and what is at its origin now.
struct Update {
    old: LockedPack,
    new: LockedPack,
    sha256: Digest,
    wasm: Vec<u8>,
}

pub(super) fn run(common: &Common, args: &PackUpdateArgs) -> Result<ExitCode, CliError> {
    let project = &args.project.repo;
    let mut lock = LockFile::read(project)?;
    let store = PackStore::of(common)?;
    let updates = wanted(&lock, args.id.as_deref())?
        .into_iter()
        .map(|old| look(&store, old))
        .collect::<Result<Vec<_>, _>>()?;
    let changed = || updates.iter().filter(|update| update.old != update.new);
    for update in changed() {
        check_rules_are_free(&update.new, &lock)
            .map_err(|error| CliError::pack(update.old.origin.clone(), error))?;
    }
    let refused = changed().find(|update| !args.accept && !is_named(update, args));
    match common.format {
        Format::Json => {
            let packs: Vec<_> = updates.iter().map(document).collect();
            render::json(&json!({ "packs": packs, "written": refused.is_none() }))?;
        }
        _ => render::text(&table(&updates)),
    }
    if let Some(update) = refused {
        return Err(not_asked_for(update, args));
    }
    for update in changed() {
        store.keep(&update.sha256, &update.wasm)?;
        lock.put(update.new.clone());
    }
    if changed().next().is_some() {
        lock.write(project)?;
        render::progress(&format!("commit `{LOCK_FILE}`"));
    }
    Ok(ExitCode::Success)
}

/// The pack of this id, or all.
fn wanted(lock: &LockFile, id: Option<&str>) -> Result<Vec<LockedPack>, CliError> {
    let is_wanted = |pack: &&LockedPack| id.is_none_or(|id| pack.id == id);
    let packs: Vec<_> = lock.packs.iter().filter(is_wanted).cloned().collect();
    match (packs.is_empty(), id) {
        (true, Some(id)) => Err(CliError::usage(
            format!("`{LOCK_FILE}` has no pack `{id}`"),
            "`selfopt pack list` shows what it has",
        )),
        _ => Ok(packs),
    }
}

/// What is at a pack's origin by now.
fn look(store: &PackStore, old: LockedPack) -> Result<Update, CliError> {
    let wasm = fetch_unpinned(&old.origin)?;
    let refused = |error| CliError::pack(old.origin.clone(), error);
    let inspection = inspect(&wasm).map_err(refused)?;
    let pack = store.host()?.load(&wasm).map_err(refused)?;
    let info = pack.info();
    if info.id != old.id {
        return Err(CliError::usage(
            format!("`{}` is no longer `{}`, but `{}`", old.origin, old.id, info.id),
            format!("`selfopt pack remove {}`, then `selfopt pack add`", old.id),
        ));
    }
    let new = LockedPack {
        id: info.id.clone(),
        version: info.version.clone(),
        sha256: pack.sha256().as_str().to_owned(),
        interface: inspection.interface.to_string(),
        origin: old.origin.clone(),
        rules: info.rules.iter().map(|rule| rule.id.clone()).collect(),
    };
    Ok(Update { new, sha256: pack.sha256().clone(), wasm, old })
}

/// Whether the user named the bytes that are there.
fn is_named(update: &Update, args: &PackUpdateArgs) -> bool {
    let named = args.sha256.as_deref();
    named.is_some_and(|named| named.eq_ignore_ascii_case(&update.new.sha256))
}

fn not_asked_for(update: &Update, args: &PackUpdateArgs) -> CliError {
    let LockedPack { id, sha256, origin, .. } = &update.new;
    match &args.sha256 {
        Some(wanted) => CliError::usage(
            format!("`{origin}` has the SHA-256 {sha256}, not {wanted}"),
            "it is not the pack that was meant: ask its author; nothing was changed",
        ),
        None => CliError::usage(
            "nothing was changed: new bytes are taken only on request",
            format!(
                "compare the hash with what the author says, then `selfopt pack update {id} \
                 --sha256 {sha256}`; `--accept` takes whatever is there"
            ),
        ),
    }
}

fn table(updates: &[Update]) -> String {
    let mut text = String::new();
    for Update { old, new, .. } in updates {
        if old == new {
            let _ = writeln!(text, "{} {}: unchanged", old.id, old.version);
            continue;
        }
        let _ = writeln!(text, "{} {} → {}", old.id, old.version, new.version);
        let _ = writeln!(text, "  sha256 {}\n      to {}", old.sha256, new.sha256);
        for (what, rules) in [("new", added(old, new)), ("gone", added(new, old))] {
            if !rules.is_empty() {
                let _ = writeln!(text, "  {what} rules: {}", rules.join(", "));
            }
        }
    }
    if updates.is_empty() {
        text.push_str("no packs; `selfopt pack add FILE` adds one\n");
    }
    text
}

/// The rules that the second has and the first has not.
fn added<'a>(before: &LockedPack, after: &'a LockedPack) -> Vec<&'a str> {
    let is_new = |rule: &&String| !before.rules.contains(rule);
    after.rules.iter().filter(is_new).map(String::as_str).collect()
}

fn document(update: &Update) -> Value {
    let Update { old, new, .. } = update;
    json!({
        "id": old.id,
        "origin": old.origin,
        "changed": old != new,
        "old": { "version": old.version, "sha256": old.sha256 },
        "new": { "version": new.version, "sha256": new.sha256 },
        "rules_added": added(old, new),
        "rules_gone": added(new, old),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(version: &str, rules: &[&str]) -> LockedPack {
        LockedPack {
            id: "a".to_owned(),
            version: version.to_owned(),
            sha256: version.repeat(4),
            interface: "0.1.0".to_owned(),
            origin: "a.wasm".to_owned(),
            rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        }
    }

    #[test]
    fn what_changes_is_shown() {
        let update = |old, new| Update { old, new, sha256: Digest::of(b""), wasm: Vec::new() };
        let same = update(pack("1.0.0", &["x"]), pack("1.0.0", &["x"]));
        assert_eq!(table(&[same]), "a 1.0.0: unchanged\n");
        let text = table(&[update(pack("1.0.0", &["x", "y"]), pack("1.1.0", &["y", "z"]))]);
        for part in ["a 1.0.0 → 1.1.0", "new rules: z", "gone rules: x", &"1.1.0".repeat(4)] {
            assert!(text.contains(part), "no `{part}` in:\n{text}");
        }
    }
}
