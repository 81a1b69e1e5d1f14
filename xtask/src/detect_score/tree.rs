//! Puts a repository's tree together from its files, the heads of its lock
//! files and the list of its paths.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use selfopt_core::MemoryTree;

/// The tree of the repository in this folder.
pub(super) fn rebuild(folder: &Path) -> Result<MemoryTree> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let list = folder.join("tree.txt");
    let paths = fs::read_to_string(&list)
        .with_context(|| format!("failed to read `{}`", list.display()))?;
    for path in paths.lines().filter(|line| !line.starts_with('#')) {
        files.insert(path.to_owned(), Vec::new());
    }
    let meta = super::json(&folder.join("meta.json"))?;
    for lock in meta["lockfiles"].as_array().into_iter().flatten() {
        if let Some(path) = lock["path"].as_str() {
            let head = folder.join("locks").join(format!("{}.head", path.replace('/', "__")));
            // Only the first heads are kept; the others are empty files.
            files.insert(path.to_owned(), fs::read(head).unwrap_or_default());
        }
    }
    add_files(&folder.join("files"), "", &mut files)?;
    Ok(MemoryTree::new(files))
}

fn add_files(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add_files(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use selfopt_core::SourceTree;

    use super::*;

    #[test]
    fn files_win_over_heads_and_heads_over_names() {
        let dir = std::env::temp_dir().join(format!("detect-score-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("tree.txt", "package.json\nsrc/a.ts\na/yarn.lock\n# truncated\n");
        write("meta.json", r#"{"lockfiles": [{"path": "a/yarn.lock"}, {"path": "b/yarn.lock"}]}"#);
        write("locks/a__yarn.lock.head", "# yarn lockfile v1\n");
        write("files/package.json", "{}");
        let tree = rebuild(&dir).unwrap();
        let tree: &dyn SourceTree = &tree;
        fs::remove_dir_all(&dir).unwrap();
        let paths: Vec<_> = tree.entries().iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["a/yarn.lock", "b/yarn.lock", "package.json", "src/a.ts"]);
        assert_eq!(tree.text("package.json").as_deref(), Some("{}"));
        assert_eq!(tree.text("a/yarn.lock").as_deref(), Some("# yarn lockfile v1\n"));
        assert_eq!(tree.text("b/yarn.lock").as_deref(), Some(""));
    }
}
