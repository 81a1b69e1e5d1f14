//! The files of one commit, fetched outside of any sandbox by the git program.
//!
//! The token is in the environment of `git fetch` alone: in no argument, no
//! address and no file, and the commands that come after do not have it. Git
//! reads no configuration but ours, runs no hook, filter or monitor, follows
//! no redirect and no submodule, and speaks https alone.

mod git;

use std::path::{Path, PathBuf};
use std::time::Duration;

use selfopt_core::CommitId;
use thiserror::Error;

use crate::error::GitHubError;
use crate::repository::Repository;

/// What a checkout may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckoutLimits {
    /// How long one git command may run.
    pub timeout: Duration,
    /// Bytes of the folder, git's own included.
    pub bytes: u64,
}

impl Default for CheckoutLimits {
    fn default() -> Self {
        Self { timeout: Duration::from_mins(10), bytes: 4 << 30 }
    }
}

/// A commit's files in a folder of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The folder; a repository with this one commit.
    pub folder: PathBuf,
    /// The commit that is checked out.
    pub commit: CommitId,
}

/// A checkout that came to nothing. The folder is left as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckoutError {
    /// No token.
    #[error("failed to get a token for the checkout")]
    Token(#[source] GitHubError),
    /// The folder has something in it.
    #[error("`{folder}` is not empty")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// Not a commit's id.
    #[error("`{commit}` is no full commit id")]
    NotACommit {
        /// What was given.
        commit: String,
    },
    /// The git program cannot be run, or the folder not be used.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// git failed.
    #[error("git failed to {doing}: {message}")]
    Git {
        /// What was being done.
        doing: &'static str,
        /// The end of what it said.
        message: String,
    },
    /// It took too long, and was killed.
    #[error("git took more than {} s to {doing}", limit.as_secs())]
    TimedOut {
        /// What was being done.
        doing: &'static str,
        /// The limit.
        limit: Duration,
    },
    /// It filled the disk, and was killed.
    #[error("the checkout takes more than {} MiB", limit >> 20)]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Another commit than the one asked for.
    #[error("git checked out {found} instead of {wanted}")]
    OtherCommit {
        /// What was asked for.
        wanted: CommitId,
        /// What is there.
        found: String,
    },
}

impl CheckoutError {
    /// What can be done about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Token(error) => error.hint(),
            Self::NotEmpty { .. } => "give a new folder for every checkout",
            Self::NotACommit { .. } => "give the 40 characters of a commit's id",
            Self::Io { .. } => "check that `git` is installed and the folder can be written",
            Self::Git { .. } => {
                "check that the App is installed on the repository and that the commit is on GitHub"
            }
            Self::TimedOut { .. } | Self::TooLarge { .. } => {
                "raise the checkout's limits if the repository is as large as that"
            }
            Self::OtherCommit { .. } => "report this: git did not do what it was told",
        }
    }
}

impl Repository {
    /// Fetches one commit, without history, into a folder that is empty or not
    /// there.
    pub async fn checkout(
        &self,
        commit: &CommitId,
        folder: &Path,
        limits: CheckoutLimits,
    ) -> Result<Checkout, CheckoutError> {
        let id = commit.as_str();
        if ![40, 64].contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(CheckoutError::NotACommit { commit: id.chars().take(100).collect() });
        }
        prepare(folder)?;
        let token = self.token().await.map_err(CheckoutError::Token)?;
        let endpoints = &self.app.transport.endpoints;
        let git = git::Git { folder, limits };
        git.run("make a repository", &["init", "--quiet", "--template="], None).await?;
        let url = endpoints.clone_url(self.name.owner(), self.name.name());
        let fetch = [
            "fetch",
            "--quiet",
            "--depth=1",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--",
            &url,
            id,
        ];
        let credentials = git::Credentials { root: endpoints.git(), token: &token };
        git.run("fetch the commit", &fetch, Some(&credentials)).await?;
        let checkout = [
            "-c",
            "advice.detachedHead=false",
            "checkout",
            "--quiet",
            "--detach",
            "--no-recurse-submodules",
            id,
            "--",
        ];
        git.run("check the commit out", &checkout, None).await?;
        let found = git.run("name the commit", &["rev-parse", "HEAD"], None).await?;
        let found = String::from_utf8_lossy(&found).trim().to_owned();
        if !found.eq_ignore_ascii_case(id) {
            return Err(CheckoutError::OtherCommit { wanted: commit.clone(), found });
        }
        Ok(Checkout { folder: folder.to_owned(), commit: CommitId::new(found) })
    }
}

fn prepare(folder: &Path) -> Result<(), CheckoutError> {
    let failed =
        |source| CheckoutError::Io { doing: format!("use `{}`", folder.display()), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut entries = std::fs::read_dir(folder).map_err(failed)?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(CheckoutError::NotEmpty { folder: folder.to_owned() }),
    }
}
