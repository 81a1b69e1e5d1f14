//! Blobs, trees, commits and branches.

use std::collections::BTreeMap;

use selfopt_core::digest::Digest;

/// A folder: name, mode, hash.
pub(crate) type Tree = BTreeMap<String, (String, String)>;

#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) message: String,
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    pub(crate) trees: BTreeMap<String, Tree>,
    pub(crate) commits: BTreeMap<String, Commit>,
    pub(crate) branches: BTreeMap<String, String>,
}

impl Objects {
    pub(crate) fn blob(&mut self, content: &[u8]) -> String {
        let sha = hash(&[b"blob", content]);
        self.blobs.insert(sha.clone(), content.to_owned());
        sha
    }

    pub(crate) fn commit(&mut self, message: &str, tree: &str, parents: &[String]) -> String {
        // A commit holds its time: made twice, it is two.
        let nonce = self.commits.len().to_string();
        let sha = hash(&[nonce.as_bytes(), message.as_bytes(), tree.as_bytes()]);
        let (message, tree, parents) = (message.into(), tree.into(), parents.to_vec());
        self.commits.insert(sha.clone(), Commit { message, tree, parents });
        sha
    }

    fn folder(&mut self, tree: Tree) -> String {
        let text: Vec<String> =
            tree.iter().map(|(name, (mode, sha))| format!("{mode} {name} {sha}")).collect();
        let sha = hash(&[b"tree", text.join("\n").as_bytes()]);
        self.trees.insert(sha.clone(), tree);
        sha
    }

    /// A tree with a blob at a path.
    pub(crate) fn with(
        &mut self,
        base: Option<&str>,
        path: &str,
        mode: &str,
        blob: &str,
    ) -> String {
        let mut tree = base.and_then(|base| self.trees.get(base)).cloned().unwrap_or_default();
        let entry = match path.split_once('/') {
            None => (path.to_owned(), (mode.to_owned(), blob.to_owned())),
            Some((folder, rest)) => {
                let below = tree.get(folder).map(|(_, sha)| sha.clone());
                let below = self.with(below.as_deref(), rest, mode, blob);
                (folder.to_owned(), ("040000".to_owned(), below))
            }
        };
        tree.insert(entry.0, entry.1);
        self.folder(tree)
    }

    pub(crate) fn tree_of(&mut self, files: &[(&str, &str, &str)]) -> String {
        let mut tree = self.folder(Tree::new());
        for (path, mode, content) in files {
            let blob = self.blob(content.as_bytes());
            tree = self.with(Some(&tree), path, mode, &blob);
        }
        tree
    }

    /// All files of a commit: path, mode, content.
    pub(crate) fn files(&self, commit: &str) -> BTreeMap<String, (String, String)> {
        let mut out = BTreeMap::new();
        let mut left = vec![(String::new(), self.commits[commit].tree.clone())];
        while let Some((prefix, tree)) = left.pop() {
            for (name, (mode, sha)) in &self.trees[&tree] {
                let path = format!("{prefix}{name}");
                if mode == "040000" {
                    left.push((format!("{path}/"), sha.clone()));
                } else {
                    let content = String::from_utf8_lossy(&self.blobs[sha]).into_owned();
                    out.insert(path, (mode.clone(), content));
                }
            }
        }
        out
    }
}

fn hash(parts: &[&[u8]]) -> String {
    Digest::of_parts(parts.iter().copied()).prefix(40).to_owned()
}
