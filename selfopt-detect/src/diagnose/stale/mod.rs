//! A lock file that is older than `package.json`: an install that leaves lock
//! files alone refuses it.
//!
//! Only plain version ranges are compared, and nothing where overrides or
//! resolutions may have changed them. A lock file that knows hardly any of the
//! dependencies belongs to something else and is passed over.

mod npm;
mod roots;
mod yarn;

use selfopt_core::SourceTree;

use super::lock::{Format, Lock, Locked};
use super::{Asked, Note, Seen, listed};

/// What is wrong with one dependency in the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// It is not there.
    Lacks,
    /// It was locked for another range.
    Differs {
        /// The version or the range that is there.
        there: String,
    },
}

pub(super) fn note(tree: &dyn SourceTree, seen: &Seen, locked: &[Locked<'_>]) -> Option<Note> {
    let lock = seen.lock.as_ref()?;
    if is_overridden(tree, seen, lock) || !is_whole(lock) {
        return None;
    }
    let asked: Vec<_> =
        seen.asked().filter(|asked| is_range(asked.spec) && !is_member(tree, asked)).collect();
    let faults: Vec<_> = match lock.format {
        Format::Npm => npm::faults(lock, locked, &asked),
        Format::YarnClassic => yarn::faults(lock, &asked),
        Format::YarnBerry => roots::faults(&roots::of_berry(&lock.text)?, &asked),
        Format::Pnpm => roots::faults(&roots::of_pnpm(&lock.text)?, &asked),
        Format::Bun => roots::faults(&roots::of_bun(&lock.text)?, &asked),
    };
    let n_fine = asked.len() - faults.len();
    let (first, _) = faults.first()?;
    if faults.len() > n_fine {
        return None;
    }
    let told: Vec<_> = faults
        .iter()
        .map(|(asked, fault)| match fault {
            Fault::Lacks => format!("`{}` is not in it", asked.name),
            Fault::Differs { there } => {
                format!("`{}` is {there} in it and {} in `package.json`", asked.name, asked.spec)
            }
        })
        .collect();
    let told = if told.len() <= 2 {
        told.join(", ")
    } else {
        let names: Vec<_> = faults.iter().map(|(asked, _)| asked.name.to_owned()).collect();
        format!("{} do not fit", listed(&names))
    };
    Some(Note {
        message: format!("`{}` is out of date: {told}", lock.path),
        hint: "run a plain install and commit the lock file that it writes".to_owned(),
        evidence: seen.line_of(first),
    })
}

/// Whether the end is there: half a lock file lacks a lot and says nothing.
fn is_whole(lock: &Lock) -> bool {
    match lock.format {
        Format::Npm => lock.text.trim_end().ends_with("\n}"),
        Format::Pnpm => lock.text.lines().any(|line| line == "packages:"),
        Format::Bun => lock.text.trim_end().ends_with('}'),
        Format::YarnClassic | Format::YarnBerry => true,
    }
}

/// Whether versions are set aside somewhere.
fn is_overridden(tree: &dyn SourceTree, seen: &Seen, lock: &Lock) -> bool {
    let pnpm = seen.manifest.get("pnpm");
    let keys = ["overrides", "resolutions"];
    keys.iter().any(|key| {
        seen.manifest.get(key).is_some() || pnpm.is_some_and(|pnpm| pnpm.get(key).is_some())
    }) || lock.text.lines().any(|line| line == "overrides:" || line == "  \"overrides\": {")
        || tree.contains("pnpm-workspace.yaml")
            && tree.text("pnpm-workspace.yaml").is_none_or(|text| text.contains("overrides:"))
}

/// A plain version range: no tag, path, address or other protocol.
fn is_range(spec: &str) -> bool {
    !spec.is_empty()
        && spec.len() <= 200
        && spec.chars().all(|c| c.is_ascii_alphanumeric() || ".^~<>=|*+- ".contains(c))
        && spec.contains(|c: char| c.is_ascii_digit() || c == '*')
        && nodejs_semver::Range::parse(spec).is_ok()
}

/// A package of the same workspace is locked as a link or not at all.
fn is_member(tree: &dyn SourceTree, asked: &Asked<'_>) -> bool {
    let folder = asked.name.rsplit('/').next().unwrap_or(asked.name);
    tree.entries().iter().any(|entry| {
        entry.path.strip_suffix("/package.json").is_some_and(|path| path.ends_with(folder))
    })
}

/// Whether a locked version fits; what cannot be read fits.
fn fits(version: &str, range: &str) -> bool {
    let (Ok(version), Ok(range)) =
        (nodejs_semver::Version::parse(version), nodejs_semver::Range::parse(range))
    else {
        return true;
    };
    range.satisfies(&version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_from_the_rest() {
        for spec in ["^1.0.0", "1.x", ">=1 <3", "1 || 2", "*", "~1.2.3-beta.1"] {
            assert!(is_range(spec), "{spec}");
        }
        for spec in ["latest", "", "file:../a", "npm:a@1", "workspace:*", "a/b", "catalog:"] {
            assert!(!is_range(spec), "{spec}");
        }
        assert!(fits("1.2.0", "^1.1") && !fits("1.0.0", "^1.1") && fits("?", "^1.1"));
    }
}
