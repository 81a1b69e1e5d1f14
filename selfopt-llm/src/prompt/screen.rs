//! Which files may be sent at all.

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use selfopt_core::SourceTree;
use selfopt_core::config::Config;
use selfopt_core::paths::{PathClass, classify};

/// Folders deep whose `.gitignore` is read.
const MAX_IGNORE_FILES: usize = 200;

/// What the project says about its files.
pub(super) struct Screen<'a> {
    tree: &'a dyn SourceTree,
    /// Neither scanned nor sent.
    excluded: Option<GlobSet>,
    withheld: Option<GlobSet>,
    ignored: Option<Gitignore>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(tree: &'a dyn SourceTree, config: &Config) -> Self {
        Self {
            tree,
            excluded: globs(&config.paths.exclude),
            withheld: globs(&config.model.exclude),
            ignored: ignored(tree),
        }
    }

    /// Why a file is not sent, if it is not. What cannot be told is not sent.
    pub(super) fn withholds(&self, path: &str) -> Option<&'static str> {
        let is_file = self.tree.entry(path).is_some_and(|entry| entry.symlink.is_none());
        let matches = |globs: &Option<GlobSet>| globs.as_ref().is_none_or(|one| one.is_match(path));
        let is_ignored = |all: &Gitignore| all.matched_path_or_any_parents(path, false).is_ignore();
        if !is_file {
            Some("it is no file of the project")
        } else if classify(path) != PathClass::Source {
            Some("it is no source file")
        } else if matches(&self.withheld) {
            Some("`model.exclude` in selfopt.toml names it")
        } else if matches(&self.excluded) {
            Some("`paths.exclude` in selfopt.toml names it")
        } else if self.ignored.as_ref().is_none_or(is_ignored) {
            Some("`.gitignore` names it")
        } else {
            None
        }
    }
}

fn globs(patterns: &[String]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).ok()?);
    }
    set.build().ok()
}

/// Every `.gitignore` of the tree; a committed file may be named in one.
fn ignored(tree: &dyn SourceTree) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    let files = tree
        .entries()
        .iter()
        .filter(|entry| entry.path == ".gitignore" || entry.path.ends_with("/.gitignore"));
    for entry in files.take(MAX_IGNORE_FILES) {
        let folder = entry.path.strip_suffix(".gitignore").unwrap_or_default();
        for line in tree.text(&entry.path).unwrap_or_default().lines() {
            // A line that is no pattern names nothing.
            let _ = builder.add_line(None, &beneath(folder, line));
        }
    }
    builder.build().ok()
}

/// A line of a folder's file as the root's would say it.
fn beneath(folder: &str, line: &str) -> String {
    let line = line.trim_end();
    if folder.is_empty() || line.is_empty() || line.starts_with('#') {
        return line.to_owned();
    }
    let (not, pattern) = match line.strip_prefix('!') {
        Some(rest) => ("!", rest),
        None => ("", line),
    };
    let anchored = pattern.trim_end_matches('/').contains('/');
    let any = if anchored { "" } else { "**/" };
    format!("{not}/{folder}{any}{}", pattern.trim_start_matches('/'))
}
