//! Tells the packages of a workspace apart whose outputs come line by line
//! through each other, each line with its package's name before it.

use std::collections::BTreeMap;

/// The lines of each package without the prefix; those without one first.
pub(super) fn split(text: &str) -> Vec<Vec<&str>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for prefix in text.lines().filter_map(prefix) {
        *counts.entry(prefix).or_default() += 1;
    }
    // A word before a colon is common; a package's name comes with every line.
    let names =
        |prefix: &str| counts.get(prefix).is_some_and(|n| *n >= 2) && looks_like_package(prefix);
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines() {
        match prefix(line).filter(|prefix| names(prefix)) {
            Some(prefix) => {
                let rest = line.get(prefix.len() + 1..).unwrap_or_default();
                groups.entry(prefix).or_default().push(rest.strip_prefix(' ').unwrap_or(rest));
            }
            None => groups.entry("").or_default().push(line),
        }
    }
    groups.into_values().collect()
}

/// What stands before `: ` at the start of a line.
fn prefix(line: &str) -> Option<&str> {
    let end = line.find(": ").or_else(|| line.ends_with(':').then(|| line.len() - 1))?;
    let prefix = line.get(..end)?;
    let is_name = |c: char| c.is_alphanumeric() || "@/._-:# ".contains(c);
    let fits = !prefix.is_empty()
        && prefix.len() <= 100
        && !prefix.starts_with([' ', '#', '-'])
        && prefix.split(' ').count() <= 2
        && prefix.chars().all(is_name);
    fits.then_some(prefix)
}

/// `packages/a test` (pnpm), `@x/a:test` (turbo), `my-package` (lerna); not
/// `Error` or `Tests`.
fn looks_like_package(prefix: &str) -> bool {
    prefix.contains('/')
        || prefix.contains(':')
        || prefix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
