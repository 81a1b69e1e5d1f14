//! Relative links in Markdown files lead somewhere.

use super::files::{SourceFile, SourceTree};

/// Names each link without a target in the repository.
pub(super) fn check(tree: &SourceTree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.with_extension("md") {
        for (line_number, target) in relative_links(file) {
            let resolved = resolve(&file.path, &target);
            if !resolved.is_some_and(|path| tree.exists(&path)) {
                let path = &file.path;
                findings.push(format!(
                    "{path}:{line_number} links to `{target}`, which does not exist"
                ));
            }
        }
    }
    findings
}

/// Targets of inline links and link definitions, with line numbers; without code, web addresses and
/// links inside the page.
fn relative_links(file: &SourceFile) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fence: Option<&str> = None;
    for (line_number, line) in (1..).zip(file.text.lines()) {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => {
                let found = targets(&without_code(line));
                links.extend(found.into_iter().map(|target| (line_number, target)));
            }
        }
    }
    links
}

/// The line without what stands between backticks.
fn without_code(line: &str) -> String {
    let outside = line.split('`').enumerate().filter(|(idx, _)| idx % 2 == 0);
    outside.map(|(_, text)| text).collect()
}

fn targets(line: &str) -> Vec<String> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let definition = line
        .starts_with('[')
        .then(|| line.split_once("]: "))
        .flatten()
        .and_then(|(_, rest)| rest.split_whitespace().next());
    inline
        .chain(definition)
        .map(|target| target.trim_matches(['<', '>']))
        .map(|target| target.split_once('#').map_or(target, |(path, _)| path))
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .map(str::to_owned)
        .collect()
}

/// The path relative to the root; `None` when it leaves the repository. A leading `/` is the root.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_page(text: &str) -> Vec<String> {
        check(&SourceTree::from_files(&[
            ("docs/a/page.md", text),
            ("docs/b.md", ""),
            ("README.md", ""),
        ]))
    }

    #[test]
    fn links_that_resolve() {
        for text in [
            "[b](../b.md) and [b](../b.md#part \"title\") and [top](/README.md)",
            "[web](https://example.com) [mail](mailto:a@b.c) [here](#here)",
            "[b]: ../b.md",
            "`[no](link.md)`",
            "```\n[no](link.md)\n```",
            "~~~md\n```\n[no](link.md)\n~~~",
        ] {
            assert_eq!(check_page(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn links_that_do_not() {
        for text in [
            "[b](b.md)",
            "text [b](../c.md) text",
            "[b]: b.md",
            "[out](../../../other.md)",
            "```\ncode\n```\n[b](b.md)",
        ] {
            assert_eq!(check_page(text).len(), 1, "{text}");
        }
    }
}
