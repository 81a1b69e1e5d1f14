//! The files of a repository, wherever it is: a folder on this machine, or a
//! commit that is fetched from GitHub, outside of any sandbox.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use selfopt_compose::ComposeError;
use selfopt_core::config::{CONFIG_FILE, CommandsConfig, Config};
use selfopt_core::detection::detect;
use selfopt_core::{CommitId, Project, RepoId, SourceTree, StoreError};
use selfopt_github::checkout::CheckoutLimits;
use selfopt_sandbox::checkout::{self, Checkout, CheckoutError, CheckoutOptions, DirtyPolicy};
use thiserror::Error;

use crate::folder::Folder;
use crate::github::HostError;
use crate::worker::{WorkerParts, quiet, with_confirmed};

/// The files of a repository at one commit.
pub(crate) struct Source {
    pub(crate) checkout: Checkout,
    /// Where they were fetched to; removed when this is dropped.
    _folder: Option<Folder>,
}

/// The files cannot be had.
#[derive(Debug, Error)]
pub(crate) enum SourceError {
    #[error("`{0}` is at GitHub, and this server has no App")]
    NoApp(String),
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("failed to make a folder for the checkout")]
    Folder(#[source] std::io::Error),
    #[error("a task of the service stopped at a defect")]
    Defect,
}

impl SourceError {
    /// Whether trying again later may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NoApp(_) => false,
            Self::Checkout(error) => {
                matches!(error, CheckoutError::Git { .. } | CheckoutError::Io { .. })
            }
            Self::Compose(error) => matches!(error, ComposeError::Io { .. }),
            Self::Host(error) => error.may_pass(),
            Self::Store(_) | Self::Folder(_) | Self::Defect => true,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NoApp(_) => {
                Some("start it with SELFOPT_GITHUB_APP_ID and the App's key".to_owned())
            }
            Self::Checkout(error) => Some(error.hint()),
            Self::Host(error) => error.hint(),
            Self::Compose(error) => error.hint().map(str::to_owned),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Folder(_) | Self::Defect => None,
        }
    }
}

/// Opens a repository at its newest commit, or at the commit that is given
/// where it has to be fetched.
pub(crate) async fn open(
    parts: &WorkerParts,
    repo: RepoId,
    locator: String,
    commit: Option<CommitId>,
) -> Result<Source, SourceError> {
    if Path::new(&locator).is_absolute() {
        let checkout = local(PathBuf::from(locator)).await?;
        return Ok(Source { checkout, _folder: None });
    }
    let Some(github) = &parts.github else { return Err(SourceError::NoApp(locator)) };
    let hosted = github.store.hosted(repo).await?;
    let hosted = hosted.ok_or_else(|| HostError::Disconnected(locator.clone()))?;
    let repository = github.reach(&hosted)?;
    let commit = match commit {
        Some(commit) => commit,
        None => github.newest(&hosted, &repository).await?.1,
    };
    fetch(&repository, &parts.data, locator, &commit).await
}

/// Fetches one commit.
pub(crate) async fn fetch(
    repository: &selfopt_github::Repository,
    data: &Path,
    locator: String,
    commit: &CommitId,
) -> Result<Source, SourceError> {
    let folder = Folder::make(data).map_err(SourceError::Folder)?;
    tracing::info!(repository = %repository.name(), %commit, "fetching");
    let fetched = repository.checkout(commit, folder.path(), CheckoutLimits::default());
    fetched.await.map_err(HostError::from)?;
    let checkout = local(folder.path().to_owned()).await?;
    // Known by where it comes from, and not by where it was put this time.
    let checkout = Checkout { locator, ..checkout };
    Ok(Source { checkout, _folder: Some(folder) })
}

/// The checkout of a folder; reading git's files takes its time.
pub(crate) async fn local(path: PathBuf) -> Result<Checkout, SourceError> {
    let options = CheckoutOptions { dirty: DirtyPolicy::Allow };
    let opened = tokio::task::spawn_blocking(move || checkout::open(&path, &options)).await;
    Ok(opened.map_err(|_| SourceError::Defect)??)
}

/// What is detected in a tree.
pub(crate) async fn detected(
    tree: Arc<dyn SourceTree>,
    commands: CommandsConfig,
) -> Result<Project, SourceError> {
    let work = move || {
        let config = selfopt_compose::read_config(&*tree, quiet)?;
        let config: Config = with_confirmed(config, commands);
        let text = tree.text(CONFIG_FILE).unwrap_or_default();
        Ok(detect(&*tree, &selfopt_detect::detectors(), &config, &text))
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| SourceError::Defect)?
}
