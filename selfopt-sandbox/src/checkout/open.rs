//! From a directory to the commit around it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags};
use selfopt_core::{CommitId, SourceTree};

use super::dirty::dirty_paths;
use super::error::CheckoutError;
use super::git_tree::{Findings, GitTree};

/// How many names a message lists before it counts.
const NAMES_LISTED: usize = 3;
/// Folders to choose from that a message lists.
const FOLDERS_LISTED: usize = 10;

/// One commit of a project, and where the user keeps it.
#[derive(Clone)]
pub struct Checkout {
    /// The files of the commit, those of the project's folder only.
    pub tree: Arc<dyn SourceTree>,
    /// The commit.
    pub commit: CommitId,
    /// The project's directory, absolute and without symbolic links.
    pub root: PathBuf,
    /// The root of the repository around it.
    pub repo_root: PathBuf,
    /// The project's folder relative to the repository, empty at its root.
    pub subfolder: String,
    /// Whether the repository holds a part of its history only.
    pub shallow: bool,
    /// Whether HEAD points to a commit and not to a branch.
    pub detached: bool,
    /// What differs from the commit at HEAD; empty unless [`DirtyPolicy::Allow`].
    pub dirty: Vec<String>,
    /// What the user may want to know.
    pub notes: Vec<String>,
    /// Names the project in a store: its absolute path.
    pub locator: String,
}

impl fmt::Debug for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkout")
            .field("commit", &self.commit)
            .field("root", &self.root)
            .field("subfolder", &self.subfolder)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// How to open a checkout.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckoutOptions {
    /// What to do when the working tree differs from the commit.
    pub dirty: DirtyPolicy,
}

/// What to do when the working tree differs from the commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DirtyPolicy {
    /// [`CheckoutError::Dirty`].
    #[default]
    Refuse,
    /// List the paths in [`Checkout::dirty`] and use the commit.
    Allow,
}

/// Opens the commit at HEAD of the repository around `path`. Everything is
/// judged inside `path`: in a repository of many projects, a change elsewhere
/// does not matter.
pub fn open(path: &Path, options: &CheckoutOptions) -> Result<Checkout, CheckoutError> {
    let (repository, place) = Place::of(path)?;
    let head = repository.head().map_err(|source| match source.code() {
        ErrorCode::UnbornBranch | ErrorCode::NotFound => {
            CheckoutError::Unborn { repository: place.repo_root.clone() }
        }
        _ => CheckoutError::Git { doing: "read HEAD".into(), source },
    })?;
    let commit = head
        .peel_to_commit()
        .map_err(|source| CheckoutError::Git { doing: "read the commit at HEAD".into(), source })?
        .id();
    drop(head);
    let dirty = dirty_paths(&repository, &place.subfolder)?;
    let checkout = at_commit(repository, place, commit)?;
    if !dirty.is_empty() && options.dirty == DirtyPolicy::Refuse {
        return Err(CheckoutError::Dirty { root: checkout.root, paths: dirty });
    }
    Ok(Checkout { dirty, ..checkout })
}

/// Where a project is.
pub(super) struct Place {
    pub root: PathBuf,
    pub repo_root: PathBuf,
    pub subfolder: String,
}

impl Place {
    /// The repository around a path, and the path in it.
    pub(super) fn of(path: &Path) -> Result<(Repository, Self), CheckoutError> {
        let root = directory(path)?;
        let repository = repository(&root)?;
        let repo_root = work_tree(&repository, &root)?;
        let subfolder = relative(&root, &repo_root)?;
        Ok((repository, Self { root, repo_root, subfolder }))
    }
}

/// The project's tree of one commit.
pub(super) fn at_commit(
    repository: Repository,
    place: Place,
    commit: Oid,
) -> Result<Checkout, CheckoutError> {
    let Place { root, repo_root, subfolder } = place;
    let git = |doing: &str| {
        let doing = doing.to_owned();
        move |source| CheckoutError::Git { doing, source }
    };
    let commit = repository.find_commit(commit).map_err(git("read the commit"))?;
    let commit_id = CommitId::new(commit.id().to_string());
    let short: String = commit_id.as_str().chars().take(12).collect();
    let mut tree = commit.tree().map_err(git("read the tree of the commit"))?.id();
    if !subfolder.is_empty() {
        let missing = || CheckoutError::SubfolderNotCommitted {
            subfolder: subfolder.clone(),
            commit: short.clone(),
        };
        let whole = repository.find_tree(tree).map_err(git("read the tree of the commit"))?;
        let entry = whole.get_path(Path::new(&subfolder)).map_err(|_| missing())?;
        if entry.kind() != Some(ObjectType::Tree) {
            return Err(missing());
        }
        tree = entry.id();
    }
    let shallow = repository.is_shallow();
    let detached = repository.head_detached().map_err(git("read HEAD"))?;
    drop(commit);

    let (tree, findings) = GitTree::new(repository, tree, &short)?;
    let tree: Arc<dyn SourceTree> = Arc::new(tree);
    require_package(tree.as_ref(), &root, &short)?;
    Ok(Checkout {
        tree,
        commit: commit_id,
        locator: root.display().to_string(),
        root,
        repo_root,
        subfolder,
        shallow,
        detached,
        dirty: Vec::new(),
        notes: notes(shallow, &findings),
    })
}

/// The absolute form of a path that must be a directory.
pub(super) fn directory(path: &Path) -> Result<PathBuf, CheckoutError> {
    let absolute = path.canonicalize().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            CheckoutError::NoSuchPath { path: path.to_owned() }
        }
        _ => CheckoutError::Io { doing: format!("open `{}`", path.display()), source },
    })?;
    if !absolute.is_dir() {
        return Err(CheckoutError::NotADirectory { path: path.to_owned() });
    }
    Ok(absolute)
}

/// Finds the repository without regard to `GIT_DIR` and its like, and with
/// git's own check of who owns it.
fn repository(root: &Path) -> Result<Repository, CheckoutError> {
    let none: [&Path; 0] = [];
    Repository::open_ext(root, RepositoryOpenFlags::empty(), none).map_err(|source| {
        let path = root.to_owned();
        match source.code() {
            ErrorCode::NotFound => CheckoutError::NotARepository { path },
            ErrorCode::Owner => CheckoutError::DubiousOwnership { path },
            _ => CheckoutError::Git {
                doing: format!("open the git repository of `{}`", root.display()),
                source,
            },
        }
    })
}

fn work_tree(repository: &Repository, root: &Path) -> Result<PathBuf, CheckoutError> {
    let bare = || CheckoutError::Bare { path: root.to_owned() };
    let workdir = repository.workdir().ok_or_else(bare)?;
    workdir.canonicalize().map_err(|source| CheckoutError::Io {
        doing: format!("open `{}`", workdir.display()),
        source,
    })
}

fn relative(root: &Path, repo_root: &Path) -> Result<String, CheckoutError> {
    let not_inside = || CheckoutError::NotARepository { path: root.to_owned() };
    let inside = root.strip_prefix(repo_root).map_err(|_| not_inside())?;
    if inside.starts_with(".git") {
        return Err(not_inside());
    }
    inside.to_str().map(|text| text.replace(std::path::MAIN_SEPARATOR, "/")).ok_or_else(not_inside)
}

fn require_package(tree: &dyn SourceTree, root: &Path, commit: &str) -> Result<(), CheckoutError> {
    if tree.contains("package.json") {
        return Ok(());
    }
    let folders: BTreeSet<&str> = tree
        .entries()
        .iter()
        .filter_map(|entry| entry.path.strip_suffix("/package.json"))
        .filter(|folder| !folder.split('/').any(|part| part == "node_modules"))
        .collect();
    let is_inner =
        |folder: &str| folder.match_indices('/').any(|(at, _)| folders.contains(&folder[..at]));
    let outermost = folders.iter().filter(|folder| !is_inner(folder));
    let nested = outermost.take(FOLDERS_LISTED).map(|folder| (*folder).to_owned()).collect();
    Err(CheckoutError::NoPackageJson {
        folder: root.to_owned(),
        commit: commit.to_owned(),
        nested,
        uncommitted: root.join("package.json").is_file(),
    })
}

fn notes(shallow: bool, findings: &Findings) -> Vec<String> {
    let mut notes = Vec::new();
    if shallow {
        notes.push(
            "the repository is a shallow clone; only its newest commits are there".to_owned(),
        );
    }
    if let Some(list) = listed(&findings.submodules) {
        notes.push(format!("submodules are left out: {list}"));
    }
    if let Some(list) = listed(&findings.lfs_pointers) {
        notes.push(format!("files under Git LFS are pointers, not their contents: {list}"));
    }
    if findings.unreadable_names > 0 {
        notes.push(format!(
            "{} entries whose names are not UTF-8 are left out",
            findings.unreadable_names
        ));
    }
    notes
}

fn listed(paths: &[String]) -> Option<String> {
    let first: Vec<_> = paths.iter().take(NAMES_LISTED).map(|path| format!("`{path}`")).collect();
    let more = paths.len().saturating_sub(NAMES_LISTED);
    match (first.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(first.join(", ")),
        (false, more) => Some(format!("{} and {more} more", first.join(", "))),
    }
}
