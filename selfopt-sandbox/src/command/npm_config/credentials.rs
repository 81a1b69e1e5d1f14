//! Which registries the user's own configuration has credentials for. The
//! credentials themselves are not kept: they never enter a sandbox, and a proxy
//! that does not end TLS cannot add them.

use std::collections::BTreeSet;

/// Settings that hold a credential, as npm names them.
const SETTINGS: [&str; 3] = ["_auth", "_authtoken", "_password"];
/// The variables of Yarn that hold one for its registry.
const YARN_VARIABLES: [&str; 2] = ["YARN_NPM_AUTH_TOKEN", "YARN_NPM_AUTH_IDENT"];
const YARN_REGISTRY: &str = "YARN_NPM_REGISTRY_SERVER";

/// The hosts, in lower case.
pub(super) fn hosts(environment: &[(&str, &str)], npmrc: &str) -> BTreeSet<String> {
    let mut hosts = BTreeSet::new();
    let lines = npmrc.lines().map(str::trim).filter(|line| !line.starts_with([';', '#']));
    let of_file = lines.filter_map(|line| line.split_once('='));
    let of_variables = environment.iter().filter_map(|(name, value)| {
        // npm's prefix in whatever case; what follows names the setting.
        let (prefix, setting) = name.split_at_checked("npm_config_".len())?;
        prefix.eq_ignore_ascii_case("npm_config_").then_some((setting, *value))
    });
    let settings: Vec<(String, &str)> = of_file
        .chain(of_variables)
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let registry = settings.iter().find(|(name, _)| name == "registry").map(|(_, value)| *value);
    for (name, value) in &settings {
        let (scope, setting) = name.rsplit_once(':').unwrap_or(("", name));
        if SETTINGS.contains(&setting) {
            // `//host/path/:_authToken`, or of old without the first part.
            let address = if scope.is_empty() { registry.unwrap_or_default() } else { scope };
            hosts.extend(host_of(address));
        } else if (setting == "registry") && value.contains('@') {
            hosts.extend(host_of(value));
        }
    }
    let variable = |wanted: &str| {
        let found = environment.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    };
    if YARN_VARIABLES.iter().any(|name| variable(name).is_some()) {
        hosts.extend(variable(YARN_REGISTRY).and_then(host_of));
    }
    hosts
}

/// The host of `https://user:password@host:port/path` or `//host:port/path`.
fn host_of(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("//")?;
    let authority = rest.split('/').next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_with_credentials_are_known_by_their_hosts() {
        let npmrc = "\
registry=https://npm.example/
//Mine.example:8443/x/:_authToken=${TOKEN}
//old.example/:_password = secret
//old.example/:username=me
//public.example/:always-auth=false
; //comment.example/:_authToken=secret
//empty.example/:_authToken=
@in:registry=https://me:secret@inline.example/
";
        let environment = [
            ("npm_config_//variable.example/:_authToken", "secret"),
            ("NPM_CONFIG_//upper.example/:_AUTH", "secret"),
            ("npm_config_registry", "https://other.example/"),
            ("YARN_NPM_AUTH_TOKEN", "secret"),
            ("YARN_NPM_REGISTRY_SERVER", "https://yarn.example"),
            ("ä", ""),
        ];
        let found = hosts(&environment, npmrc);
        let expected = [
            "inline.example",
            "mine.example",
            "old.example",
            "upper.example",
            "variable.example",
            "yarn.example",
        ];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        let of_old = hosts(&[("npm_config__auth", "secret")], "registry=https://npm.example/\n");
        assert_eq!(of_old, ["npm.example".to_owned()].into());
        assert!(hosts(&[], "").is_empty());
        assert!(format!("{found:?}").find("secret").is_none());
    }
}
