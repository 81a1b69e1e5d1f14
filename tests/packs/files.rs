//! Source files that rules are tried on.

use std::path::{Path, PathBuf};

use selfopt::syntax::{Language, SourceFile, parse};

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every block of every page of the rulebook, also with other line ends and
/// behind other text.
pub(crate) fn rulebook() -> Vec<SourceFile> {
    let mut files = Vec::new();
    for page in below(&repository().join("selfopt-rules/rulebook"), &["md"]) {
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        let name = page.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        for (index, (language, block)) in blocks(&text).into_iter().enumerate() {
            let versions =
                [block.clone(), block.replace('\n', "\r\n"), format!("/* żółw 🐢 */\n{block}")];
            for (version, text) in versions.into_iter().enumerate() {
                files.push(parse(format!("{name}/{index}-{version}"), language, text));
            }
        }
    }
    files
}

fn blocks(page: &str) -> Vec<(Language, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().take_while(|line| *line != "```");
        let text: String = body.flat_map(|line| [line, "\n"]).collect();
        let language = match info.split_whitespace().next() {
            Some("ts") => Language::TypeScript,
            Some("tsx") => Language::Tsx,
            Some("js") => Language::JavaScript,
            Some("jsx") => Language::Jsx,
            _ => continue,
        };
        blocks.push((language, text));
    }
    blocks
}

/// The source files below a folder, in the order of their paths.
pub(crate) fn sources(folder: &Path) -> Vec<SourceFile> {
    let paths = below(folder, &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"]);
    let files = paths.into_iter().filter_map(|path| {
        let name = path.strip_prefix(folder).ok()?.to_string_lossy().into_owned();
        let language = Language::from_path(&name)?;
        let text = std::fs::read_to_string(&path).ok()?;
        (text.len() <= 1 << 20).then(|| parse(name, language, text))
    });
    files.collect()
}

fn below(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() && !["node_modules", ".git", "target"].contains(&name.as_str()) {
                open.push(path);
            } else if kind.is_file()
                && path.extension().is_some_and(|found| extensions.iter().any(|e| found == *e))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
