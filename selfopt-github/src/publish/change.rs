//! The files of a draft: read at its base, changed, and with the modes that
//! they have.

use std::collections::HashMap;

use selfopt_core::{FileUpdate, MAX_PULL_REQUEST_FILES, PullRequestDraft};
use selfopt_syntax::{ChangeKind, DiffSet};

use crate::error::GitHubError;
use crate::git_data::{Folder, NewFile, TreeItem};
use crate::repository::Repository;

/// Folders around a file at most.
const DEPTH: usize = 32;

/// Modes of files whose lines can change.
const REGULAR: [&str; 2] = ["100644", "100755"];

/// Folders that were read, by their hash.
type Folders = HashMap<String, Folder>;

impl Repository {
    /// What the draft's files hold afterwards.
    pub(super) async fn files_of(
        &self,
        draft: &PullRequestDraft,
        root: &str,
    ) -> Result<Vec<NewFile>, GitHubError> {
        let mut folders = Folders::new();
        let mut files = Vec::new();
        for change in &draft.changes {
            match change {
                FileUpdate::Create { path, content } => {
                    let path = checked(path)?;
                    if self.entry(root, &path, &mut folders).await?.is_some() {
                        return Err(unfit(format!("`{path}` is there already")));
                    }
                    let (mode, content) = (REGULAR[0].to_owned(), content.clone());
                    files.push(NewFile { path, mode, content });
                }
                FileUpdate::Patch { folder, diff } => {
                    let diff = DiffSet::parse(diff).map_err(|error| unfit(error.to_string()))?;
                    for file in diff.files() {
                        if file.kind != ChangeKind::Modified {
                            let path = &file.path;
                            return Err(unfit(format!("`{path}` is not only changed")));
                        }
                        let path = checked(&joined(folder, &file.path))?;
                        let (mode, before) = self.before(root, &path, &mut folders).await?;
                        let content =
                            file.apply(&before).map_err(|error| unfit(error.to_string()))?;
                        files.push(NewFile { path, mode, content });
                    }
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if files.windows(2).any(|two| two[0].path == two[1].path) {
            return Err(unfit("it changes a file twice".into()));
        }
        match files.len() {
            0 => Err(unfit("it changes nothing".into())),
            1..=MAX_PULL_REQUEST_FILES => Ok(files),
            n => {
                Err(unfit(format!("it changes {n} files, at most {MAX_PULL_REQUEST_FILES} may be")))
            }
        }
    }

    /// A file at the base: its mode and its text.
    async fn before(
        &self,
        root: &str,
        path: &str,
        folders: &mut Folders,
    ) -> Result<(String, String), GitHubError> {
        let entry = self.entry(root, path, folders).await?;
        let Some(item) = entry.filter(|item| item.kind == "blob") else {
            return Err(unfit(format!("`{path}` is no file of its base")));
        };
        if !REGULAR.contains(&item.mode.as_str()) {
            return Err(unfit(format!("`{path}` is a symbolic link")));
        }
        match self.text(&item.sha).await? {
            Some(text) => Ok((item.mode, text)),
            None => Err(unfit(format!("`{path}` is no text"))),
        }
    }

    /// What lies at a path, folder by folder: a whole tree may be too large
    /// for one answer.
    async fn entry(
        &self,
        root: &str,
        path: &str,
        folders: &mut Folders,
    ) -> Result<Option<TreeItem>, GitHubError> {
        let mut tree = root.to_owned();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            if !folders.contains_key(&tree) {
                let folder = self.folder(&tree).await?;
                folders.insert(tree.clone(), folder);
            }
            let Some(folder) = folders.get(&tree) else { return Ok(None) };
            let Some(item) = folder.items.iter().find(|item| item.path == part) else {
                if folder.truncated {
                    return Err(unfit(format!("the folder of `{path}` is too large for GitHub")));
                }
                return Ok(None);
            };
            if parts.peek().is_none() {
                return Ok(Some(item.clone()));
            }
            if item.kind != "tree" {
                return Ok(None);
            }
            tree.clone_from(&item.sha);
        }
        Ok(None)
    }
}

fn joined(folder: &str, path: &str) -> String {
    let folder = folder.trim_matches('/');
    if folder.is_empty() || folder == "." { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A path inside of the repository that a pull request of ours may touch.
fn checked(path: &str) -> Result<String, GitHubError> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_plain = |part: &&str| {
        !part.is_empty()
            && ![".", ".."].contains(part)
            && !part.eq_ignore_ascii_case(".git")
            && !part.chars().any(|c| c.is_control() || c == '\\')
    };
    if !parts.iter().all(is_plain) || parts.len() > DEPTH || path.len() > 1024 {
        return Err(unfit("a path leads out of the repository".into()));
    }
    if parts.first().is_some_and(|part| part.eq_ignore_ascii_case(".github")) {
        return Err(unfit("it changes a file of `.github`".into()));
    }
    Ok(path.to_owned())
}

fn unfit(reason: String) -> GitHubError {
    GitHubError::Unfit { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for good in ["a.js", "packages/a b/c.ts", "src/é.js"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        let deep = "a/".repeat(40) + "b";
        for bad in [
            "",
            "/a",
            "a//b",
            "../a",
            "a/./b",
            ".git/config",
            "a/.GIT/x",
            "a\\b",
            "a\nb",
            ".github/workflows/x.yml",
            &deep,
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn folders_are_joined() {
        assert_eq!(joined("", "a.js"), "a.js");
        assert_eq!(joined(".", "a.js"), "a.js");
        assert_eq!(joined("packages/web/", "a.js"), "packages/web/a.js");
    }
}
