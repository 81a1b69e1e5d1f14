//! The environment of a command: a fixed set that is the same on every
//! machine, and for the install phase the package managers' own configuration.
//! It starts from nothing; a variable of the host enters by name or not at all.

use std::collections::BTreeMap;

use selfopt_core::{CommandSpec, Phase};

use super::marker::{MARKER, Marker};
use super::npm_config::NpmConfig;

/// Environment variables by name.
pub(crate) type Variables = BTreeMap<String, String>;

/// Where things are, as the command sees them.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The root of the workspace.
    pub workspace: String,
    /// The private home directory.
    pub home: String,
    /// The directory for temporary files.
    pub temporary: String,
    /// npm's cache, shared by installs.
    pub npm_cache: String,
    /// Directories of programs.
    pub path: Vec<String>,
}

/// How long package managers try to fetch one file, so that a hopeless install
/// ends within 90 seconds of the first fetch that fails: one try more, and 40
/// seconds for each. npm alone would go on for minutes. pnpm reads npm's
/// settings, and under its own name since version 11.
const PATIENCE: [(&str, &str); 11] = [
    ("BUN_CONFIG_HTTP_RETRY_COUNT", "1"),
    ("YARN_HTTP_RETRY", "1"),
    ("YARN_HTTP_TIMEOUT", "40000"),
    ("npm_config_fetch_retries", "1"),
    ("npm_config_fetch_retry_maxtimeout", "5000"),
    ("npm_config_fetch_retry_mintimeout", "1000"),
    ("npm_config_fetch_timeout", "40000"),
    ("pnpm_config_fetch_retries", "1"),
    ("pnpm_config_fetch_retry_maxtimeout", "5000"),
    ("pnpm_config_fetch_retry_mintimeout", "1000"),
    ("pnpm_config_fetch_timeout", "40000"),
];

/// Downloads that install scripts of well-known packages make from outside of
/// the registry: browsers and the like, which no unit test, build or benchmark
/// in here could use without a network. Without them the install is quicker,
/// and green where only the registry is reachable.
const NO_DOWNLOADS: [(&str, &str); 9] = [
    ("CHROMEDRIVER_SKIP_DOWNLOAD", "true"),
    ("CYPRESS_INSTALL_BINARY", "0"),
    ("ELECTRON_SKIP_BINARY_DOWNLOAD", "1"),
    ("GECKODRIVER_SKIP_DOWNLOAD", "true"),
    ("MONGOMS_DISABLE_POSTINSTALL", "1"),
    ("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    ("PUPPETEER_SKIP_CHROMIUM_DOWNLOAD", "1"),
    ("PUPPETEER_SKIP_DOWNLOAD", "1"),
    ("SENTRYCLI_SKIP_DOWNLOAD", "1"),
];

/// All variables of one command.
pub(crate) fn variables(
    places: &Places,
    spec: &CommandSpec,
    npm: &NpmConfig,
    marker: &Marker,
) -> Variables {
    let mut variables = fixed();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    set("HOME", &places.home);
    set("TMPDIR", &places.temporary);
    set("PATH", &path(places, &spec.working_directory).join(":"));
    if spec.phase == Phase::Install {
        set("npm_config_cache", &places.npm_cache);
        for (name, value) in PATIENCE.into_iter().chain(NO_DOWNLOADS) {
            set(name, value);
        }
        variables.extend(npm.variables().clone());
    }
    variables.extend(spec.env.clone());
    variables.insert(MARKER.to_owned(), marker.as_str().to_owned());
    variables
}

/// What does not depend on the command.
pub(crate) fn fixed() -> Variables {
    const FIXED: [(&str, &str); 11] = [
        ("CI", "1"),
        ("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0"),
        ("FORCE_COLOR", "0"),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("LOGNAME", "sandbox"),
        ("TZ", "UTC"),
        ("USER", "sandbox"),
        ("npm_config_audit", "false"),
        ("npm_config_fund", "false"),
        ("npm_config_update_notifier", "false"),
    ];
    FIXED.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// `node_modules/.bin` of the working directory and of the directories above
/// it, as package managers set it, then the directories of programs.
fn path(places: &Places, working_directory: &str) -> Vec<String> {
    let mut bins = Vec::new();
    let mut directory = places.workspace.clone();
    bins.push(format!("{directory}/node_modules/.bin"));
    for part in working_directory.split('/').filter(|part| !part.is_empty() && *part != ".") {
        directory = format!("{directory}/{part}");
        bins.push(format!("{directory}/node_modules/.bin"));
    }
    bins.reverse();
    bins.extend(places.path.iter().cloned());
    bins
}

#[cfg(test)]
mod tests {
    use selfopt_core::{CommandLimits, Network};

    use super::*;

    fn spec(phase: Phase) -> CommandSpec {
        CommandSpec {
            cmd: "true".into(),
            working_directory: "packages/a".into(),
            env: [("CI".to_owned(), "0".to_owned()), (MARKER.to_owned(), "mine".to_owned())].into(),
            phase,
            network: Network::None,
            limits: CommandLimits::default(),
        }
    }

    fn places() -> Places {
        Places {
            workspace: "/w".into(),
            home: "/h".into(),
            temporary: "/t".into(),
            npm_cache: "/c".into(),
            path: vec!["/usr/bin".into()],
        }
    }

    #[test]
    fn programs_of_the_nearest_package_come_first() {
        let marker = Marker::next();
        let variables = variables(&places(), &spec(Phase::Test), &NpmConfig::default(), &marker);
        assert_eq!(
            variables["PATH"],
            "/w/packages/a/node_modules/.bin:/w/packages/node_modules/.bin:/w/node_modules/.bin:/usr/bin"
        );
    }

    #[test]
    fn the_project_may_set_variables_but_not_the_marker() {
        let marker = Marker::next();
        let variables = variables(&places(), &spec(Phase::Test), &NpmConfig::default(), &marker);
        assert_eq!(variables["CI"], "0");
        assert_eq!(variables[MARKER], marker.as_str());
    }

    #[test]
    fn the_package_manager_is_configured_for_installs_only() {
        let npm = NpmConfig::from_host([("npm_config_registry", "https://npm.example/")], None);
        let marker = Marker::next();
        let install = variables(&places(), &spec(Phase::Install), &npm, &marker);
        assert_eq!(install["npm_config_registry"], "https://npm.example/");
        assert_eq!(install["npm_config_cache"], "/c");
        assert_eq!(install["npm_config_fetch_retries"], "1");
        assert_eq!(install["PUPPETEER_SKIP_DOWNLOAD"], "1");
        let test = variables(&places(), &spec(Phase::Test), &npm, &marker);
        assert!(!test.contains_key("npm_config_registry"));
        assert!(!test.contains_key("npm_config_cache"));
        assert!(!test.contains_key("npm_config_fetch_retries"));
        let patient = NpmConfig::from_host([("npm_config_fetch_retries", "5")], None);
        let install = variables(&places(), &spec(Phase::Install), &patient, &marker);
        assert_eq!(install["npm_config_fetch_retries"], "5", "the user's own word counts");
    }
}
