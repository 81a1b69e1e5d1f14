//! Packages whose install script compiles, or downloads from outside of the
//! registry.

use std::collections::BTreeMap;

use selfopt_core::EvidenceLine;

use super::lock::{Format, Lock, Locked};
use super::{Note, Seen, listed};

/// What an install script wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wants {
    /// A download, which this variable skips.
    Download { skip: &'static str },
    /// A prebuilt binary from outside of the registry, or a compiler.
    Binary,
}

/// Packages that are known for it. `below` is the first version that is no
/// longer.
struct Known {
    name: &'static str,
    wants: Wants,
    below: Option<(u64, u64)>,
}

const fn download(name: &'static str, skip: &'static str) -> Known {
    Known { name, wants: Wants::Download { skip }, below: None }
}

const fn binary(name: &'static str) -> Known {
    Known { name, wants: Wants::Binary, below: None }
}

impl Known {
    const fn until(mut self, major: u64, minor: u64) -> Self {
        self.below = Some((major, minor));
        self
    }
}

/// The well-known ones; others are told by what the lock file says of them.
const KNOWN: [Known; 23] = [
    download("puppeteer", "PUPPETEER_SKIP_DOWNLOAD=1"),
    download("playwright", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1").until(1, 38),
    download("playwright-chromium", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"),
    download("playwright-firefox", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"),
    download("playwright-webkit", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"),
    download("cypress", "CYPRESS_INSTALL_BINARY=0"),
    download("electron", "ELECTRON_SKIP_BINARY_DOWNLOAD=1"),
    download("chromedriver", "CHROMEDRIVER_SKIP_DOWNLOAD=true"),
    download("mongodb-memory-server", "MONGOMS_DISABLE_POSTINSTALL=1"),
    download("@sentry/cli", "SENTRYCLI_SKIP_DOWNLOAD=1"),
    binary("re2"),
    binary("sqlite3"),
    binary("better-sqlite3"),
    binary("canvas"),
    binary("sharp").until(0, 33),
    binary("bcrypt").until(6, 0),
    binary("node-sass"),
    binary("phantomjs-prebuilt"),
    binary("optipng-bin"),
    binary("gifsicle"),
    binary("mozjpeg"),
    binary("pngquant-bin"),
    binary("deasync"),
];

pub(super) fn note(seen: &Seen, locked: &[Locked<'_>]) -> Option<Note> {
    let found = match &seen.lock {
        Some(lock) => of_lock(seen, lock, locked),
        None => of_manifest(seen),
    };
    let (_, (_, evidence)) = found.first_key_value()?;
    let evidence = evidence.clone();
    let names: Vec<_> = found.keys().cloned().collect();
    let mut skips: Vec<_> = found
        .values()
        .filter_map(|(wants, _)| match wants {
            Wants::Download { skip } => Some(*skip),
            Wants::Binary => None,
        })
        .collect();
    skips.sort_unstable();
    skips.dedup();
    let compiles = found.values().any(|(wants, _)| *wants == Wants::Binary);
    let what = match (skips.is_empty(), compiles) {
        (false, false) => "downloads from outside of the registry",
        (true, _) => {
            "needs a compiler (python3, make, g++) or a download from outside of the registry"
        }
        (false, true) => "downloads from outside of the registry or needs a compiler",
    };
    let mut hints = Vec::new();
    if !skips.is_empty() {
        hints.push(format!(
            "`{}` is set in every install, so nothing is downloaded; what needs it cannot run",
            skips.join(" ")
        ));
    }
    if compiles {
        hints.push("where the tests run without native code, add `--ignore-scripts` to the install command; else have the compilers at hand".to_owned());
    }
    Some(Note {
        message: format!("the install script of {} {what}", listed(&names)),
        hint: hints.join("; "),
        evidence,
    })
}

/// Packages with what their scripts want, and the line.
type Found = BTreeMap<String, (Wants, EvidenceLine)>;

/// Without a lock file, what is asked for by name.
fn of_manifest(seen: &Seen) -> Found {
    let optional = seen.manifest.get("optionalDependencies");
    let is_optional = |name: &str| optional.is_some_and(|group| group.get(name).is_some());
    seen.asked()
        .filter(|asked| !is_optional(asked.name))
        .filter_map(|asked| {
            let version = asked.spec.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
            let wants = known(asked.name, version)?;
            Some((asked.name.to_owned(), (wants, seen.line_of(&asked))))
        })
        .collect()
}

/// What the lock file says of each package; where it does not say who has an
/// install script, those that are known for one.
fn of_lock(seen: &Seen, lock: &Lock, locked: &[Locked<'_>]) -> Found {
    let scripts = Scripts::of(seen, lock);
    // npm 7 and later write down who has an install script.
    let is_told = lock.format == Format::Npm
        && lock.text.lines().take(10).any(|line| {
            matches!(line.trim(), "\"lockfileVersion\": 2," | "\"lockfileVersion\": 3,")
        });
    let mut found = Found::new();
    for package in locked {
        if package.is_optional || is_told && !package.has_script || !scripts.run(package.name) {
            continue;
        }
        let wants = known(package.name, package.version)
            .or_else(|| (package.has_script && package.builds).then_some(Wants::Binary));
        if let Some(wants) = wants {
            found
                .entry(package.name.to_owned())
                .or_insert_with(|| (wants, lock.line(package.line_idx)));
        }
    }
    found
}

fn known(name: &str, version: &str) -> Option<Wants> {
    let known = KNOWN.iter().find(|known| known.name == name)?;
    let Some(below) = known.below else {
        return Some(known.wants);
    };
    let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
    let (major, minor) = (parts.next()??, parts.next().flatten().unwrap_or(0));
    ((major, minor) < below).then_some(known.wants)
}

/// Whose install scripts the package manager runs.
enum Scripts {
    All,
    /// pnpm 10 and later run those only that are named.
    Named(Vec<String>),
}

impl Scripts {
    fn of(seen: &Seen, lock: &Lock) -> Self {
        if lock.format != Format::Pnpm {
            return Self::All;
        }
        // Version 9 of the format is pnpm 9 as well; it is counted as later.
        let is_old = lock.text.lines().take(3).any(|line| {
            line.strip_prefix("lockfileVersion:")
                .is_some_and(|version| version.trim().trim_matches('\'').starts_with(['5', '6']))
        });
        if is_old {
            return Self::All;
        }
        let built = seen.manifest.get("pnpm").and_then(|pnpm| pnpm.get("onlyBuiltDependencies"));
        let names = built.and_then(serde_json::Value::as_array).map_or_else(Vec::new, |names| {
            names.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
        });
        Self::Named(names)
    }

    fn run(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|named| named == name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_versions_are_left_alone() {
        assert_eq!(known("sharp", "0.32.6"), Some(Wants::Binary));
        assert_eq!(known("sharp", "0.33.0"), None);
        assert_eq!(known("playwright", "1.49.0"), None);
        assert_eq!(known("playwright", "latest"), None);
        assert_eq!(known("re2", "*"), Some(Wants::Binary));
        assert_eq!(known("esbuild", "0.20.0"), None);
    }
}
