//! Lock files as text, line by line: what they lock, where it comes from and
//! on which line. Only as much as the diagnoses ask for is read, since real
//! ones have megabytes; one file for each format.

mod bun;
mod npm;
mod pnpm;
pub(super) mod yarn;

use selfopt_core::{EvidenceLine, PackageManagerName, SourceTree};

use crate::evidence::quoted;

/// The largest lock file that is read.
const MAX_BYTES: u64 = 32 << 20;
/// Packages that are looked at; the largest real workspaces have some 5,000.
const MAX_PACKAGES: usize = 100_000;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Npm,
    YarnClassic,
    YarnBerry,
    Pnpm,
    Bun,
}

/// A lock file.
pub(super) struct Lock {
    pub(super) path: &'static str,
    pub(super) format: Format,
    pub(super) text: String,
}

/// One locked package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Locked<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// The address that it comes from; empty for the usual registry.
    pub(super) address: &'a str,
    /// The line of the address, or of the package; from 0.
    pub(super) line_idx: usize,
    /// Whether the lock file says that it has an install script.
    pub(super) has_script: bool,
    /// Whether it may be missing.
    pub(super) is_optional: bool,
    /// Whether it depends on a tool that compiles or fetches native code.
    pub(super) builds: bool,
}

impl Lock {
    /// The lock file of this package manager, if it can be read.
    pub(super) fn of(tree: &dyn SourceTree, manager: PackageManagerName) -> Option<Self> {
        let (paths, format): (&[&'static str], _) = match manager {
            PackageManagerName::Npm => (&["npm-shrinkwrap.json", "package-lock.json"], Format::Npm),
            PackageManagerName::YarnClassic => (&["yarn.lock"], Format::YarnClassic),
            PackageManagerName::YarnBerry => (&["yarn.lock"], Format::YarnBerry),
            PackageManagerName::Pnpm => (&["pnpm-lock.yaml"], Format::Pnpm),
            PackageManagerName::Bun => (&["bun.lock"], Format::Bun),
            PackageManagerName::Deno | PackageManagerName::None => return None,
        };
        let fits = |path: &&&str| {
            tree.entry(path).is_some_and(|entry| entry.size > 0 && entry.size <= MAX_BYTES)
        };
        let path = paths.iter().find(fits)?;
        Some(Self { path, format, text: tree.text(path)? })
    }

    /// What it locks, in its order.
    pub(super) fn packages(&self) -> Vec<Locked<'_>> {
        match self.format {
            Format::Npm => npm::packages(&self.text),
            Format::YarnClassic => yarn::packages(&self.text),
            Format::YarnBerry => yarn::packages_of_berry(&self.text),
            Format::Pnpm => pnpm::packages(&self.text),
            Format::Bun => bun::packages(&self.text),
        }
    }

    /// A line of it as evidence.
    pub(super) fn line(&self, line_idx: usize) -> EvidenceLine {
        quoted(self.path, line_idx, self.text.lines().nth(line_idx).unwrap_or_default())
    }
}

/// A name and what follows its `@`: `@a/b@npm:1.0.0`.
fn split_locator(locator: &str) -> Option<(&str, &str)> {
    let at = locator.char_indices().skip(1).find(|(_, c)| *c == '@')?.0;
    Some((locator.get(..at)?, locator.get(at + 1..)?))
}

/// The value of `"key": "value",` on a line.
fn string_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix('"')?.strip_prefix(key)?.strip_prefix("\": \"")?;
    rest.split('"').next()
}

/// Spaces and tabs before the line.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Without the quotes around it, if there are any.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}
