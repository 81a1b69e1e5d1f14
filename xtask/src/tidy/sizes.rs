//! Files stay readable: at most 500 lines without tests.

use super::files::{SourceFile, SourceTree};

const MAX_LINES: usize = 500;

/// Folders whose files are data or generated.
const EXEMPT_FOLDERS: [&str; 2] = ["generated", "data"];

/// A file that says this in its first lines is written by a program.
const GENERATED_MARK: &str = "@generated";

/// Names the files that are too long.
pub(super) fn check(tree: &SourceTree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.with_extension("rs") {
        let n_lines = file.lines_without_tests().count();
        if n_lines > MAX_LINES && !is_exempt(file) {
            findings.push(format!(
                "{} has {n_lines} lines without tests, allowed are {MAX_LINES}",
                file.path
            ));
        }
    }
    findings
}

fn is_exempt(file: &SourceFile) -> bool {
    let in_exempt_folder = file.path.split('/').any(|part| EXEMPT_FOLDERS.contains(&part));
    let is_generated = file.text.lines().take(5).any(|line| line.contains(GENERATED_MARK));
    in_exempt_folder || is_generated || file.is_test()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_generated_files_do_not_count() {
        let long = "x\n".repeat(501);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}\n", "x\n".repeat(500));
        let generated = format!("// @generated\n{long}");
        let tree = SourceTree::from_files(&[
            ("a/src/long.rs", &long),
            ("a/src/tested.rs", &tested),
            ("a/src/generated.rs", &generated),
            ("a/src/data/table.rs", &long),
            ("a/tests/all/main.rs", &long),
        ]);
        let findings = check(&tree);
        assert_eq!(findings, ["a/src/long.rs has 501 lines without tests, allowed are 500"]);
    }
}
