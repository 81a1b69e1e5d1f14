//! Native code: an install script that compiles or downloads, a binary that is
//! not there.

use super::words::{UNREACHABLE, npm_code, npm_error};
use super::{Diagnosis, Red, diagnosis};
use crate::ports::StepStatus;

/// A package whose install script downloads, the words that only its script
/// prints, and the variable that makes it skip the download.
const DOWNLOADS: [(&str, &[&str], Option<&str>); 8] = [
    (
        "puppeteer",
        &["PUPPETEER_SKIP_DOWNLOAD", "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD", "Failed to set up chrome"],
        Some("PUPPETEER_SKIP_DOWNLOAD=1"),
    ),
    (
        "playwright",
        &["Failed to install browsers", "Failed to download Chromium"],
        Some("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"),
    ),
    (
        "cypress",
        &["The Cypress App could not be downloaded", "https://download.cypress.io"],
        Some("CYPRESS_INSTALL_BINARY=0"),
    ),
    ("electron", &["node_modules/electron/install.js"], Some("ELECTRON_SKIP_BINARY_DOWNLOAD=1")),
    ("chromedriver", &["node_modules/chromedriver"], Some("CHROMEDRIVER_SKIP_DOWNLOAD=true")),
    ("mongodb-memory-server", &["MONGOMS_"], Some("MONGOMS_DISABLE_POSTINSTALL=1")),
    ("@sentry/cli", &["[sentry-cli]"], Some("SENTRYCLI_SKIP_DOWNLOAD=1")),
    ("phantomjs", &["node_modules/phantomjs"], None),
];

/// Words of the tools that build or fetch native code.
const BUILDERS: [&str; 12] = [
    "gyp ERR! ",
    "gyp: ",
    "node-pre-gyp ERR! ",
    "node-pre-gyp error ",
    "prebuild-install ERR! ",
    "prebuild-install warn install ",
    "make: g++: ",
    "make: *** ",
    "g++: not found",
    "sharp: Installation error",
    "install-from-cache",
    "cmake-js ERR! ",
];

/// Of an install: the script of a dependency failed.
pub(super) fn of_install(red: &Red<'_>) -> Option<Diagnosis> {
    let script = failed_script(red);
    let built = red.find(|line| {
        let said = npm_error(line).unwrap_or(line);
        BUILDERS.iter().any(|words| said.contains(words))
    });
    if script.is_none() && built.is_none() {
        return still_at_it(red);
    }
    // Others may speak of their downloads, too: of those that went well.
    let is_it = |package: &str| script.is_none_or(|(name, _)| name.contains(package));
    for (package, marks, skip) in DOWNLOADS.into_iter().filter(|(package, ..)| is_it(package)) {
        if let Some(line) = red.find_any(marks) {
            return Some(download_of(package, skip, line));
        }
    }
    if let Some(built) = built {
        let unreachable = red.find(|line| {
            line.contains("http") && UNREACHABLE.iter().any(|code| line.contains(code))
        });
        return Some(diagnosis(
            format!(
                "{} builds native code when it is installed, and could not: it needs a compiler (python3, make, g++) or a download from outside of the registry",
                of_package(script)
            ),
            "install the compilers, or use a version of the dependency with a prebuilt binary for this Node.js; where only tools need it, leave it out (`npm ci --omit=optional`, `--ignore-scripts`) in `commands.install`",
            unreachable.unwrap_or(built),
        ));
    }
    let (package, line) = script?;
    Some(diagnosis(
        format!("the install script of `{package}` failed"),
        "make it work on a fresh clone; where the project runs without it, add `--ignore-scripts` to `commands.install` in selfopt.toml",
        red.find(|line| UNREACHABLE.iter().any(|code| line.contains(code))).unwrap_or(line),
    ))
}

/// Killed at the time limit, and detection knows a package whose script takes
/// long: package managers print nothing of it before it ends.
fn still_at_it(red: &Red<'_>) -> Option<Diagnosis> {
    let notes = &red.step.project.notes;
    let note = notes
        .iter()
        .find(|note| note.message.starts_with("the install script of ") && note.hint.is_some())
        .filter(|_| red.step.status == StepStatus::TimedOut)?;
    let line = note.evidence.as_ref().map(|line| format!("{line}: {}", line.text));
    Some(diagnosis(
        format!("the install did not end; {}", note.message),
        note.hint.clone()?,
        &line.unwrap_or_default(),
    ))
}

fn download_of(package: &str, skip: Option<&str>, line: &str) -> Diagnosis {
    let way_out = match skip {
        Some(variable) => format!(
            "set `{variable}` before the install command in selfopt.toml: `[commands]` `install = \"{variable} …\"`; tests that need the download must be left out then"
        ),
        None => "remove the dependency or install without scripts: `--ignore-scripts` in `commands.install`".to_owned(),
    };
    let cause = format!(
        "the install script of `{package}` downloads from outside of the registry, and could not"
    );
    diagnosis(cause, way_out, line)
}

fn of_package(script: Option<(&str, &str)>) -> String {
    script.map_or_else(|| "a dependency".to_owned(), |(package, _)| format!("`{package}`"))
}

/// The dependency whose install script failed, and the line that says so.
fn failed_script<'a>(red: &Red<'a>) -> Option<(&'a str, &'a str)> {
    let is_lifecycle = |line: &str| {
        npm_code(line)
            .is_some_and(|code| code == "ELIFECYCLE" || code.parse::<u32>().is_ok_and(|n| n != 128))
    };
    if red.find(is_lifecycle).is_some() {
        let in_path = red.lines.iter().find_map(|line| {
            let path = npm_error(line)?.strip_prefix("path ")?;
            Some((package_of(path)?, *line))
        });
        // npm 6 names it: `npm ERR! re2@1.0.0 install: …`.
        return in_path.or_else(|| {
            red.lines.iter().find_map(|line| {
                let (name, script) = npm_error(line)?.split_once(": ")?.0.rsplit_once(' ')?;
                let is_script = matches!(script, "install" | "preinstall" | "postinstall");
                let at = name.rfind('@').filter(|at| *at > 0)?;
                is_script.then_some((name.get(..at)?, *line))
            })
        });
    }
    red.lines.iter().find_map(|line| {
        let bare = line.trim();
        // Yarn 1: `error /x/node_modules/re2: Command failed.`
        if let Some(path) =
            bare.strip_prefix("error ").and_then(|rest| rest.strip_suffix(": Command failed."))
        {
            return Some((package_of(path)?, *line));
        }
        // Yarn 2: `➤ YN0009: │ re2@npm:1.0.0 couldn't be built successfully`.
        if let Some((before, _)) = bare.split_once(" couldn't be built successfully") {
            let locator = before.rsplit(' ').next()?;
            let at = locator.get(1..)?.find('@')? + 1;
            return Some((locator.get(..at)?, *line));
        }
        // pnpm: `.../node_modules/re2 install: Failed`.
        if let Some(before) = bare.strip_suffix("install: Failed") {
            return Some((package_of(before.trim_end().trim_end_matches("post"))?, *line));
        }
        // Bun: `error: install script from "re2" exited with 1`.
        let (start, rest) = bare.split_once(" script from \"")?;
        let (package, rest) = rest.split_once('"')?;
        (start.starts_with("error: ") && rest.trim_start().starts_with("exited with"))
            .then_some((package, *line))
    })
}

/// The package in the last `node_modules` of a path.
fn package_of(path: &str) -> Option<&str> {
    let (_, name) = path.trim().rsplit_once("node_modules/")?;
    let mut parts = name.match_indices('/');
    let end = if name.starts_with('@') { parts.nth(1) } else { parts.next() };
    name.get(..end.map_or(name.len(), |(at, _)| at)).map(str::trim).filter(|name| !name.is_empty())
}

/// Of anything later: a binary that the install did not leave behind.
pub(super) fn of_run(red: &Red<'_>) -> Option<Diagnosis> {
    let line = red.find(|line| {
        line.contains("Could not locate the bindings file")
            || line.contains("Cannot find module") && line.contains(".node'")
            || line.contains("Could not load the \"sharp\" module")
            || line.contains("Cannot find module @rollup/rollup-")
            || line.contains("You installed esbuild for another platform")
    })?;
    Some(diagnosis(
        "a native binary of a dependency is not there: its install script did not run, or it is for another platform",
        "install with scripts and optional dependencies (no `--ignore-scripts`, no `--omit=optional`), and write the lock file for this platform, too",
        line,
    ))
}
