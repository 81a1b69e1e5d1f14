//! The text files of the repository that the checks read.

use std::path::Path;

use anyhow::{Context, Result};

/// Folders that hold nothing of ours: built, installed or someone else's.
const SKIPPED: [&str; 6] = [".git", ".selfopt", "dist", "fixtures", "node_modules", "target"];

/// Files that are read.
const EXTENSIONS: [&str; 2] = ["md", "rs"];

/// All Rust and Markdown files of the repository.
pub(super) struct SourceTree {
    pub(super) files: Vec<SourceFile>,
    /// Paths of all files and folders, read or not.
    paths: Vec<String>,
}

/// One file.
pub(super) struct SourceFile {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl SourceTree {
    /// Reads below `root`, in the order of paths.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self { files: Vec::new(), paths: Vec::new() };
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let failed = || format!("failed to read `{}`", folder.display());
        let mut entries = folder
            .read_dir()
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .with_context(failed)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().with_context(failed)?;
            if kind.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.paths.push(path.clone());
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                }
                continue;
            }
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            if kind.is_file() && EXTENSIONS.contains(&extension) {
                let text = std::fs::read_to_string(entry.path())
                    .with_context(|| format!("failed to read `{path}`"))?;
                self.files.push(SourceFile { path: path.clone(), text });
            }
            self.paths.push(path);
        }
        Ok(())
    }

    /// Whether there is a file or folder at `path`, relative to the root.
    pub(super) fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.paths.iter().any(|known| known == path)
    }

    /// The files whose names end in `.extension`.
    pub(super) fn with_extension(&self, extension: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| {
            file.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
        })
    }

    /// A tree that is in no folder, for tests.
    #[cfg(test)]
    pub(super) fn from_files(files: &[(&str, &str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| SourceFile {
                    path: (*path).to_owned(),
                    text: (*text).to_owned(),
                })
                .collect(),
            paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
        }
    }
}

impl SourceFile {
    /// The lines up to the unit tests at the end. A module of tests in a file of
    /// its own ends nothing: what follows its declaration is code.
    pub(super) fn lines_without_tests(&self) -> impl Iterator<Item = &str> {
        let mut lines = self.text.lines().peekable();
        std::iter::from_fn(move || {
            let line = lines.next()?;
            let is_module = |next: &&str| next.starts_with("mod ") && next.ends_with('{');
            let tests_begin = line == "#[cfg(test)]" && lines.peek().is_some_and(is_module);
            (!tests_begin).then_some(line)
        })
    }

    /// Whether the file is test code as a whole.
    pub(super) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests") || self.path.ends_with("/tests.rs")
    }
}
