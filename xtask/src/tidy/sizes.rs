//! Files stay readable: at most 500 lines, without the unit tests at their end.
//! A file that is test code as a whole is held to the same.

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
                "{} has {n_lines} lines without unit tests, allowed are {MAX_LINES}",
                file.path
            ));
        }
    }
    findings
}

fn is_exempt(file: &SourceFile) -> bool {
    let in_exempt_folder = file.path.split('/').any(|part| EXEMPT_FOLDERS.contains(&part));
    let is_generated = file.text.lines().take(5).any(|line| line.contains(GENERATED_MARK));
    in_exempt_folder || is_generated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_tests_and_generated_files_do_not_count() {
        let long = "x\n".repeat(501);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}\n", "x\n".repeat(500));
        let declaring = format!("#[cfg(test)]\nmod tests;\n{long}");
        let generated = format!("// @generated\n{long}");
        let tree = SourceTree::from_files(&[
            ("a/src/long.rs", &long),
            ("a/src/tested.rs", &tested),
            ("a/src/generated.rs", &generated),
            ("a/src/data/table.rs", &long),
            ("a/src/declaring.rs", &declaring),
            ("a/src/tests.rs", &long),
            ("a/tests/all/main.rs", &long),
        ]);
        let says = |path, n| format!("{path} has {n} lines without unit tests, allowed are 500");
        assert_eq!(
            check(&tree),
            [
                says("a/src/long.rs", 501),
                says("a/src/declaring.rs", 503),
                says("a/src/tests.rs", 501),
                says("a/tests/all/main.rs", 501),
            ]
        );
    }
}
