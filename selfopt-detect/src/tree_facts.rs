//! What the names of the files say: tests, sources, benchmarks.

use selfopt_core::SourceTree;

/// Folders whose files say nothing about the project's own code.
const FOREIGN: [&str; 17] = [
    "node_modules",
    "vendor",
    "third_party",
    "fixtures",
    "fixture",
    "__fixtures__",
    "examples",
    "example",
    "demo",
    "demos",
    "docs",
    "doc",
    "website",
    "site",
    "templates",
    "template",
    "dist",
];

/// Folders that hold tests.
const TEST_FOLDERS: [&str; 7] =
    ["test", "tests", "spec", "specs", "__tests__", "__test__", "unittest"];

/// Endings of files that Node or a bundler reads.
const CODE: [&str; 8] = [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"];

/// Whether any file looks like a test.
pub(crate) fn has_tests(tree: &dyn SourceTree) -> bool {
    tree.entries().iter().any(|entry| is_own(&entry.path) && is_test(&entry.path))
}

/// Whether this file looks like a test by its place or name.
pub(crate) fn is_test(path: &str) -> bool {
    let name = file_name(path);
    if !is_code(name) && ![".coffee", ".vue", ".svelte"].iter().any(|end| name.ends_with(end)) {
        return false;
    }
    in_test_folder(path)
        || [".test.", ".spec.", "-test.", "_test.", "-spec.", "_spec.", ".tests."]
            .iter()
            .any(|part| name.contains(part))
        || name.starts_with("test.")
        || name.starts_with("tests.")
        || name.starts_with("test-")
        || name.starts_with("spec.")
}

/// Whether TypeScript is checked here: own sources in it, or JavaScript that
/// the configuration asks to check.
pub(crate) fn has_typescript_sources(tree: &dyn SourceTree) -> bool {
    tree.entries().iter().any(|entry| {
        let path = entry.path.as_str();
        let name = file_name(path);
        let is_typescript = [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| name.ends_with(end));
        let is_declaration = [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end));
        let is_config = name.contains(".config.") || name.contains(".setup.");
        is_typescript && !is_declaration && !is_config && is_own(path) && !is_test(path)
    })
}

/// Whether a path is part of the project's own code.
pub(crate) fn is_own(path: &str) -> bool {
    !folders(path).any(|folder| FOREIGN.contains(&folder))
}

/// Whether the file holds code, by its ending.
pub(crate) fn is_code(path: &str) -> bool {
    CODE.iter().any(|end| path.ends_with(end)) && !path.contains(".d.")
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders of a path.
pub(crate) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit_once('/').map_or("", |(folder, _)| folder).split('/')
}

fn in_test_folder(path: &str) -> bool {
    folders(path).any(|folder| TEST_FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    #[test]
    fn tests_are_told_by_place_and_name() {
        for path in
            ["test/a.js", "src/a.test.ts", "src/__tests__/a.tsx", "test.js", "lib/a_spec.mjs"]
        {
            assert!(is_test(path), "{path}");
        }
        for path in ["src/a.ts", "test/data.json", "src/testing.ts", "src/latest.js"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn declarations_and_tests_are_no_typescript_sources() {
        let tree = |path: &str| MemoryTree::new([(path, "")]);
        for path in ["index.d.ts", "test/a.ts", "vite.config.ts", "examples/a.ts", "src/a.js"] {
            assert!(!has_typescript_sources(&tree(path)), "{path}");
        }
        assert!(has_typescript_sources(&tree("src/index.ts")));
    }
}
