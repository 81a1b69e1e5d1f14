//! What a command needs inside to find the proxy: a directory that is mounted,
//! a command line around its own, and variables.

use selfopt_core::HostPattern;

use crate::command::environment::Variables;

/// Where the proxy's directory is mounted, read-only.
pub(crate) const INSIDE: &str = "/run/selfopt";

/// Names in the directory.
pub(super) const SOCKET: &str = "socket";
pub(super) const BRIDGE: &str = "bridge.cjs";
pub(super) const BRIDGE_TEXT: &str = include_str!("bridge.cjs");

/// The port of the bridge. The network namespace is the command's own, so that
/// it is free; below the range that the kernel gives out.
const PORT: u16 = 28_443;

/// What never goes through the proxy: servers of the command's own.
const NO_PROXY: &str = "localhost,127.0.0.1,::1";

/// Hosts of repositories whose short ssh addresses (`git@host:path`) are asked
/// for by https, so that they can be let through or are refused by name.
const FORGES: [&str; 4] = ["bitbucket.org", "codeberg.org", "github.com", "gitlab.com"];

/// Address schemes of git that https stands in for, longest first.
const GIT_SCHEMES: [&str; 5] = ["git+ssh://git@", "git+ssh://", "ssh://git@", "ssh://", "git://"];

/// The shell command that runs another one behind the bridge.
pub(crate) fn command(cmd: &str) -> String {
    let quoted = cmd.replace('\'', r"'\''");
    format!("exec node {INSIDE}/{BRIDGE} {INSIDE}/{SOCKET} {PORT} '{quoted}'")
}

/// Variables that send package managers and git to the bridge.
pub(crate) fn variables(allowed: &[HostPattern]) -> Variables {
    let bridge = format!("http://127.0.0.1:{PORT}");
    let proxies = [
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "YARN_HTTPS_PROXY",
        "YARN_HTTP_PROXY",
        "http_proxy",
        "https_proxy",
        "npm_config_https_proxy",
        "npm_config_proxy",
    ];
    let mut variables: Variables =
        proxies.into_iter().map(|name| (name.to_owned(), bridge.clone())).collect();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    for name in ["NO_PROXY", "no_proxy", "npm_config_noproxy"] {
        set(name, NO_PROXY);
    }
    // Scripts that download with Node's own client, from Node 24 on.
    set("NODE_USE_ENV_PROXY", "1");
    set("GIT_TERMINAL_PROMPT", "0");
    let rules = git_rules(allowed);
    set("GIT_CONFIG_COUNT", &rules.len().to_string());
    for (n, (https, other)) in rules.iter().enumerate() {
        set(&format!("GIT_CONFIG_KEY_{n}"), &format!("url.{https}.insteadOf"));
        set(&format!("GIT_CONFIG_VALUE_{n}"), other);
    }
    variables
}

/// Which https address stands in for which other one: there is no ssh inside.
fn git_rules(allowed: &[HostPattern]) -> Vec<(String, String)> {
    let schemes = GIT_SCHEMES.map(|scheme| ("https://".to_owned(), scheme.to_owned()));
    let mut hosts: Vec<&str> = allowed.iter().filter_map(HostPattern::exact).collect();
    hosts.extend(FORGES);
    hosts.sort_unstable();
    hosts.dedup();
    let short = hosts.iter().map(|host| (format!("https://{host}/"), format!("git@{host}:")));
    schemes.into_iter().chain(short).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_quoted() {
        let wrapped = command("echo 'it''s' \"$HOME\"");
        assert!(wrapped.ends_with(r#"28443 'echo '\''it'\'''\''s'\'' "$HOME"'"#), "{wrapped}");
    }

    #[test]
    fn git_is_sent_to_https() {
        let allowed = ["git.example", "*.wide.example", "github.com"];
        let allowed = allowed.map(|host| HostPattern::parse(host).unwrap());
        let variables = variables(&allowed);
        assert_eq!(variables["GIT_CONFIG_COUNT"], "10");
        assert_eq!(variables["GIT_CONFIG_KEY_0"], "url.https://.insteadOf");
        assert_eq!(variables["GIT_CONFIG_VALUE_0"], "git+ssh://git@");
        let short: Vec<_> =
            (5..10).map(|n| variables[&format!("GIT_CONFIG_VALUE_{n}")].as_str()).collect();
        assert_eq!(
            short,
            [
                "git@bitbucket.org:",
                "git@codeberg.org:",
                "git@git.example:",
                "git@github.com:",
                "git@gitlab.com:"
            ]
        );
    }
}
