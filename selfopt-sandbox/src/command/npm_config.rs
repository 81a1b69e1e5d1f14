//! The user's own configuration of the package managers, without anything
//! that looks like a secret: which registry, which proxy, which certificates.
//! Of the secrets only the hosts that they are for are kept.

mod credentials;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::environment::Variables;
use crate::egress::Upstream;

/// Variables that say how to reach the network, besides `npm_config_*`.
const NETWORK_VARIABLES: [&str; 11] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "YARN_NPM_REGISTRY_SERVER",
    "YARN_REGISTRY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Variables whose value is a file that the command must be able to read.
const FILE_VARIABLES: [&str; 3] = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "npm_config_cafile"];

/// Parts of names of settings that hold secrets or name files that do.
const SECRET_NAMES: [&str; 9] =
    ["auth", "token", "password", "passwd", "secret", "otp", "username", "certfile", "keyfile"];

/// Settings of npm that name places of the host.
const HOST_SETTINGS: [&str; 8] =
    ["cache", "cafile", "globalconfig", "init_module", "nodedir", "prefix", "tmp", "userconfig"];

/// Settings of npm, and variables, that name the proxy for https; npm's own
/// order, in which the ones for http come last.
const PROXY_SETTINGS: [&str; 2] = ["https-proxy", "proxy"];
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What the install phase may know.
#[derive(Debug, Clone, Default)]
pub(crate) struct NpmConfig {
    variables: Variables,
    npmrc: Option<String>,
    upstream: Upstream,
    credentials: BTreeSet<String>,
}

impl NpmConfig {
    /// Of the user who runs this process.
    pub(crate) fn of_this_user() -> Self {
        let npmrc = std::env::var_os("HOME")
            .map(|home| PathBuf::from(home).join(".npmrc"))
            .and_then(|path| fs::read_to_string(path).ok());
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let environment = environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self::from_host(environment, npmrc.as_deref())
    }

    /// From the host's variables and the text of the user's `.npmrc`.
    pub(crate) fn from_host<'a>(
        environment: impl IntoIterator<Item = (&'a str, &'a str)>,
        npmrc: Option<&str>,
    ) -> Self {
        let environment: Vec<_> = environment.into_iter().collect();
        let upstream = upstream(&environment, npmrc.unwrap_or_default());
        let credentials = credentials::hosts(&environment, npmrc.unwrap_or_default());
        let mut variables: Variables = environment
            .into_iter()
            .filter(|(name, value)| may_enter(name) && !has_credentials(value))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        // As a variable, so that there is one place for paths of files.
        if let Some(path) = npmrc.and_then(|text| value_of("cafile", text)) {
            variables.entry("npm_config_cafile".to_owned()).or_insert(path);
        }
        let npmrc = npmrc.map(sanitized).filter(|text| !text.is_empty());
        Self { variables, npmrc, upstream, credentials }
    }

    /// The user's own proxy, with its password: for ours, never for inside.
    pub(crate) fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The same for a command that has another way out: without the user's own
    /// proxy, in whatever spelling.
    pub(crate) fn without_proxies(mut self) -> Self {
        self.variables.retain(|name, _| {
            let lower = name.to_ascii_lowercase().replace('-', "_");
            let setting = lower.strip_prefix("npm_config_").unwrap_or(&lower);
            !matches!(setting, "proxy" | "http_proxy" | "https_proxy" | "no_proxy" | "noproxy")
        });
        self
    }

    /// The hosts of registries that the configuration has a token or password
    /// for, which stays outside.
    pub(crate) fn credentials(&self) -> &BTreeSet<String> {
        &self.credentials
    }

    /// The variables.
    pub(crate) fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The user's `.npmrc` without its secrets, if anything is left of it.
    pub(crate) fn npmrc(&self) -> Option<&str> {
        self.npmrc.as_deref()
    }

    /// The same with one more variable.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.variables.insert(name.to_owned(), value);
        self
    }

    /// Files that the variables name, by variable.
    pub(crate) fn files(&self) -> BTreeMap<&'static str, &Path> {
        FILE_VARIABLES
            .iter()
            .filter_map(|name| Some((*name, Path::new(self.variables.get(*name)?))))
            .collect()
    }
}

fn upstream(environment: &[(&str, &str)], npmrc: &str) -> Upstream {
    let variable = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name)?;
        Some(found.1.to_owned()).filter(|value| !value.is_empty())
    };
    let setting = |name: &str| {
        let variable_name = format!("npm_config_{}", name.replace('-', "_"));
        let found = environment
            .iter()
            .find(|(known, _)| known.to_ascii_lowercase().replace('-', "_") == variable_name);
        let value = found.map(|(_, value)| (*value).to_owned()).or_else(|| value_of(name, npmrc));
        value.filter(|value| !matches!(value.as_str(), "" | "null" | "false"))
    };
    let address = setting(PROXY_SETTINGS[0])
        .or_else(|| PROXY_VARIABLES[..2].iter().find_map(|name| variable(name)))
        .or_else(|| setting(PROXY_SETTINGS[1]))
        .or_else(|| PROXY_VARIABLES[2..].iter().find_map(|name| variable(name)));
    let no_proxy = setting("noproxy")
        .or_else(|| NO_PROXY_VARIABLES.iter().find_map(|name| variable(name)))
        .unwrap_or_default();
    Upstream::new(address.as_deref(), &no_proxy)
}

fn may_enter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    match lower.strip_prefix("npm_config_") {
        Some("cafile") => true,
        Some(setting) => {
            !is_secret(setting) && !HOST_SETTINGS.contains(&setting.replace('-', "_").as_str())
        }
        None => NETWORK_VARIABLES.contains(&name),
    }
}

fn is_secret(setting: &str) -> bool {
    let setting = setting.to_ascii_lowercase();
    let last = setting.rsplit(':').next().unwrap_or(&setting);
    SECRET_NAMES.iter().any(|part| last.contains(part))
        || matches!(last, "key" | "cert" | "email" | "_")
}

/// `https://user:password@host/` and its like.
fn has_credentials(value: &str) -> bool {
    value.split_whitespace().any(|word| {
        let authority = word.split_once("://").map_or("", |(_, rest)| rest);
        authority.split('/').next().is_some_and(|host| host.contains('@'))
    })
}

/// The value of a setting in an `.npmrc`.
fn value_of(setting: &str, npmrc: &str) -> Option<String> {
    let mut settings = npmrc.lines().filter_map(|line| line.split_once('='));
    let value = settings.rfind(|(key, _)| key.trim() == setting)?.1;
    Some(value.trim().to_owned())
}

/// Lines of an `.npmrc` that may enter: settings without secrets and without
/// references to variables, which do not exist inside.
fn sanitized(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines().map(str::trim) {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim();
        let setting = key.trim_end_matches("[]");
        let is_comment = key.starts_with([';', '#']);
        let belongs_here = !HOST_SETTINGS.contains(&setting.replace('-', "_").as_str());
        if !is_comment
            && belongs_here
            && !is_secret(setting)
            && !has_credentials(value)
            && !value.contains("${")
        {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_configuration_without_secrets_enters() {
        let host = [
            ("npm_config_registry", "https://npm.example/"),
            ("NPM_CONFIG_STRICT_SSL", "true"),
            ("npm_config__authToken", "canary"),
            ("npm_config_//npm.example/:_authToken", "canary"),
            ("NPM_CONFIG_OTP", "canary"),
            ("npm_config_userconfig", "/home/me/.npmrc"),
            ("npm_config_proxy", "http://me:canary@proxy:3128"),
            ("HTTPS_PROXY", "http://proxy:3128"),
            ("HTTP_PROXY", "http://me:canary@proxy:3128"),
            ("NPM_TOKEN", "canary"),
            ("AWS_SECRET_ACCESS_KEY", "canary"),
            ("NODE_OPTIONS", "--require /tmp/x.js"),
            ("PATH", "/usr/bin"),
        ];
        let config = NpmConfig::from_host(host, None);
        let names: Vec<_> = config.variables().keys().map(String::as_str).collect();
        assert_eq!(names, ["HTTPS_PROXY", "NPM_CONFIG_STRICT_SSL", "npm_config_registry"]);
    }

    #[test]
    fn an_npmrc_loses_its_secrets() {
        let npmrc = "\
; a comment = with equals
registry=https://npm.example/
@mine:registry=https://mine.example/
//npm.example/:_authToken=canary
//mine.example/:username = me
//mine.example/:_password=canary
_auth=canary
email=me@example.com
cache=/home/me/.npm
cafile=/etc/ssl/mine.pem
proxy=http://me:canary@proxy:3128/
scope-registry=https://${SECRET}.example/
strict-ssl=false
";
        let config = NpmConfig::from_host([], Some(npmrc));
        let expected = "registry=https://npm.example/\n@mine:registry=https://mine.example/\nstrict-ssl=false\n";
        assert_eq!(config.npmrc(), Some(expected));
        let files: Vec<_> = config.files().into_iter().collect();
        assert_eq!(files, [("npm_config_cafile", Path::new("/etc/ssl/mine.pem"))]);
        assert_eq!(NpmConfig::from_host([], Some("_auth=canary\n")).npmrc(), None);
    }

    #[test]
    fn the_users_own_proxy_is_for_outside() {
        let password = "http://me:canary@proxy.example:3128";
        let is_set = |environment: &[(&'static str, &'static str)], npmrc: Option<&str>| {
            let config = NpmConfig::from_host(environment.iter().copied(), npmrc);
            config.upstream().to("npm.example").is_some()
        };
        for name in ["HTTPS_PROXY", "https_proxy", "http_proxy", "npm_config_https-proxy"] {
            assert!(is_set(&[(name, password)], None), "{name}");
        }
        assert!(is_set(&[], Some("https-proxy=http://proxy.example\n")));
        assert!(is_set(&[], Some("proxy = http://proxy.example\n")));
        assert!(!is_set(&[("npm_config_proxy", "null")], Some("https-proxy=null\n")));
        assert!(!is_set(&[("HTTPS_PROXY", password), ("no_proxy", ".example")], None));
        let plain = "http://proxy.example";
        let host = [
            ("HTTPS_PROXY", plain),
            ("NPM_CONFIG_HTTPS_PROXY", plain),
            ("npm_config_https-proxy", plain),
            ("npm_config_noproxy", "x"),
            ("no_proxy", "x"),
            ("npm_config_registry", "https://npm.example/"),
        ];
        let without = NpmConfig::from_host(host, None).without_proxies();
        let names: Vec<_> = without.variables().keys().map(String::as_str).collect();
        assert_eq!(names, ["npm_config_registry"]);
    }
}
