//! How package managers and test runners word their lines.

/// Names of hosts that serve repositories, and no packages by name.
const FORGES: [&str; 5] =
    ["github.com", "raw.githubusercontent.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// What a connection that could not be made is called, by Node, git, Yarn and
/// Bun.
pub(super) const UNREACHABLE: [&str; 16] = [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "ESOCKETTIMEDOUT",
    "network timeout at",
    "Could not resolve host",
    "Connection refused",
    "Connection timed out",
    "ConnectionRefused",
    "FailedToOpenSocket",
    "UnableToResolve",
];

/// What npm says in an error line: `npm ERR! code E404`, `npm error code E404`.
pub(super) fn npm_error(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("npm ERR!").or_else(|| line.strip_prefix("npm error"))?;
    Some(rest.trim_start())
}

/// The code in a line `npm error code E404`.
pub(super) fn npm_code(line: &str) -> Option<&str> {
    npm_error(line)?.strip_prefix("code ").map(str::trim)
}

/// A warning of a package manager, which never is the reason.
pub(super) fn is_warning(line: &str) -> bool {
    let line = line.trim_start();
    ["npm warn", "npm WARN", "warning ", "WARN ", "info "]
        .iter()
        .any(|start| line.starts_with(start))
}

/// A line with which a runner reports a test that passed.
pub(super) fn is_passed_test(line: &str) -> bool {
    let line = line.trim_start();
    ["✓", "✔", "√", "ok ", "(pass)"].iter().any(|start| line.starts_with(start))
}

/// A line with which a runner names a test that failed. Most print the error
/// on lines of its own.
pub(super) fn is_failed_test(line: &str) -> bool {
    let line = line.trim_start();
    let marks = ["✕", "✗", "✖", "✘", "×", "not ok ", "(fail)", "●", "FAIL "];
    let is_numbered = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < line.len() && rest.starts_with(") ")
    };
    marks.iter().any(|mark| line.starts_with(mark)) || is_numbered()
}

/// The host of the first address in a line that a forge serves.
pub(super) fn forge_in(line: &str) -> Option<&'static str> {
    FORGES.into_iter().find(|host| {
        line.match_indices(host).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            // `codeload.github.com` is one, `notgithub.com` and
            // `github.com.example` are none.
            let rest = &line[at + host.len()..];
            let goes_on = rest.strip_prefix('.').unwrap_or(rest).starts_with(char::is_alphanumeric);
            before.is_none_or(|c| !c.is_alphanumeric() && c != '-') && !goes_on
        })
    })
}

/// The host of the first `http` address in a line.
pub(super) fn host_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("://")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-._:@".contains(c));
    let authority = rest.get(..end.unwrap_or(rest.len()))?;
    // Never a user or a password.
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then_some(host)
}

/// The line without users and passwords in addresses.
pub(super) fn without_credentials(line: &str) -> String {
    let mut parts = line.split("://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(part.len());
        let (authority, rest) = part.split_at(end);
        out.push_str("://");
        // `git@host` says nothing that is secret.
        match authority.rsplit_once('@') {
            Some((user, host)) if user != "git" => out.extend(["***@", host]),
            _ => out.push_str(authority),
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forges_are_told_by_whole_names() {
        assert_eq!(
            forge_in("request to https://codeload.github.com/a/b failed"),
            Some("github.com")
        );
        assert_eq!(forge_in("ssh://git@github.com:22/a.git"), Some("github.com"));
        assert_eq!(forge_in("could not resolve host: github.com."), Some("github.com"));
        assert_eq!(forge_in("https://npm.pkg.notgithub.com/x"), None);
        assert_eq!(forge_in("https://github.com.example/x"), None);
    }

    #[test]
    fn hosts_come_without_credentials() {
        assert_eq!(host_in("GET https://npm.example/x - 404"), Some("npm.example"));
        assert_eq!(host_in("https://me:secret@npm.example:8080/x"), Some("npm.example"));
        assert_eq!(host_in("no address"), None);
        assert_eq!(
            without_credentials("GET https://me:secret@npm.example/x, ssh://git@a.example/b: no"),
            "GET https://***@npm.example/x, ssh://git@a.example/b: no"
        );
    }

    #[test]
    fn npm_words_its_errors_in_two_ways() {
        assert_eq!(npm_code("npm ERR! code E404"), Some("E404"));
        assert_eq!(npm_code("npm error code ETARGET"), Some("ETARGET"));
        assert_eq!(npm_code("npm warn code E404"), None);
        assert_eq!(npm_code("code E404"), None);
    }
}
