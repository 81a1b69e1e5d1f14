//! The core and the syntax tree do no input or output: no files, processes, environment, network or
//! clock. The linter's list of disallowed methods would forbid them to the tests too.

use super::files::{SourceFile, SourceTree};

const PURE: [&str; 2] = ["selfopt-core/src/", "selfopt-syntax/src/"];

const FORBIDDEN: [&str; 7] = [
    "std::fs",
    "std::process",
    "std::env",
    "std::net",
    "Instant::now",
    "SystemTime::now",
    "thread::sleep",
];

/// Names each line that does.
pub(super) fn check(tree: &SourceTree) -> Vec<String> {
    let pure = tree
        .with_extension("rs")
        .filter(|file| PURE.iter().any(|folder| file.path.starts_with(folder)) && !file.is_test());
    pure.flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    for (line_number, line) in (1..).zip(file.lines_without_tests()) {
        let is_comment = line.trim_start().starts_with("//");
        for forbidden in FORBIDDEN {
            if !is_comment && line.contains(forbidden) {
                let path = &file.path;
                findings.push(format!(
                    "{path}:{line_number} uses `{forbidden}`; it comes in through a port"
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_of_pure_crates_counts() {
        let tree = SourceTree::from_files(&[
            ("selfopt-core/src/a.rs", "//! not `std::fs`\nuse std::fs;\n"),
            ("selfopt-core/src/b.rs", "#[cfg(test)]\nmod tests {\nuse std::fs;\n}\n"),
            ("selfopt-store/src/c.rs", "use std::fs;\n"),
        ]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("selfopt-core/src/a.rs:2 uses `std::fs`"));
    }
}
