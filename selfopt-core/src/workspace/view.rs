//! One folder of a tree.

use crate::ports::{SourceTree, TreeEntry, TreeError};

/// The files below one folder; their paths stay those of the whole tree.
pub struct FolderView<'a> {
    whole: &'a dyn SourceTree,
    entries: &'a [TreeEntry],
}

impl<'a> FolderView<'a> {
    /// The files below `folder`, or all of them for `.`.
    pub fn new(whole: &'a dyn SourceTree, folder: &str) -> Self {
        let all = whole.entries();
        let folder = folder.trim_end_matches('/');
        if matches!(folder, "" | ".") {
            return Self { whole, entries: all };
        }
        let start = format!("{folder}/");
        let from = all.partition_point(|entry| entry.path.as_str() < start.as_str());
        let rest = all.get(from..).unwrap_or_default();
        let n = rest.partition_point(|entry| entry.path.starts_with(&start));
        Self { whole, entries: rest.get(..n).unwrap_or_default() }
    }
}

impl SourceTree for FolderView<'_> {
    fn entries(&self) -> &[TreeEntry] {
        self.entries
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, TreeError> {
        if self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).is_err() {
            return Err(TreeError::NotFound { path: path.to_owned() });
        }
        self.whole.read(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::MemoryTree;

    #[test]
    fn a_view_holds_the_files_below_its_folder_and_no_others() {
        let tree = MemoryTree::new(
            ["a.js", "a/b-c.js", "a/b.js", "a/b/x.js", "a/b/y/z.js", "a/b0.js", "b/x.js"]
                .map(|path| (path, path)),
        );
        let view = FolderView::new(&tree, "a/b");
        let paths: Vec<_> = view.entries().iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["a/b/x.js", "a/b/y/z.js"]);
        assert_eq!(view.read("a/b/x.js").unwrap(), b"a/b/x.js");
        assert!(view.read("b/x.js").is_err());
        assert_eq!(FolderView::new(&tree, ".").entries().len(), 7);
        assert!(FolderView::new(&tree, "nowhere").entries().is_empty());
    }
}
