//! A package's files as if its folder were the root, so that what is known
//! about a project's tree is known about a package's.

use std::collections::BTreeMap;

use selfopt_core::{EvidenceLine, SourceTree, TreeEntry, TreeError};

/// The files of one package, without those of packages inside of it.
pub(super) struct MemberTree<'a> {
    whole: &'a dyn SourceTree,
    folder: &'a str,
    entries: Vec<TreeEntry>,
}

impl<'a> MemberTree<'a> {
    /// The tree of each of these folders, in their order. Each file goes to
    /// the longest folder around it, and so is looked at once.
    pub(super) fn split(whole: &'a dyn SourceTree, folders: &[&'a str]) -> Vec<Self> {
        let places: BTreeMap<&str, usize> =
            folders.iter().enumerate().map(|(idx, folder)| (*folder, idx)).collect();
        let mut trees: Vec<_> = folders
            .iter()
            .map(|folder| MemberTree { whole, folder, entries: Vec::new() })
            .collect();
        for entry in whole.entries() {
            let mut folder = entry.path.as_str();
            while let Some((parent, _)) = folder.rsplit_once('/') {
                folder = parent;
                if let Some(tree) = places.get(folder).and_then(|&idx| trees.get_mut(idx)) {
                    let path = entry.path.get(folder.len() + 1..).unwrap_or_default().to_owned();
                    tree.entries.push(TreeEntry { path, ..entry.clone() });
                    break;
                }
            }
        }
        trees
    }

    /// A line of a file of this tree, as the whole repository names it.
    pub(super) fn in_whole(&self, line: EvidenceLine) -> EvidenceLine {
        let tree: &dyn SourceTree = self;
        if !tree.contains(&line.path) {
            return line;
        }
        EvidenceLine { path: format!("{}/{}", self.folder, line.path), ..line }
    }
}

impl SourceTree for MemberTree<'_> {
    fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        self.whole.read(&format!("{}/{path}", self.folder))
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn every_file_is_in_the_package_next_to_it() {
        let paths = ["index.js", "p/a/package.json", "p/a/x.js", "p/a/b/package.json", "p/ab.js"];
        let whole = MemoryTree::new(paths.map(|path| (path, path)));
        let trees = MemberTree::split(&whole, &["p/a", "p/a/b"]);
        let paths = |tree: &MemberTree<'_>| -> Vec<String> {
            tree.entries().iter().map(|entry| entry.path.clone()).collect()
        };
        assert_eq!(paths(&trees[0]), ["package.json", "x.js"]);
        assert_eq!(paths(&trees[1]), ["package.json"]);
        assert_eq!(trees[0].read("x.js").unwrap(), b"p/a/x.js");
        let line = |path: &str| crate::evidence::whole_file(path);
        assert_eq!(trees[0].in_whole(line("x.js")).path, "p/a/x.js");
        assert_eq!(trees[0].in_whole(line("p/a/x.js")).path, "p/a/x.js");
    }
}
