//! Reads a page of the rulebook.

use std::path::{Path, PathBuf};

use selfopt_core::rulebook;

/// The headings of a page, in this order.
const HEADINGS: [&str; 8] = [
    "What it finds",
    "Why it costs",
    "When it is not worth it",
    "Before and after",
    "Fix safety",
    "Evidence",
    "Options",
    "Origin",
];

/// A page as it is read everywhere, and what only the rulebook asks of its form.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) read: rulebook::Page,
    text: String,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let name = path.iter().rev().take(2).collect::<Vec<_>>();
        let name = name.into_iter().rev().collect::<PathBuf>().display().to_string();
        Self { name, read: rulebook::Page::parse(&text), text }
    }

    /// What is wrong with the page's form.
    pub(crate) fn structure_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.text.is_empty() {
            return vec!["the page is missing or empty".to_owned()];
        }
        let headings: Vec<_> =
            self.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if headings != HEADINGS {
            problems.push(format!("headings are {headings:?}, not {HEADINGS:?}"));
        }
        for heading in HEADINGS {
            if self.section(heading).is_some_and(|text| text.trim().is_empty()) {
                problems.push(format!("*{heading}* is empty"));
            }
        }
        problems
    }

    /// The text under a heading.
    pub(crate) fn section(&self, heading: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(&format!("\n## {heading}\n"))?;
        Some(rest.split_once("\n## ").map_or(rest, |(section, _)| section))
    }
}

/// All pages as `<pack>/<rule>.md`, sorted.
pub(crate) fn all_names(rulebook: &Path) -> Vec<String> {
    let list = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("the rulebook can be read");
        entries.map(|entry| entry.expect("the rulebook can be read").path()).collect()
    };
    let packs = list(rulebook).into_iter().filter(|path| path.is_dir());
    let pages = packs.flat_map(|pack| list(&pack));
    let mut names: Vec<_> = pages
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| Some(path.strip_prefix(rulebook).ok()?.to_str()?.replace('\\', "/")))
        .collect();
    names.sort();
    names
}
