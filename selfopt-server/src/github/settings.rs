//! The App as the operator configured it. Secrets come from the environment or
//! from a file, and are shown nowhere.

use std::fmt;
use std::path::Path;

use selfopt_github::webhook::{WebhookError, WebhookSecrets};
use selfopt_github::{Endpoints, GitHubError, RepositoryName, Secret};
use thiserror::Error;

const APP_ID: &str = "SELFOPT_GITHUB_APP_ID";
const KEY: &str = "SELFOPT_GITHUB_PRIVATE_KEY";
const KEY_FILE: &str = "SELFOPT_GITHUB_PRIVATE_KEY_FILE";
const WEBHOOK_SECRET: &str = "SELFOPT_GITHUB_WEBHOOK_SECRET";
const OLD_WEBHOOK_SECRET: &str = "SELFOPT_GITHUB_WEBHOOK_SECRET_PREVIOUS";
const API_URL: &str = "SELFOPT_GITHUB_API_URL";
const ACCOUNTS: &str = "SELFOPT_GITHUB_ACCOUNTS";
const INTRODUCTION: &str = "SELFOPT_GITHUB_INTRODUCTION";
const RUN_ON_PUSH: &str = "SELFOPT_GITHUB_RUN_ON_PUSH";

/// What happens when a repository is connected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Introduction {
    /// A pull request says what was detected; nothing runs before it is merged.
    #[default]
    PullRequest,
    /// The first run is asked for.
    None,
}

/// What a push to the default branch leads to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum OnPush {
    /// Its commit is noted.
    #[default]
    Note,
    /// A run is asked for.
    Run,
}

/// The GitHub App of a service.
#[derive(Clone)]
pub struct GitHubSettings {
    pub(crate) app_id: u64,
    pub(crate) key: Secret,
    pub(crate) secrets: WebhookSecrets,
    pub(crate) endpoints: Endpoints,
    /// Accounts whose repositories are taken, in lower case; all without any.
    pub(crate) accounts: Vec<String>,
    pub(crate) introduction: Introduction,
    pub(crate) on_push: OnPush,
}

impl fmt::Debug for GitHubSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHubSettings")
            .field("app_id", &self.app_id)
            .field("endpoints", &self.endpoints)
            .field("accounts", &self.accounts)
            .field("introduction", &self.introduction)
            .field("on_push", &self.on_push)
            .finish_non_exhaustive()
    }
}

/// Settings for GitHub that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// One is missing.
    #[error("`{missing}` is not set, but `{given}` is")]
    Missing {
        /// Which one.
        missing: &'static str,
        /// One that is there.
        given: &'static str,
    },
    /// One cannot be read.
    #[error("`{name}` {reason}")]
    Unreadable {
        /// Which one.
        name: &'static str,
        /// Why not. Never its value.
        reason: &'static str,
    },
    /// The file of the key cannot be read.
    #[error("failed to read `{path}`, which `{KEY_FILE}` names")]
    KeyFile {
        /// The file.
        path: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The webhook secret is too weak.
    #[error("`{WEBHOOK_SECRET}` cannot be used")]
    WebhookSecret(#[source] WebhookError),
    /// The App cannot be made of them.
    #[error("the GitHub App cannot be used")]
    App(#[from] GitHubError),
}

impl SettingsError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { missing, .. } => format!(
                "set `{missing}` too, or none of SELFOPT_GITHUB_…; docs/guides/github.md says how to make an App"
            ),
            Self::Unreadable { .. } => "docs/guides/github.md lists the settings".to_owned(),
            Self::KeyFile { .. } => {
                "give the PEM file that GitHub made for the App, readable by this user".to_owned()
            }
            Self::WebhookSecret(_) => {
                "make one with `openssl rand -hex 32`, and give it to the App, too".to_owned()
            }
            Self::App(error) => error.hint().to_owned(),
        }
    }
}

impl GitHubSettings {
    /// The settings that variables hold, which `variable` gives by name: none
    /// where none of them is set.
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, SettingsError> {
        let set = |name: &str| {
            let value = variable(name).map(|value| value.trim().to_owned());
            value.filter(|value| !value.is_empty())
        };
        let needed = [APP_ID, KEY, KEY_FILE, WEBHOOK_SECRET];
        let Some(given) = needed.into_iter().find(|name| set(name).is_some()) else {
            return Ok(None);
        };
        let missing = |missing| SettingsError::Missing { missing, given };
        let unreadable = |name, reason| SettingsError::Unreadable { name, reason };
        let app_id = set(APP_ID).ok_or_else(|| missing(APP_ID))?;
        let app_id = app_id.parse().map_err(|_| unreadable(APP_ID, "is no number"))?;
        let key = match (set(KEY), set(KEY_FILE)) {
            (Some(_), Some(_)) => {
                return Err(unreadable(KEY, "is set beside SELFOPT_GITHUB_PRIVATE_KEY_FILE"));
            }
            // On one line, as some hosts want a variable to be.
            (Some(key), None) => key.replace("\\n", "\n"),
            (None, Some(path)) => std::fs::read_to_string(Path::new(&path))
                .map_err(|source| SettingsError::KeyFile { path, source })?,
            (None, None) => return Err(missing(KEY_FILE)),
        };
        let secret = set(WEBHOOK_SECRET).ok_or_else(|| missing(WEBHOOK_SECRET))?;
        let mut secrets =
            WebhookSecrets::new(Secret::new(secret)).map_err(SettingsError::WebhookSecret)?;
        if let Some(old) = set(OLD_WEBHOOK_SECRET) {
            secrets = secrets.or(Secret::new(old));
        }
        let endpoints = match set(API_URL) {
            Some(api) => Endpoints::of_api(&api)?,
            None => Endpoints::github(),
        };
        let accounts = set(ACCOUNTS).unwrap_or_default();
        let accounts = accounts.split(',').map(|name| name.trim().to_ascii_lowercase());
        let is_on = |name, default| match set(name).as_deref() {
            None => Ok(default),
            Some("on") => Ok(true),
            Some("off") => Ok(false),
            Some(_) => Err(unreadable(name, "is neither `on` nor `off`")),
        };
        Ok(Some(Self {
            app_id,
            key: Secret::new(key),
            secrets,
            endpoints,
            accounts: accounts.filter(|name| !name.is_empty()).collect(),
            introduction: if is_on(INTRODUCTION, true)? {
                Introduction::PullRequest
            } else {
                Introduction::None
            },
            on_push: if is_on(RUN_ON_PUSH, false)? { OnPush::Run } else { OnPush::Note },
        }))
    }

    /// Whether repositories of this owner are taken.
    pub(crate) fn takes(&self, name: &RepositoryName) -> bool {
        let owner = name.owner().to_ascii_lowercase();
        self.accounts.is_empty() || self.accounts.contains(&owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "canary-canary-canary";

    fn read(set: &[(&str, &str)]) -> Result<Option<GitHubSettings>, SettingsError> {
        GitHubSettings::from_variables(|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const WHOLE: [(&str, &str); 3] = [(APP_ID, "7"), (KEY, CANARY), (WEBHOOK_SECRET, CANARY)];

    #[test]
    fn nothing_set_is_no_github() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&[(APP_ID, " "), (API_URL, "https://x")]).unwrap().is_none());
    }

    #[test]
    fn what_is_set_is_read_and_secrets_are_not_shown() {
        let settings = read(&WHOLE).unwrap().unwrap();
        assert_eq!((settings.app_id, settings.introduction), (7, Introduction::PullRequest));
        assert_eq!(settings.on_push, OnPush::Note);
        assert!(!format!("{settings:?}").contains(CANARY));
        let name = |text| RepositoryName::parse(text).unwrap();
        assert!(settings.takes(&name("anybody/web")));
        let more = [(ACCOUNTS, "Acme, other"), (INTRODUCTION, "off"), (RUN_ON_PUSH, "on")];
        let settings = read(&[&WHOLE[..], &more[..]].concat()).unwrap().unwrap();
        assert!(settings.takes(&name("acme/web")) && !settings.takes(&name("anybody/web")));
        assert_eq!((settings.introduction, settings.on_push), (Introduction::None, OnPush::Run));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let refused = |set: &[(&str, &str)]| {
            let error = read(set).unwrap_err();
            let text = format!("{error} {error:?} {}", error.hint());
            assert!(!text.contains(CANARY), "{text}");
            error.to_string()
        };
        for (without, named) in [(0, APP_ID), (1, KEY_FILE), (2, WEBHOOK_SECRET)] {
            let mut set = WHOLE.to_vec();
            set.remove(without);
            assert!(refused(&set).starts_with(&format!("`{named}` is not set")));
        }
        let with = |name, value| [&WHOLE[..], &[(name, value)]].concat();
        assert!(refused(&with(KEY_FILE, "/nowhere")).contains("beside"));
        let no_file = [(APP_ID, "7"), (KEY_FILE, "/nowhere/key.pem"), (WEBHOOK_SECRET, CANARY)];
        assert!(refused(&no_file).contains("/nowhere/key.pem"));
        assert!(refused(&with(INTRODUCTION, CANARY)).contains(INTRODUCTION));
        refused(&with(API_URL, "http://api.example"));
        refused(&[(APP_ID, "x"), (KEY, CANARY), (WEBHOOK_SECRET, CANARY)]);
        refused(&[(APP_ID, "7"), (KEY, CANARY), (WEBHOOK_SECRET, "short")]);
    }
}
