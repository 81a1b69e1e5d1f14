//! Why a path cannot be used as a project.

use std::path::PathBuf;

use thiserror::Error;

/// A path that cannot be used as a project.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CheckoutError {
    /// Nothing is there.
    #[error("`{path}` does not exist")]
    NoSuchPath {
        /// The path asked for.
        path: PathBuf,
    },
    /// A file, not a directory.
    #[error("`{path}` is not a directory")]
    NotADirectory {
        /// The path asked for.
        path: PathBuf,
    },
    /// No git repository around the directory.
    #[error("`{path}` is not in a git repository")]
    NotARepository {
        /// The path asked for.
        path: PathBuf,
    },
    /// A repository without files to work on.
    #[error("`{path}` is a bare repository")]
    Bare {
        /// The path asked for.
        path: PathBuf,
    },
    /// The repository belongs to somebody else.
    #[error("the git repository of `{path}` belongs to another user")]
    DubiousOwnership {
        /// The path asked for.
        path: PathBuf,
    },
    /// There is no commit yet.
    #[error("the repository `{repository}` has no commit yet")]
    Unborn {
        /// The root of the repository.
        repository: PathBuf,
    },
    /// The folder is not in the commit.
    #[error("folder `{subfolder}` is not in commit {commit}")]
    SubfolderNotCommitted {
        /// The folder, relative to the root of the repository.
        subfolder: String,
        /// The commit, abbreviated.
        commit: String,
    },
    /// The commit holds no `package.json` in the folder.
    #[error("commit {commit} has no `package.json` in `{folder}`")]
    NoPackageJson {
        /// The folder, as an absolute path.
        folder: PathBuf,
        /// The commit, abbreviated.
        commit: String,
        /// Folders below that have one, a few of them.
        nested: Vec<String>,
        /// Whether the working tree has the file, without it being committed.
        uncommitted: bool,
    },
    /// The working tree differs from the commit.
    #[error("the working tree of `{root}` differs from its commit")]
    Dirty {
        /// The project directory.
        root: PathBuf,
        /// What differs, relative to the project directory.
        paths: Vec<String>,
    },
    /// Not two commits.
    #[error("`{range}` does not name two commits")]
    NotARange {
        /// What was asked for.
        range: String,
    },
    /// A name that stands for no commit here.
    #[error("`{revision}` is no commit of this repository")]
    UnknownRevision {
        /// The name.
        revision: String,
        /// Whether the repository holds a part of its history only.
        shallow: bool,
    },
    /// Two commits without a common ancestor here.
    #[error("the commits of `{range}` have no common ancestor in this repository")]
    NoMergeBase {
        /// What was asked for.
        range: String,
        /// Whether the repository holds a part of its history only.
        shallow: bool,
    },
    /// The object database lacks what the commit refers to.
    #[error("commit {commit} is incomplete: the content of `{path}` is missing")]
    MissingObject {
        /// The commit, abbreviated.
        commit: String,
        /// The first path without content.
        path: String,
    },
    /// git's own data could not be read.
    #[error("failed to {doing}")]
    Git {
        /// What was being done.
        doing: String,
        /// What libgit2 said.
        #[source]
        source: git2::Error,
    },
    /// The file system said no.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// What the host said.
        #[source]
        source: std::io::Error,
    },
}

impl CheckoutError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchPath { .. } => "check the spelling, or run `selfopt` in the project's directory".into(),
            Self::NotADirectory { path } => match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => {
                    format!("give the project's directory, such as `{}`", parent.display())
                }
                _ => "give the project's directory".into(),
            },
            Self::NotARepository { path } => format!(
                "a run measures one commit: `cd {} && git init && git add -A && git commit -m 'first commit'`",
                path.display()
            ),
            Self::Bare { path } => format!("clone it first: `git clone {} project`", path.display()),
            Self::DubiousOwnership { path } => format!(
                "run as the owner, or trust it: `git config --global --add safe.directory {}`",
                path.display()
            ),
            Self::Unborn { .. } => "make a first commit: `git add -A && git commit -m 'first commit'`".into(),
            Self::SubfolderNotCommitted { subfolder, .. } => {
                format!("commit it: `git add {subfolder} && git commit`")
            }
            Self::NoPackageJson { uncommitted: true, .. } => {
                "commit it: `git add package.json && git commit`".into()
            }
            Self::NoPackageJson { folder, nested, .. } if !nested.is_empty() => {
                let example = nested.first().map(|first| folder.join(first)).unwrap_or_default();
                format!(
                    "choose one of the folders that have one: {}; such as `selfopt optimize {}`",
                    quoted(nested),
                    example.display()
                )
            }
            Self::NoPackageJson { .. } => {
                "SelfOpt works on JavaScript and TypeScript packages; give a folder with a `package.json`".into()
            }
            Self::Dirty { .. } => "commit or stash the changes, since a run measures the commit and not the files".into(),
            Self::NotARange { .. } => {
                "write `BASE..HEAD`, or `BASE...HEAD` for what HEAD adds to their merge base".into()
            }
            Self::UnknownRevision { shallow: true, .. } | Self::NoMergeBase { shallow: true, .. } => {
                "this is a shallow clone: fetch the history with `git fetch --unshallow`, or in a workflow check out with `fetch-depth: 0`".into()
            }
            Self::UnknownRevision { revision, .. } => {
                format!("check the spelling, or fetch it: `git fetch origin {revision}`")
            }
            Self::NoMergeBase { .. } => "compare them as they are, with `BASE..HEAD`".into(),
            Self::MissingObject { .. } => {
                "fetch the whole commit: `git fetch --refetch`, or clone again without `--filter`".into()
            }
            Self::Git { .. } => "check the repository: `git fsck`".into(),
            Self::Io { .. } => "check the permissions of the directory".into(),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
