//! The App at work: repositories that it reaches, and what is known of them.

use std::sync::Arc;
use std::time::Duration;

use selfopt_core::{Clock, CommitId, HostedRepository, HostingStore, Millis, NewHosted, RepoId};
use selfopt_github::webhook::RepositoryRef;
use selfopt_github::{
    App, AppSettings, Checks, InstallationId, Repository, RepositoryName, TokioPause,
};
use tokio::sync::{Mutex, Semaphore};

use super::error::HostError;
use super::settings::{GitHubSettings, SettingsError};

/// How long one request to GitHub may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The longest wait for a rate limit. Beyond it, whoever asked is told when to
/// ask again, and what waits in a queue is put back.
const MAX_WAIT: Millis = Millis::from_secs(10);

/// Webhooks that are read at once: each may be 25 MB before anything is known
/// of it.
const READ_AT_ONCE: usize = 4;

/// The App at work.
pub(crate) struct GitHub {
    pub(crate) settings: GitHubSettings,
    pub(crate) store: Arc<dyn HostingStore>,
    pub(crate) reading: Semaphore,
    /// One pull request at a time, so that the limits are counted rightly.
    pub(crate) publishing: Mutex<()>,
    app: App,
}

impl GitHub {
    /// Reads the key; asks GitHub nothing.
    pub(crate) fn new(
        settings: GitHubSettings,
        store: Arc<dyn HostingStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        let app = App::new(AppSettings {
            app_id: settings.app_id,
            key: settings.key.clone(),
            endpoints: settings.endpoints.clone(),
            clock,
            pause: Arc::new(TokioPause),
            timeout: TIMEOUT,
            max_wait: MAX_WAIT,
        })?;
        let (reading, publishing) = (Semaphore::new(READ_AT_ONCE), Mutex::new(()));
        Ok(Self { settings, store, reading, publishing, app })
    }

    /// The repository as the App reaches it now.
    pub(crate) fn reach(&self, hosted: &HostedRepository) -> Result<Repository, HostError> {
        let gone = || HostError::Disconnected(hosted.name.clone());
        let installation = hosted.installation.ok_or_else(gone)?;
        if hosted.suspended {
            return Err(HostError::Suspended(hosted.name.clone()));
        }
        let name = RepositoryName::parse(&hosted.name).ok_or_else(gone)?;
        Ok(self.app.repository(InstallationId(installation), name, Checks::None))
    }

    /// Connects a repository, if its owner's are taken.
    pub(crate) async fn connect(
        &self,
        installation: InstallationId,
        found: &RepositoryRef,
    ) -> Result<Option<RepoId>, HostError> {
        if !self.settings.takes(&found.name) {
            tracing::warn!(repository = %found.name, "its owner is not among the accounts");
            return Ok(None);
        }
        let hosted = NewHosted {
            host_id: found.id,
            name: found.name.to_string(),
            locator: format!("{}/{}", self.settings.endpoints.git(), found.name),
        };
        Ok(Some(self.store.connect(installation.0, &hosted).await?))
    }

    /// The repository of an event, by its present name; none where it is not
    /// connected.
    pub(crate) async fn known(
        &self,
        installation: InstallationId,
        found: &RepositoryRef,
    ) -> Result<Option<HostedRepository>, HostError> {
        let known = self.store.hosted_by(found.id).await?;
        let Some(known) = known.filter(|known| known.installation == Some(installation.0)) else {
            return Ok(None);
        };
        if known.name == found.name.to_string() {
            return Ok(Some(known));
        }
        self.connect(installation, found).await?;
        Ok(self.store.hosted_by(found.id).await?)
    }

    /// Forgets the tokens of an installation.
    pub(crate) fn forget(&self, installation: InstallationId) {
        self.app.forget(installation);
    }

    /// The newest commit of the default branch, which is kept.
    pub(crate) async fn newest(
        &self,
        hosted: &HostedRepository,
        repository: &Repository,
    ) -> Result<(String, CommitId), HostError> {
        let about = repository.about().await?;
        let name = || hosted.name.clone();
        if about.id != hosted.host_id {
            return Err(HostError::Replaced(name()));
        }
        if about.archived {
            return Err(HostError::Archived(name()));
        }
        let branch = about.default_branch;
        let Some(head) = repository.head(&branch).await? else {
            return Err(HostError::NoBranch { name: name(), branch });
        };
        self.store.set_head(hosted.repo, &branch, &head).await?;
        Ok((branch, head))
    }
}
