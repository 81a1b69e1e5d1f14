//! `--locked`: the packs that run are exactly those that `selfopt.lock` pins,
//! and are what it says of them.

use selfopt_core::config::Config;
use selfopt_plugin_host::{PackInfo, RulePack};

use super::lockfile::{LOCK_FILE, LockedPack};
use crate::error::CliError;

/// Refuses packs that the lock file does not pin, what it says wrongly of those
/// that it does, and options of packs that it does not have. That a pinned pack
/// is here, with the pinned bytes, is what loading it shows.
pub(super) fn check_locked(
    locked: &[LockedPack],
    loaded: &[RulePack],
    config: &Config,
) -> Result<(), CliError> {
    for pack in loaded {
        let (info, sha256) = (pack.info(), pack.sha256().as_str());
        match locked.iter().find(|pinned| pinned.sha256 == sha256) {
            None => {
                return Err(differs(
                    format!("the pack `{}` {} is not in `{LOCK_FILE}`", info.id, info.version),
                    "`selfopt pack add` pins it; or leave `--locked` out",
                ));
            }
            Some(pinned) => {
                if let Some(what) = difference(pinned, info) {
                    return Err(differs(
                        format!("`{LOCK_FILE}` says that {what}"),
                        &format!("`selfopt pack update {} --accept` writes it anew", pinned.id),
                    ));
                }
            }
        }
    }
    match config.packs.keys().find(|id| !locked.iter().any(|pinned| pinned.id == **id)) {
        None => Ok(()),
        Some(id) => Err(differs(
            format!("the configuration has options for `{id}`, which is not in `{LOCK_FILE}`"),
            "`selfopt pack add` pins it; or take the options out",
        )),
    }
}

/// The first thing that the file says and the pack does not.
fn difference(pinned: &LockedPack, info: &PackInfo) -> Option<String> {
    let id = &pinned.id;
    if *id != info.id {
        return Some(format!("it is `{id}`, and the pack says `{}`", info.id));
    }
    if pinned.version != info.version {
        return Some(format!("`{id}` is {}, and it is {}", pinned.version, info.version));
    }
    let rules = info.rules.iter().map(|rule| &rule.id);
    (!rules.eq(&pinned.rules)).then(|| format!("`{id}` has other rules than it has"))
}

fn differs(what: String, hint: &str) -> CliError {
    CliError::usage(what, hint)
}
