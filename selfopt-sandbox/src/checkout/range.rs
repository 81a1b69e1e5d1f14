//! Two commits of a repository: the project at the first, and what changes up
//! to the second. Neither has to be checked out.

use std::fmt::Write as _;
use std::path::Path;

use git2::{Delta, Diff, DiffFindOptions, DiffOptions, ErrorCode, Oid, Patch, Repository};
use selfopt_core::CommitId;

use super::error::CheckoutError;
use super::open::{Checkout, Place, at_commit};

/// The project at the base of a range, and the change that the range makes.
#[derive(Debug, Clone)]
pub struct Range {
    /// The project at the base.
    pub checkout: Checkout,
    /// The commit that the change leads to.
    pub head: CommitId,
    /// The change inside of the project's folder, as `git diff` writes it: with
    /// paths from the repository's root. Text that is not UTF-8 is left out as
    /// binary.
    pub diff: String,
}

/// Opens `BASE..HEAD` or `BASE...HEAD` (from their merge base) of the repository
/// around `path`. A side that is left out is the commit at HEAD.
pub fn open_range(path: &Path, range: &str) -> Result<Range, CheckoutError> {
    let (repository, place) = Place::of(path)?;
    let (base, head) = ends(&repository, range)?;
    let diff = between(&repository, base, head, &place.subfolder)
        .map_err(|source| CheckoutError::Git { doing: "compare the two commits".into(), source })?;
    let head = CommitId::new(head.to_string());
    Ok(Range { checkout: at_commit(repository, place, base)?, head, diff })
}

fn between(
    repository: &Repository,
    base: Oid,
    head: Oid,
    subfolder: &str,
) -> Result<String, git2::Error> {
    let mut options = DiffOptions::new();
    // The user's `diff.noprefix` and `diff.mnemonicPrefix` do not count.
    options.old_prefix("a").new_prefix("b").ignore_submodules(true);
    if !subfolder.is_empty() {
        options.pathspec(subfolder).disable_pathspec_match(true);
    }
    let before = repository.find_commit(base)?.tree()?;
    let after = repository.find_commit(head)?.tree()?;
    let mut diff = repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
    diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
    text(&diff)
}

/// The commits at the ends of a range.
fn ends(repository: &Repository, range: &str) -> Result<(Oid, Oid), CheckoutError> {
    let not_a_range = || CheckoutError::NotARange { range: range.to_owned() };
    let commit = |revision: &str| {
        let revision = if revision.is_empty() { "HEAD" } else { revision };
        let object = repository.revparse_single(revision);
        object.and_then(|object| Ok(object.peel_to_commit()?.id())).map_err(|_| {
            CheckoutError::UnknownRevision {
                revision: revision.to_owned(),
                shallow: repository.is_shallow(),
            }
        })
    };
    if let Some((base, head)) = range.split_once("...") {
        let (base, head) = (commit(base)?, commit(head)?);
        let shallow = repository.is_shallow();
        let base = repository.merge_base(base, head).map_err(|source| match source.code() {
            ErrorCode::NotFound => CheckoutError::NoMergeBase { range: range.to_owned(), shallow },
            _ => CheckoutError::Git { doing: format!("find the merge base of {range}"), source },
        })?;
        return Ok((base, head));
    }
    let (base, head) = range.split_once("..").ok_or_else(not_a_range)?;
    if base.is_empty() && head.is_empty() {
        return Err(not_a_range());
    }
    Ok((commit(base)?, commit(head)?))
}

fn text(diff: &Diff<'_>) -> Result<String, git2::Error> {
    let mut out = String::new();
    for (index, delta) in diff.deltas().enumerate() {
        let patch = match Patch::from_diff(diff, index)? {
            Some(mut patch) => String::from_utf8(patch.to_buf()?.to_vec()).ok(),
            None => None,
        };
        match patch {
            Some(patch) => out.push_str(&patch),
            None if delta.status() == Delta::Unmodified => {}
            None => {
                let file = delta.new_file().path().or_else(|| delta.old_file().path());
                let path = file.unwrap_or(Path::new("")).display();
                // Writing to a `String` cannot fail.
                let _ = write!(
                    out,
                    "diff --git a/{path} b/{path}\nBinary files a/{path} and b/{path} differ\n"
                );
            }
        }
    }
    Ok(out)
}
