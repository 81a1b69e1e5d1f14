//! Reads a page of the rulebook.

use std::path::{Path, PathBuf};

use selfopt_syntax::Language;

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

pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
    text: String,
    problems: Vec<String>,
}

pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    pub(crate) language: Language,
    pub(crate) text: String,
    /// Line of the page, from 1.
    pub(crate) line: usize,
}

pub(crate) enum BlockKind {
    Invalid,
    Valid,
    /// With the condition it is declined for.
    Declined(String),
    Before,
    After,
    Equivalent,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let name = path.iter().rev().take(2).collect::<Vec<_>>();
        let name = name.into_iter().rev().collect::<PathBuf>().display().to_string();
        let mut page = Self { name, blocks: Vec::new(), problems: Vec::new(), text: String::new() };
        let mut lines = (1..).zip(text.lines());
        while let Some((line, fence)) = lines.next() {
            let Some(info) = fence.strip_prefix("```") else {
                continue;
            };
            let body: Vec<_> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let text = body.iter().flat_map(|line| [line, "\n"]).collect();
            match read_info(info) {
                Ok(Some((language, kind))) => {
                    page.blocks.push(Block { kind, language, text, line });
                }
                Ok(None) => {}
                Err(problem) => page.problems.push(format!("line {line}: {problem}")),
            }
        }
        page.text = text;
        page
    }

    /// What is wrong with the page's form.
    pub(crate) fn structure_problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
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

/// `ts invalid`, `ts declined seed-is-fresh`. Blocks of other languages, and
/// those marked `bench` or `text`, are not run here.
fn read_info(info: &str) -> Result<Option<(Language, BlockKind)>, String> {
    let mut words = info.split_whitespace();
    let language = match words.next() {
        Some("ts") => Language::TypeScript,
        Some("tsx") => Language::Tsx,
        Some("js") => Language::JavaScript,
        Some("jsx") => Language::Jsx,
        _ => return Ok(None),
    };
    let kind = match (words.next(), words.next()) {
        (Some("invalid"), None) => BlockKind::Invalid,
        (Some("valid"), None) => BlockKind::Valid,
        (Some("declined"), Some(condition)) => BlockKind::Declined(condition.to_owned()),
        (Some("before"), None) => BlockKind::Before,
        (Some("after"), None) => BlockKind::After,
        (Some("equivalent"), None) => BlockKind::Equivalent,
        (Some("bench" | "text"), _) => return Ok(None),
        _ => return Err(format!("unknown block `{info}`")),
    };
    Ok(Some((language, kind)))
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
