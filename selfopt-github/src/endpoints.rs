//! Where GitHub is.

use crate::error::GitHubError;

/// The addresses of a GitHub: the public one, or a company's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    api: String,
    git: String,
}

impl Endpoints {
    /// github.com.
    pub fn github() -> Self {
        Self { api: "https://api.github.com".into(), git: "https://github.com".into() }
    }

    /// Another one: the root of its API, and of its clone addresses. Both are
    /// https, or on this machine's loopback.
    pub fn new(api: &str, git: &str) -> Result<Self, GitHubError> {
        Ok(Self { api: checked(api)?, git: checked(git)? })
    }

    /// Those of the GitHub whose API is here: where its repositories are cloned
    /// from follows. `https://api.github.com` and `https://api.NAME.ghe.com`
    /// have them without `api.`, an Enterprise Server (`https://HOST/api/v3`)
    /// at its root, anything else at the same address.
    pub fn of_api(api: &str) -> Result<Self, GitHubError> {
        let api = checked(api)?;
        let git = match (api.strip_suffix("/api/v3"), api.strip_prefix("https://api.")) {
            (Some(root), _) => root.to_owned(),
            (None, Some(host)) => format!("https://{host}"),
            (None, None) => api.clone(),
        };
        Ok(Self { api, git })
    }

    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// Where a repository is cloned from; holds no credentials.
    pub(crate) fn clone_url(&self, owner: &str, name: &str) -> String {
        format!("{}/{owner}/{name}.git", self.git)
    }

    /// The root of clone addresses, and of the pages of repositories.
    pub fn git(&self) -> &str {
        &self.git
    }
}

fn checked(address: &str) -> Result<String, GitHubError> {
    let refused = |reason| GitHubError::Settings {
        what: format!("the address `{}`", address.split('@').next_back().unwrap_or_default()),
        reason,
    };
    let uri: http::Uri = address.parse().map_err(|_| refused("is no address"))?;
    let host = uri.host().unwrap_or_default();
    let is_local = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_local => {}
        _ => return Err(refused("must begin with https://")),
    }
    if uri.authority().is_none_or(|authority| authority.as_str().contains('@'))
        || uri.query().is_some()
    {
        return Err(refused("must hold neither credentials nor a query"));
    }
    Ok(address.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_where_the_api_says() {
        for (api, git) in [
            ("https://api.github.com/", "https://github.com"),
            ("https://git.example/api/v3", "https://git.example"),
            ("https://api.octo.ghe.com", "https://octo.ghe.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(Endpoints::of_api(api).expect(api).git(), git);
        }
        assert_eq!(Endpoints::of_api("https://api.github.com").ok(), Some(Endpoints::github()));
        assert!(Endpoints::of_api("http://api.example").is_err());
    }

    #[test]
    fn only_https_leaves_the_machine() {
        let ok = |api| Endpoints::new(api, "https://git.example").is_ok();
        assert!(ok("https://api.example/v3/") && ok("http://127.0.0.1:8080"));
        for bad in ["http://api.example", "ftp://x", "https://a:b@x", "https://x?y=1", "", "x"] {
            assert!(!ok(bad), "{bad}");
        }
        let error = Endpoints::new("https://user:canary@x", "https://y").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
