//! What can go wrong with a run itself. A red test, a broken build or a noisy
//! machine is not an error but an outcome.

use thiserror::Error;

use crate::config::ConfigError;
use crate::evidence::BundleError;
use crate::ports::{SandboxError, StoreError, TreeError};

/// A run could not go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the checkout could not be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The evidence could not be packed.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The package asked for is not there.
    #[error(transparent)]
    UnknownPackage(#[from] crate::workspace::UnknownPackage),
    /// The root is no project, and which of those below it is meant is not for
    /// a program to guess.
    #[error(
        "`{root}` is no project by itself and holds {} that no workspace joins",
        count(folders)
    )]
    SeveralProjects {
        /// The root, as an absolute path.
        root: String,
        /// The projects' folders.
        folders: Vec<String>,
    },
    /// A language model could not be asked at all.
    #[error(transparent)]
    Model(#[from] crate::ports::ModelError),
    /// A workload file of the user cannot be used.
    #[error("the workload `{path}` cannot be used: {what}")]
    Workload {
        /// The file, from the project's root.
        path: String,
        /// What is wrong, and where in it.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// The statistics refuse their parameters.
    #[error("the benchmark parameters contradict themselves")]
    Parameters(#[from] crate::statistics::InvalidParameters),
    /// The run was asked to stop.
    #[error("the run was interrupted")]
    Cancelled,
    /// A gate asked for a tree that could not be forked.
    #[error("the candidate has no tree to work in")]
    NoWorkspace,
    /// What the journal holds does not read back.
    #[error("entry {sequence} of the run's journal does not read back")]
    Journal {
        /// The entry.
        sequence: u64,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// A value could not be written as JSON.
    #[error("failed to write {what} as JSON")]
    Json {
        /// What.
        what: &'static str,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
}

impl RunError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sandbox(error) => error.hint(),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Cancelled => {
                Some("what was proved is in `selfopt proposals list`; an interrupted `selfopt optimize` goes on with `--resume`, other commands begin anew".to_owned())
            }
            Self::UnknownPackage(error) => Some(error.hint()),
            Self::Model(error) => error.hint(),
            Self::Workload { hint, .. } => Some(hint.clone()),
            Self::SeveralProjects { root, folders } => folders
                .first()
                .map(|folder| format!("choose one, such as `selfopt optimize {root}/{folder}`")),
            Self::Journal { .. } => Some(
                "start a new run without `--resume`; what was proved is still in the store"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn count(folders: &[String]) -> String {
    match folders.len() {
        1 => "a project".to_owned(),
        n => format!("{n} projects"),
    }
}
