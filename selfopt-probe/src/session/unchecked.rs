//! Instrumented trees are built and tested, never type-checked: the project's
//! own type check sees the candidate as it is.

use std::collections::BTreeMap;

use selfopt_core::{SourceTree, TreeEntry};
use selfopt_syntax::Language;

use crate::instrument;

/// Larger files are data.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// `texts`, and every other file that a compiler may check against them, none
/// of which is checked any more.
pub(crate) fn unchecked(
    tree: &dyn SourceTree,
    mut texts: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    // Nothing is checked against a tree that stays as it is.
    if texts.is_empty() {
        return texts;
    }
    let checks_javascript = checks_javascript(tree);
    let is_checked = |path: &str| {
        Language::from_path(path).is_some_and(|one| checks_javascript || one.is_typescript())
    };
    for (_, text) in texts.iter_mut().filter(|(path, _)| is_checked(path)) {
        *text = instrument::unchecked(text);
    }
    let plain = |entry: &&TreeEntry| entry.symlink.is_none() && entry.size <= MAX_FILE_BYTES;
    for entry in tree.entries().iter().filter(plain).filter(|entry| is_checked(&entry.path)) {
        if texts.contains_key(&entry.path) {
            continue;
        }
        if let Some(text) = tree.text(&entry.path) {
            texts.insert(entry.path.clone(), instrument::unchecked(&text));
        }
    }
    texts
}

/// Whether a configuration of the compiler names JavaScript files, too.
fn checks_javascript(tree: &dyn SourceTree) -> bool {
    let is_configuration = |entry: &&TreeEntry| {
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        (name.starts_with("tsconfig") || name.starts_with("jsconfig"))
            && name.rsplit_once('.').is_some_and(|(_, extension)| extension == "json")
            && entry.size <= MAX_FILE_BYTES
    };
    let mut configurations = tree.entries().iter().filter(is_configuration);
    configurations.any(|entry| tree.text(&entry.path).is_some_and(|text| text.contains("checkJs")))
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    const MARK: &str = "/* eslint-disable */// @ts-nocheck\n";

    fn marked(files: &[(&str, &str)]) -> Vec<String> {
        let tree = MemoryTree::new(files.iter().copied());
        let instrumented = BTreeMap::from([("src/a.ts".to_owned(), "f($p0: any)".to_owned())]);
        let texts = unchecked(&tree, instrumented);
        assert!(texts.values().all(|text| text.starts_with(MARK)), "{texts:?}");
        texts.into_keys().collect()
    }

    #[test]
    fn files_that_check_against_instrumented_ones_are_not_checked() {
        let files = [
            ("src/a.ts", "export function f(x: number[]): number[] { return x; }\n"),
            ("src/b.js", "export const b = 1;\n"),
            ("src/c.d.ts", "export {};\n"),
            ("test/a.test.ts", "f([1]).map((one) => one + 1);\n"),
            ("test/b.tsx", "f([1]);\n"),
            ("tsconfig.json", "{ \"compilerOptions\": { \"strict\": true } }"),
        ];
        assert_eq!(marked(&files), ["src/a.ts", "test/a.test.ts", "test/b.tsx"]);
        let mut checked = files;
        checked[5].1 = "{ \"compilerOptions\": { \"checkJs\": true } }";
        assert_eq!(marked(&checked), ["src/a.ts", "src/b.js", "test/a.test.ts", "test/b.tsx"]);
    }

    #[test]
    fn a_tree_without_instrumented_files_stays_as_it_is() {
        let tree = MemoryTree::new([("a.ts", "let a = 1;\n")]);
        assert_eq!(unchecked(&tree, BTreeMap::new()), BTreeMap::new());
    }
}
