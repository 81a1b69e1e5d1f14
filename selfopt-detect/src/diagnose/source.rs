//! Where a package comes from, by the address in a lock file or the
//! specifier in `package.json`.

/// Hosts of repositories and what `package.json` calls them.
const FORGES: [(&str, &str); 4] = [
    ("github:", "github.com"),
    ("gitlab:", "gitlab.com"),
    ("bitbucket:", "bitbucket.org"),
    ("gist:", "gist.github.com"),
];

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A repository, or a tarball beside any registry, on this host.
    Outside(String),
    /// A registry on this host.
    Registry(String),
}

/// The source that an address names; `None` for paths, versions and what else
/// is no address.
pub(super) fn of_address(address: &str) -> Option<Source> {
    let address = address.trim();
    if let Some((_, host)) = FORGES.iter().find(|(scheme, _)| address.starts_with(scheme)) {
        return Some(Source::Outside((*host).to_owned()));
    }
    let is_git = ["git+", "git:", "git@", "ssh:"].iter().any(|scheme| address.starts_with(scheme));
    let host = host_of(address)?;
    if is_git || is_forge(&host) {
        return Some(Source::Outside(host));
    }
    let (_, rest) = address.split_once("://")?;
    if !address.starts_with("http") {
        return None;
    }
    let path = rest.split(['#', '?']).next().unwrap_or(rest);
    if path.strip_suffix(".git").is_some() {
        return Some(Source::Outside(host));
    }
    // Registries keep their tarballs under `/-/`; the few that do not are
    // named as what they are.
    let is_registry = path.contains("/-/")
        || host.starts_with("npm.")
        || host.split('.').any(|label| label == "registry" || label == "npm");
    Some(if is_registry { Source::Registry(host) } else { Source::Outside(host) })
}

/// The source that a specifier of `package.json` names, if it is none of a
/// registry: `user/repo`, `github:user/repo#branch`, `git+ssh://…`.
pub(super) fn of_specifier(specifier: &str) -> Option<Source> {
    let specifier = specifier.trim();
    let is_shorthand = || {
        let repository = specifier.split('#').next().unwrap_or(specifier);
        let mut parts = repository.split('/');
        let is_name = |part: Option<&str>| {
            part.is_some_and(|part| {
                !part.is_empty()
                    && !part.starts_with(['.', '@', '~'])
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            })
        };
        is_name(parts.next()) && is_name(parts.next()) && parts.next().is_none()
    };
    match of_address(specifier) {
        None if is_shorthand() => Some(Source::Outside("github.com".to_owned())),
        source => source,
    }
}

/// The host of an address, without user, password and port.
fn host_of(address: &str) -> Option<String> {
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest,
        // `git@github.com:user/repo.git`
        None => address.strip_prefix("git@")?,
    };
    let authority = rest.split(['/', '#', '?']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let fits = host.contains('.') && host.len() <= 200 && host.chars().all(is_host);
    fits.then(|| host.to_ascii_lowercase())
}

fn is_forge(host: &str) -> bool {
    let is_package_host = host.starts_with("npm.");
    !is_package_host
        && ["github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org"]
            .iter()
            .any(|forge| host == *forge || host.ends_with(&format!(".{forge}")))
}

/// Whether everybody may read from this registry.
pub(super) fn is_public(host: &str) -> bool {
    host.split('.').any(|label| matches!(label, "npmjs" | "yarnpkg" | "npmmirror" | "jsr"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(host: &str) -> Source {
        Source::Outside(host.to_owned())
    }

    #[test]
    fn addresses_say_where_a_package_comes_from() {
        let cases = [
            ("https://codeload.github.com/a/b/tar.gz/c", Some(outside("codeload.github.com"))),
            ("https://api.github.com/repos/a/b/tarball/c", Some(outside("api.github.com"))),
            ("git+ssh://git@github.com/a/b.git#c", Some(outside("github.com"))),
            ("git@gitlab.com:a/b.git", Some(outside("gitlab.com"))),
            ("git+https://git.corp.example:8443/a/b.git", Some(outside("git.corp.example"))),
            ("github:a/b", Some(outside("github.com"))),
            ("https://cdn.example.com/x-1.0.0/x-1.0.0.tgz", Some(outside("cdn.example.com"))),
            (
                "https://registry.example.com/x/-/x-1.0.0.tgz",
                Some(Source::Registry("registry.example.com".into())),
            ),
            (
                "https://npm.pkg.github.com/download/@a/b/1.0.0/c",
                Some(Source::Registry("npm.pkg.github.com".into())),
            ),
            ("file:../x", None),
            ("1.2.3", None),
            ("npm:other@^1", None),
            ("workspace:*", None),
            ("http://", None),
        ];
        for (address, expected) in cases {
            assert_eq!(of_address(address), expected, "{address}");
        }
    }

    #[test]
    fn specifiers_know_a_short_form() {
        assert_eq!(of_specifier("user/repo"), Some(outside("github.com")));
        assert_eq!(of_specifier("user/repo#semver:^1"), Some(outside("github.com")));
        for specifier in ["^1.0.0", "./a/b", "../a/b", "~/a", "a/b/c", "@scope/name", "latest", ""]
        {
            assert_eq!(of_specifier(specifier), None, "{specifier}");
        }
    }
}
