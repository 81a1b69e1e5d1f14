//! Objects and references of a repository, through GitHub's Git Data API: no
//! clone, no push, no token outside of a header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selfopt_core::CommitId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::GitHubError;
use crate::repository::Repository;
use crate::transport::{Call, encoded};

#[derive(Deserialize)]
struct RefAnswer {
    object: Target,
}

#[derive(Deserialize)]
struct Target {
    sha: String,
}

/// A commit.
#[derive(Debug, Deserialize)]
pub(crate) struct CommitAnswer {
    pub(crate) message: String,
    tree: Sha,
    parents: Vec<Sha>,
}

#[derive(Debug, Deserialize)]
struct Sha {
    sha: String,
}

impl CommitAnswer {
    /// Its tree.
    pub(crate) fn tree(&self) -> &str {
        &self.tree.sha
    }

    /// Its parent, where it has exactly one.
    pub(crate) fn parent(&self) -> Option<&str> {
        match self.parents.as_slice() {
            [one] => Some(&one.sha),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct TreeAnswer {
    tree: Vec<TreeItem>,
    truncated: bool,
}

/// An entry of one folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct TreeItem {
    pub(crate) path: String,
    pub(crate) mode: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) sha: String,
}

/// A folder's entries.
pub(crate) struct Folder {
    pub(crate) items: Vec<TreeItem>,
    /// GitHub gave some of them only.
    pub(crate) truncated: bool,
}

#[derive(Deserialize)]
struct BlobAnswer {
    content: String,
    encoding: String,
}

/// A file of a new tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewFile {
    pub(crate) path: String,
    pub(crate) mode: String,
    pub(crate) content: String,
}

impl Repository {
    /// The commit of a branch, if there is such a branch.
    pub(crate) async fn head_of(&self, branch: &str) -> Result<Option<CommitId>, GitHubError> {
        let doing = "read the branch";
        let path = self.path(&format!("/git/ref/heads/{}", encoded(branch, "/")));
        let answer = self.send(&Call::get(path, doing)).await?;
        match answer.status.as_u16() {
            404 => Ok(None),
            _ => Ok(Some(CommitId::new(answer.read::<RefAnswer>(doing)?.object.sha))),
        }
    }

    pub(crate) async fn commit(&self, sha: &str) -> Result<CommitAnswer, GitHubError> {
        let doing = "read the commit";
        let path = self.path(&format!("/git/commits/{}", encoded(sha, "")));
        self.send(&Call::get(path, doing)).await?.read(doing)
    }

    pub(crate) async fn folder(&self, tree: &str) -> Result<Folder, GitHubError> {
        let doing = "read the tree";
        let path = self.path(&format!("/git/trees/{}", encoded(tree, "")));
        let answer: TreeAnswer = self.send(&Call::get(path, doing)).await?.read(doing)?;
        Ok(Folder { items: answer.tree, truncated: answer.truncated })
    }

    /// The content of a text file.
    pub(crate) async fn text(&self, blob: &str) -> Result<Option<String>, GitHubError> {
        let doing = "read the file";
        let path = self.path(&format!("/git/blobs/{}", encoded(blob, "")));
        let answer: BlobAnswer = self.send(&Call::get(path, doing)).await?.read(doing)?;
        if answer.encoding != "base64" {
            return Ok(None);
        }
        let content: String = answer.content.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(content).map_err(|source| GitHubError::Unreadable {
            doing: doing.to_owned(),
            source: Box::new(source),
        })?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// A tree like `base` with these files instead.
    pub(crate) async fn create_tree(
        &self,
        base: &str,
        files: &[NewFile],
    ) -> Result<String, GitHubError> {
        let mut items: Vec<Value> = Vec::with_capacity(files.len());
        for NewFile { path, mode, content } in files {
            let doing = "store a file";
            let body = json!({ "content": STANDARD.encode(content), "encoding": "base64" });
            let call = Call::post(self.path("/git/blobs"), body, doing);
            let blob: Sha = self.send(&call).await?.read(doing)?;
            items.push(json!({ "path": path, "mode": mode, "type": "blob", "sha": blob.sha }));
        }
        let doing = "store the tree";
        let body = json!({ "base_tree": base, "tree": items });
        let call = Call::post(self.path("/git/trees"), body, doing);
        Ok(self.send(&call).await?.read::<Sha>(doing)?.sha)
    }

    /// A commit without author and committer: GitHub then takes the App for
    /// both, and signs it.
    pub(crate) async fn create_commit(
        &self,
        message: &str,
        tree: &str,
        parent: &CommitId,
    ) -> Result<CommitId, GitHubError> {
        let doing = "store the commit";
        let body = json!({ "message": message, "tree": tree, "parents": [parent] });
        let call = Call::post(self.path("/git/commits"), body, doing);
        Ok(CommitId::new(self.send(&call).await?.read::<Sha>(doing)?.sha))
    }

    /// A new branch; `false` where it is there already.
    pub(crate) async fn create_branch(
        &self,
        branch: &str,
        commit: &CommitId,
    ) -> Result<bool, GitHubError> {
        let doing = "create the branch";
        let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        let answer = self.send(&Call::post(self.path("/git/refs"), body, doing)).await?;
        match answer.read::<RefAnswer>(doing) {
            Ok(_) => Ok(true),
            Err(error) if error.has_status(422) && answer.message().contains("already exists") => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Moves a branch of ours to another commit.
    pub(crate) async fn move_branch(
        &self,
        branch: &str,
        commit: &CommitId,
    ) -> Result<(), GitHubError> {
        let doing = "move the branch";
        let path = self.path(&format!("/git/refs/heads/{}", encoded(branch, "/")));
        let body = json!({ "sha": commit, "force": true });
        self.send(&Call::patch(path, body, doing)).await?.read::<RefAnswer>(doing)?;
        Ok(())
    }
}
