//! The files of one commit, read from the object database: no filter runs, no
//! working tree is touched.

use std::sync::{Mutex, PoisonError};

use git2::{ObjectType, Oid, Repository, Tree, TreeWalkMode, TreeWalkResult};
use selfopt_core::{SourceTree, TreeEntry, TreeError};

use super::error::CheckoutError;

/// Bytes in which a Git LFS pointer begins (specification version 1).
pub(super) const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The largest LFS pointer that the specification allows.
const LFS_POINTER_MAX: u64 = 1024;

const MODE_LINK: i32 = 0o120_000;
const MODE_EXECUTABLE: i32 = 0o100_755;

/// A tree of a git commit as a [`SourceTree`].
pub struct GitTree {
    repository: Mutex<Repository>,
    entries: Vec<TreeEntry>,
    blobs: Vec<Oid>,
}

/// What [`GitTree::new`] met that the user may want to know.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub submodules: Vec<String>,
    pub lfs_pointers: Vec<String>,
    pub unreadable_names: usize,
}

impl GitTree {
    /// Lists the tree. `commit` is for messages.
    pub(super) fn new(
        repository: Repository,
        tree: Oid,
        commit: &str,
    ) -> Result<(Self, Findings), CheckoutError> {
        let mut findings = Findings::default();
        let mut files = list(&repository, tree, commit, &mut findings)?;
        files.sort_unstable_by(|a, b| a.0.path.cmp(&b.0.path));
        let (entries, blobs) = files.into_iter().unzip();
        Ok((Self { repository: Mutex::new(repository), entries, blobs }, findings))
    }
}

impl SourceTree for GitTree {
    fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        let blob = self
            .entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
            .ok()
            .and_then(|at| self.blobs.get(at).copied())
            .ok_or_else(|| TreeError::NotFound { path: path.to_owned() })?;
        let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        let blob = repository.find_blob(blob).map_err(|error| TreeError::Unreadable {
            path: path.to_owned(),
            source: Box::new(error),
        })?;
        Ok(blob.content().to_vec())
    }
}

fn list(
    repository: &Repository,
    tree: Oid,
    commit: &str,
    findings: &mut Findings,
) -> Result<Vec<(TreeEntry, Oid)>, CheckoutError> {
    let git = |doing: &str| {
        let doing = doing.to_owned();
        move |source| CheckoutError::Git { doing, source }
    };
    let tree: Tree<'_> = repository.find_tree(tree).map_err(git("read the tree of the commit"))?;
    let odb = repository.odb().map_err(git("open the object database"))?;
    let mut raw = Vec::new();
    tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
        let name = std::str::from_utf8(entry.name_bytes());
        match (entry.kind(), name) {
            (Some(ObjectType::Tree), Ok(_)) => {}
            (Some(ObjectType::Commit), Ok(name)) => {
                findings.submodules.push(format!("{parent}{name}"));
            }
            (Some(ObjectType::Blob), Ok(name)) => {
                raw.push((format!("{parent}{name}"), entry.id(), entry.filemode()));
            }
            _ => {
                findings.unreadable_names += 1;
                return TreeWalkResult::Skip;
            }
        }
        TreeWalkResult::Ok
    })
    .map_err(git("walk the tree of the commit"))?;

    let mut files = Vec::with_capacity(raw.len());
    for (path, id, mode) in raw {
        let missing =
            |_| CheckoutError::MissingObject { commit: commit.to_owned(), path: path.clone() };
        let (size, _) = odb.read_header(id).map_err(missing)?;
        let size = size as u64;
        let content = |limit: u64| -> Result<Option<Vec<u8>>, CheckoutError> {
            if size > limit {
                return Ok(None);
            }
            let missing =
                |_| CheckoutError::MissingObject { commit: commit.to_owned(), path: path.clone() };
            Ok(Some(odb.read(id).map_err(missing)?.data().to_vec()))
        };
        let mut symlink = None;
        if mode == MODE_LINK {
            let target = content(4096)?.and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(target) = target else {
                findings.unreadable_names += 1;
                continue;
            };
            symlink = Some(target);
        } else if size >= LFS_POINTER.len() as u64
            && content(LFS_POINTER_MAX)?.is_some_and(|bytes| bytes.starts_with(LFS_POINTER))
        {
            findings.lfs_pointers.push(path.clone());
        }
        let executable = mode == MODE_EXECUTABLE;
        files.push((TreeEntry { path, size, executable, symlink }, id));
    }
    Ok(files)
}
