//! What will stand in the way of an install or of the tests, told from files
//! alone: each note has its cause, a way out and the line that says so. A note
//! that is wrong costs more trust than one that is missing, so whatever is not
//! understood is passed over.

mod forge;
mod lock;
mod native;
mod registry;
mod source;
mod stale;
mod submodules;
mod tests;

use selfopt_core::{Claim, Detector, EvidenceLine, PackageManagerName, SourceTree};

use crate::detectors::manager_so_far;
use crate::evidence::{find_line, note};
use lock::Lock;

/// The largest `package.json` that is looked at.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// Notes about what will stand in the way.
pub(crate) struct Diagnoses;

impl Detector for Diagnoses {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let Some(seen) = Seen::of(tree, manager_so_far(so_far)) else {
            return Vec::new();
        };
        // Read once: it may have megabytes.
        let locked = seen.lock.as_ref().map(Lock::packages).unwrap_or_default();
        let notes = [
            forge::note(&seen, &locked),
            native::note(&seen, &locked),
            registry::of_lock(&seen, &locked),
            registry::of_settings(tree),
            stale::note(tree, &seen, &locked),
            tests::note(tree, so_far),
        ];
        submodules::notes(tree)
            .into_iter()
            .chain(notes.into_iter().flatten())
            .map(|Note { message, hint, evidence }| note(message, &hint, evidence))
            .collect()
    }
}

/// What a diagnosis says.
struct Note {
    message: String,
    hint: String,
    evidence: EvidenceLine,
}

/// What all of them look at.
struct Seen {
    /// The text of `package.json`.
    text: String,
    /// The same, read.
    manifest: serde_json::Value,
    /// The lock file of the package manager in use.
    lock: Option<Lock>,
}

/// A dependency as `package.json` writes it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    name: &'a str,
    spec: &'a str,
}

impl Seen {
    fn of(tree: &dyn SourceTree, manager: PackageManagerName) -> Option<Self> {
        let small =
            tree.entry("package.json").is_some_and(|entry| entry.size <= MAX_MANIFEST_BYTES);
        let text = small.then(|| tree.text("package.json")).flatten()?;
        let manifest = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        Some(Self { text, manifest, lock: Lock::of(tree, manager) })
    }

    /// What an install brings, peers aside, in the order of the groups.
    fn asked(&self) -> impl Iterator<Item = Asked<'_>> {
        ["dependencies", "devDependencies", "optionalDependencies"]
            .iter()
            .filter_map(|group| self.manifest.get(group)?.as_object())
            .flatten()
            .filter_map(|(name, spec)| Some(Asked { name, spec: spec.as_str()? }))
    }

    /// The line of `package.json` that asks for a dependency.
    fn line_of(&self, asked: &Asked<'_>) -> EvidenceLine {
        let key = format!("\"{}\"", asked.name);
        let is_it = |line: &str| {
            line.split_once(&key).is_some_and(|(_, rest)| {
                rest.trim_start().starts_with(':') && rest.contains(asked.spec)
            })
        };
        find_line("package.json", &self.text, is_it)
    }
}

/// `a`, `b`, `c` and 4 more.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        let n_more = names.len() - SHOWN;
        return format!("{} and {n_more} more", shown.join(", "));
    }
    let last = shown.pop().unwrap_or_default();
    if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) }
}
