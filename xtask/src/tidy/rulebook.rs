//! Every rule has its page and every page its rule.
//!
//! A rule is the file `selfopt-rules/src/<pack>/<id with _>.rs` with a `RuleMeta` of this `id` and
//! `pack`; its page is `selfopt-rules/rulebook/<pack>/<id>.md`. That the list of rules is complete and
//! the pages true is tested by the crate itself.

use super::files::{SourceFile, SourceTree};

/// The headings of a page, in this order.
pub(crate) const HEADINGS: [&str; 8] = [
    "What it finds",
    "Why it costs",
    "When it is not worth it",
    "Before and after",
    "Fix safety",
    "Evidence",
    "Options",
    "Origin",
];

const SOURCES: &str = "selfopt-rules/src/";
const PAGES: &str = "selfopt-rules/rulebook/";

/// What marks a rule's description.
const DESCRIPTION: &str = ": RuleMeta = RuleMeta {";

/// Compares sources and pages both ways.
pub(super) fn check(tree: &SourceTree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.with_extension("rs") {
        if file.path.starts_with(SOURCES) && declares_rule(file) {
            findings.extend(check_source(tree, file));
        }
    }
    for page in tree.with_extension("md") {
        let Some((pack, name)) = pack_and_name(page, PAGES, ".md") else {
            continue;
        };
        let source = format!("{SOURCES}{pack}/{}.rs", name.replace('-', "_"));
        let is_rule = |file: &SourceFile| file.path == source && declares_rule(file);
        if !tree.files.iter().any(is_rule) {
            findings.push(format!("{} belongs to no rule in `{source}`", page.path));
        }
        findings.extend(check_headings(page));
    }
    findings
}

fn declares_rule(file: &SourceFile) -> bool {
    file.lines_without_tests().any(|line| line.contains(DESCRIPTION))
}

fn check_source(tree: &SourceTree, file: &SourceFile) -> Option<String> {
    let path = &file.path;
    let (Some(pack), Some(id)) = (field(file, "pack"), field(file, "id")) else {
        return Some(format!("{path}: the rule's `id` and `pack` must be plain strings"));
    };
    let place = (pack.to_owned(), id.replace('-', "_"));
    let found = pack_and_name(file, SOURCES, ".rs");
    if found != Some((&place.0, &place.1)) {
        return Some(format!(
            "{path}: the rule `{id}` of pack `{pack}` belongs into `{SOURCES}{pack}/{}.rs`",
            place.1
        ));
    }
    let page = format!("{PAGES}{pack}/{id}.md");
    (!tree.exists(&page)).then(|| format!("{path}: the rule has no page `{page}`"))
}

/// The string in a line `name: "string",` after the description begins.
fn field<'a>(file: &'a SourceFile, name: &str) -> Option<&'a str> {
    let (_, description) = file.text.split_once(DESCRIPTION)?;
    description
        .lines()
        .filter_map(|line| line.trim().split_once(": "))
        .find(|(found, _)| *found == name)
        .and_then(|(_, value)| value.strip_prefix('"')?.strip_suffix("\","))
}

/// `("core", "a_rule")` for `<folder>core/a_rule<extension>`; folders inside a pack hold no rules.
fn pack_and_name<'a>(
    file: &'a SourceFile,
    folder: &str,
    extension: &str,
) -> Option<(&'a str, &'a str)> {
    let inside = file.path.strip_prefix(folder)?.strip_suffix(extension)?;
    inside.split_once('/').filter(|(_, name)| !name.contains('/') && *name != "mod")
}

fn check_headings(page: &SourceFile) -> Option<String> {
    let found: Vec<&str> =
        page.text.lines().filter_map(|line| line.strip_prefix("## ")).map(str::trim).collect();
    (found != HEADINGS).then(|| {
        format!(
            "{} must have the headings {} in this order, and no others of that size",
            page.path,
            HEADINGS.join(" / ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(headings: &[&str]) -> String {
        let lines: Vec<_> =
            headings.iter().map(|heading| format!("## {heading}\n\ntext\n")).collect();
        format!("# Title\n\n{}", lines.join("\n"))
    }

    fn findings(files: &[(&str, &str)]) -> usize {
        check(&SourceTree::from_files(files)).len()
    }

    const PAGE: &str = "selfopt-rules/rulebook/core/a-rule.md";

    fn source(path: &'static str) -> (&'static str, &'static str) {
        let text =
            "static META: RuleMeta = RuleMeta {\n    id: \"a-rule\",\n    pack: \"core\",\n};\n";
        (path, text)
    }

    #[test]
    fn a_rule_with_its_page_is_fine() {
        let page = page(&HEADINGS);
        assert_eq!(findings(&[source("selfopt-rules/src/core/a_rule.rs"), (PAGE, &page)]), 0);
    }

    #[test]
    fn what_is_missing_is_found() {
        let rule = source("selfopt-rules/src/core/a_rule.rs");
        let complete = page(&HEADINGS);
        assert_eq!(findings(&[rule]), 1, "no page");
        assert_eq!(findings(&[(PAGE, &complete)]), 1, "no rule");
        assert_eq!(findings(&[(rule.0, ""), (PAGE, &complete)]), 1, "no rule in the file");
        let unordered = page(&["Why it costs", "What it finds"]);
        assert_eq!(findings(&[rule, (PAGE, &unordered)]), 1, "headings");
        for elsewhere in ["selfopt-rules/src/core/other.rs", "selfopt-rules/src/strings/a_rule.rs"]
        {
            let misplaced = source(elsewhere);
            assert_eq!(findings(&[misplaced, (PAGE, &complete)]), 2, "misplaced rule, lonely page");
        }
    }

    #[test]
    fn other_files_are_no_rules() {
        let files = [
            ("selfopt-rules/src/lib.rs", "pub struct RuleMeta {}"),
            ("selfopt-rules/src/core/mod.rs", "mod a_rule;"),
            ("selfopt-rules/src/core/parts/x.rs", ""),
            ("selfopt-rules/src/core/helper.rs", "fn meta(&self) -> &'static RuleMeta {}"),
        ];
        assert_eq!(findings(&files), 0);
    }
}
