//! The App: its key, and the repositories that it was installed on.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octocrab::auth::{AppAuth, EncodingKey};
use octocrab::models::AppId;
use selfopt_core::{Clock, Millis};
use serde::Deserialize;
use serde_json::json;

use crate::endpoints::Endpoints;
use crate::error::GitHubError;
use crate::pace::{Pace, Pause};
use crate::repository::{Repository, RepositoryName};
use crate::secret::Secret;
use crate::token::{Checks, Granted, InstallationId, Token, permissions};
use crate::transport::{Call, Transport};

/// What the App is made from.
pub struct AppSettings {
    /// The App's id.
    pub app_id: u64,
    /// Its private key, PEM.
    pub key: Secret,
    /// Where GitHub is.
    pub endpoints: Endpoints,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Waiting.
    pub pause: Arc<dyn Pause>,
    /// How long one request may take.
    pub timeout: Duration,
    /// The longest wait for a rate limit; beyond it the caller is told when to
    /// come again.
    pub max_wait: Millis,
}

/// A cell of the cache: one request for a token at a time.
pub(crate) type TokenCell = Arc<tokio::sync::Mutex<Option<Token>>>;
type TokenKey = (InstallationId, RepositoryName, Checks);

/// The App. Clones share key, tokens and pace.
#[derive(Clone)]
pub struct App {
    auth: Arc<AppAuth>,
    pub(crate) transport: Transport,
    tokens: Arc<Mutex<HashMap<TokenKey, TokenCell>>>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("id", &self.auth.app_id.0).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct InstallationAnswer {
    id: InstallationId,
}

impl App {
    /// Reads the key. Asks GitHub nothing.
    pub fn new(settings: AppSettings) -> Result<Self, GitHubError> {
        let AppSettings { app_id, key, endpoints, clock, pause, timeout, max_wait } = settings;
        let key = EncodingKey::from_rsa_pem(key.expose().as_bytes())
            .map_err(|source| GitHubError::Key { source: Box::new(source) })?;
        let auth = Arc::new(AppAuth { app_id: AppId(app_id), key });
        let transport = Transport::new(endpoints, Pace::new(clock, pause), timeout, max_wait)?;
        Ok(Self { auth, transport, tokens: Arc::default() })
    }

    /// A repository of an installation. Asks GitHub nothing yet.
    pub fn repository(
        &self,
        installation: InstallationId,
        name: RepositoryName,
        checks: Checks,
    ) -> Repository {
        let cell = {
            let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(tokens.entry((installation, name.clone(), checks)).or_default())
        };
        Repository::new(self.clone(), installation, name, checks, cell)
    }

    /// Forgets the tokens of an installation: it was removed or suspended.
    pub fn forget(&self, installation: InstallationId) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|(of, _, _), _| *of != installation);
    }

    /// The installation that reaches a repository, if one does.
    pub async fn installation_of(
        &self,
        name: &RepositoryName,
    ) -> Result<Option<InstallationId>, GitHubError> {
        let doing = "find the App's installation";
        let call = Call::get(format!("/repos/{name}/installation"), doing);
        let answer = self.transport.send(&call, &self.jwt()?).await?;
        match answer.status.as_u16() {
            404 => Ok(None),
            _ => Ok(Some(answer.read::<InstallationAnswer>(doing)?.id)),
        }
    }

    /// A new token for one repository.
    pub(crate) async fn grant(
        &self,
        installation: InstallationId,
        name: &RepositoryName,
        checks: Checks,
    ) -> Result<Token, GitHubError> {
        let doing = "get a token of the installation";
        let body = json!({ "repositories": [name.name()], "permissions": permissions(checks) });
        let path = format!("/app/installations/{installation}/access_tokens");
        let call = Call::post(path, body, doing);
        let answer = self.transport.send(&call, &self.jwt()?).await?;
        let granted = answer.read::<Granted>(doing);
        // The reader's complaint quotes what it cannot read.
        granted.map_err(GitHubError::without_source).and_then(Token::new)
    }

    /// Proves that we are the App, for nine minutes.
    fn jwt(&self) -> Result<Secret, GitHubError> {
        let token = self.auth.generate_bearer_token();
        // octocrab's error holds a backtrace and no key.
        token.map(Secret::new).map_err(|source| GitHubError::Key { source: Box::new(source) })
    }
}
