//! Everything that the service is made of, opened in the embedded mode: SQLite
//! and local files in one folder, one local user, this machine alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use selfopt_compose::HostClock;
use selfopt_core::{Clock, Forge, RepositoryRecord, SandboxError, StoreError};
use selfopt_store::{LocalArtifacts, SqliteStore};
use thiserror::Error;
use tokio::sync::watch;

use crate::app::{App, Forges};
use crate::auth::TokenHash;
use crate::github::{GitHub, GitHubSettings, SettingsError};
use crate::isolation::ServerIsolation;
use crate::routes;
use crate::secrets;
use crate::signer::Signer;
use crate::stop::Stop;
use crate::worker::{Worker, WorkerParts};

/// The file with the token, in the data folder.
const TOKEN: &str = "token";
/// The file with the key that signs addresses of artifacts.
const ARTIFACT_KEY: &str = "artifact-key";

/// How the service is configured.
#[derive(Debug, Clone)]
pub struct ServiceOptions {
    /// Where everything is kept.
    pub data: PathBuf,
    /// Where the API listens: an address of this machine alone.
    pub listen: SocketAddr,
    /// What keeps repository code apart.
    pub isolation: ServerIsolation,
    /// CPU minutes that each repository may take in a calendar month (UTC).
    pub monthly_minutes: Option<f64>,
}

/// The service could not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The address can be reached from elsewhere.
    #[error("`{0}` can be reached from other machines")]
    NotLoopback(SocketAddr),
    /// A budget that is none.
    #[error("a budget of {0} CPU minutes in a month allows nothing")]
    Budget(f64),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The isolation that is configured is not to be had.
    #[error(transparent)]
    Isolation(#[from] SandboxError),
    /// The GitHub App cannot be used.
    #[error(transparent)]
    GitHub(#[from] SettingsError),
    /// The machine failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
}

impl ServiceError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotLoopback(_) => Some(
                "listen on 127.0.0.1: there is one user without accounts; for other machines, forward the port (`ssh -L`)"
                    .to_owned(),
            ),
            Self::Budget(_) => Some("give more than 0, or nothing for no limit".to_owned()),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Isolation(error) => {
                let by_name = "or, for repositories that you trust, say `--isolation process`";
                Some(error.hint().map_or(by_name.to_owned(), |hint| format!("{hint}; {by_name}")))
            }
            Self::GitHub(error) => Some(error.hint()),
            Self::Io { .. } => None,
        }
    }

    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}

/// What a check found in order.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Where everything is kept.
    pub data: PathBuf,
    /// Where the API listens.
    pub listen: SocketAddr,
    /// What keeps repository code apart.
    pub isolation: String,
}

/// Everything that the service is made of.
pub struct Service {
    pub(crate) parts: WorkerParts,
    store: Arc<SqliteStore>,
    forges: Forges,
    token: String,
    signer: Signer,
    listen: SocketAddr,
}

impl Service {
    /// Opens everything.
    pub async fn open(options: ServiceOptions) -> Result<Self, ServiceError> {
        Self::open_with_clock(options, Arc::new(HostClock::new())).await
    }

    /// The same with a clock of one's own.
    pub async fn open_with_clock(
        options: ServiceOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ServiceError> {
        let ServiceOptions { data, listen, isolation, monthly_minutes } = options;
        if !listen.ip().is_loopback() {
            return Err(ServiceError::NotLoopback(listen));
        }
        if let Some(minutes) = monthly_minutes.filter(|minutes| minutes.is_nan() || *minutes <= 0.0)
        {
            return Err(ServiceError::Budget(minutes));
        }
        let data = std::path::absolute(&data)
            .map_err(ServiceError::io(format!("find `{}`", data.display())))?;
        let store = Arc::new(SqliteStore::open_with_clock(&data, clock.clone()).await?);
        let secret = |name: &str| {
            let path = data.join(name);
            secrets::kept(&path).map_err(ServiceError::io(format!("read `{}`", path.display())))
        };
        let token = secret(TOKEN)?;
        let signer = Signer::new(&secret(ARTIFACT_KEY)?);
        let parts = WorkerParts {
            store: store.clone(),
            artifacts: Arc::new(LocalArtifacts::new(&data)),
            clock,
            data,
            isolation,
            monthly_minutes,
            github: None,
            changed: watch::Sender::new(0),
            stop: Stop::default(),
        };
        Ok(Self { parts, store, forges: Arc::new(|_| None), token, signer, listen })
    }

    /// Opens pull requests at the host that this gives for a repository.
    #[must_use]
    pub fn with_forges(
        mut self,
        forges: impl Fn(&RepositoryRecord) -> Option<Arc<dyn Forge>> + Send + Sync + 'static,
    ) -> Self {
        self.forges = Arc::new(forges);
        self
    }

    /// Works as a GitHub App: repositories that it is installed on are connected,
    /// fetched for runs, and get pull requests.
    pub fn with_github(mut self, settings: GitHubSettings) -> Result<Self, ServiceError> {
        let github = GitHub::new(settings, self.store.clone(), self.parts.clock.clone())?;
        self.parts.github = Some(Arc::new(github));
        Ok(self)
    }

    /// Makes sure that a run could begin now.
    pub async fn check(&self) -> Result<Checked, ServiceError> {
        let (_, isolation) = self.parts.isolation.sandbox(&self.parts.data).await?;
        Ok(Checked {
            data: self.parts.data.clone(),
            listen: self.listen,
            isolation: isolation.backend,
        })
    }

    /// The API, for requests that name this port.
    pub fn router(&self, port: u16) -> Router {
        routes::router(App {
            store: self.parts.store.clone(),
            reads: Arc::new(self.store.as_local_user()),
            artifacts: self.parts.artifacts.clone(),
            clock: self.parts.clock.clone(),
            forges: self.forges.clone(),
            github: self.parts.github.clone(),
            parts: self.parts.clone(),
            token: TokenHash::of(&self.token),
            signer: self.signer.clone(),
            changed: self.parts.changed.clone(),
            stop: self.parts.stop.clone(),
            port,
        })
    }

    /// A worker, to be run beside others.
    pub fn worker(&self) -> Result<Worker, ServiceError> {
        Worker::new(self.parts.clone()).map_err(ServiceError::io("say that a worker is here"))
    }

    /// The order to stop.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.parts.stop.clone()
    }

    /// What a request has to send: `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The address that the options name.
    #[must_use]
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }
}
