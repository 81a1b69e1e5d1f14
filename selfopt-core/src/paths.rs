//! What a path says about a file: whether it is source that may be changed, or
//! a test, a configuration, generated or vendored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of files that are told apart by their paths alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PathClass {
    /// Code of the project.
    Source,
    /// Tests, their fixtures and snapshots.
    Test,
    /// Benchmarks.
    Benchmark,
    /// Written by a tool, or minified.
    Generated,
    /// Other people's code.
    Vendored,
    /// Examples and documentation.
    Documentation,
    /// Configuration of the project or its tools.
    Configuration,
    /// `package.json` and lock files.
    Dependencies,
    /// Not JavaScript or TypeScript.
    Other,
}

impl PathClass {
    /// A word for messages: "a test file".
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Source => "a source file",
            Self::Test => "a test file",
            Self::Benchmark => "a benchmark file",
            Self::Generated => "a generated file",
            Self::Vendored => "a vendored file",
            Self::Documentation => "an example or documentation file",
            Self::Configuration => "a configuration file",
            Self::Dependencies => "a dependency file",
            Self::Other => "not a JavaScript or TypeScript file",
        }
    }
}

/// Classifies a path relative to the project root, written with `/`.
pub fn classify(path: &str) -> PathClass {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let within = |names: &[&str]| folders.split('/').any(|folder| names.contains(&folder));

    if within(&[
        "node_modules",
        "bower_components",
        "vendor",
        "vendored",
        "third_party",
        "third-party",
        ".yarn",
    ]) {
        return PathClass::Vendored;
    }
    if is_dependency_file(name) {
        return PathClass::Dependencies;
    }
    if is_configuration(folders, name) {
        return PathClass::Configuration;
    }
    if selfopt_syntax::Language::from_path(&lower).is_none() {
        return if name.ends_with(".d.ts") || name.ends_with(".d.mts") || name.ends_with(".d.cts") {
            PathClass::Generated
        } else {
            PathClass::Other
        };
    }
    if within(&[
        "dist",
        "build",
        "out",
        "lib-cov",
        "coverage",
        "generated",
        "__generated__",
        ".next",
        "esm",
        "cjs",
        "umd",
    ]) || name.contains(".min.")
        || name.contains(".generated.")
        || name.contains(".gen.")
        || name.contains("_pb.")
        || name.contains(".bundle.")
    {
        return PathClass::Generated;
    }
    if is_test(folders, name) {
        return PathClass::Test;
    }
    if within(&["bench", "benches", "benchmark", "benchmarks", "perf"])
        || name.contains(".bench.")
        || name.starts_with("bench.")
        || name.starts_with("benchmark.")
    {
        return PathClass::Benchmark;
    }
    if within(&[
        "docs",
        "doc",
        "examples",
        "example",
        "demo",
        "demos",
        "website",
        "storybook",
        "stories",
    ]) || name.contains(".stories.")
    {
        return PathClass::Documentation;
    }
    PathClass::Source
}

fn is_dependency_file(name: &str) -> bool {
    matches!(
        name,
        "package.json"
            | "package-lock.json"
            | "npm-shrinkwrap.json"
            | "pnpm-lock.yaml"
            | "pnpm-workspace.yaml"
            | "yarn.lock"
            | "bun.lock"
            | "bun.lockb"
            | "deno.lock"
    )
}

fn is_configuration(folders: &str, name: &str) -> bool {
    let stem_is_config = name.contains(".config.") || name.contains(".conf.");
    let rc = name.starts_with('.');
    let json = name.starts_with("tsconfig") || name.starts_with("jsconfig");
    let task_file = matches!(
        name,
        "gulpfile.js"
            | "gruntfile.js"
            | "jakefile"
            | "jakefile.js"
            | "makefile.js"
            | "selfopt.toml"
    );
    let ci = folders.split('/').next() == Some(".github")
        || folders.split('/').any(|folder| folder.starts_with('.'));
    stem_is_config || rc || json || task_file || ci
}

fn is_test(folders: &str, name: &str) -> bool {
    let folder = folders.split('/').any(|folder| {
        matches!(
            folder,
            "test"
                | "tests"
                | "__tests__"
                | "spec"
                | "specs"
                | "__mocks__"
                | "__fixtures__"
                | "fixtures"
                | "fixture"
                | "__snapshots__"
                | "e2e"
                | "cypress"
                | "playwright"
                | "testing"
        )
    });
    let marked = [".test.", ".spec.", "-test.", "-spec.", "_test.", "_spec.", ".e2e.", ".cy."]
        .iter()
        .any(|mark| name.contains(mark));
    folder || marked || name.starts_with("test.") || name.starts_with("tests.")
}

/// Whether the text looks like the output of a tool: an `@generated` mark near
/// its start, or lines too long for a person to have written them.
pub fn looks_generated(text: &str) -> bool {
    let head = text.char_indices().nth(2000).map_or(text, |(end, _)| &text[..end]);
    if head.contains("@generated")
        || head.contains("DO NOT EDIT")
        || head.contains("automatically generated")
    {
        return true;
    }
    let lines = text.lines().count().max(1);
    text.len() / lines > 200
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let cases = [
            ("src/cart.ts", PathClass::Source),
            ("index.js", PathClass::Source),
            ("src/testimonials.ts", PathClass::Source),
            ("src/cart.test.ts", PathClass::Test),
            ("test/cart.ts", PathClass::Test),
            ("bench.js", PathClass::Benchmark),
            ("bench/run.ts", PathClass::Benchmark),
            ("dist/cart.js", PathClass::Generated),
            ("src/cart.min.js", PathClass::Generated),
            ("src/types.d.ts", PathClass::Generated),
            ("node_modules/a/index.js", PathClass::Vendored),
            ("rollup.config.js", PathClass::Configuration),
            (".github/scripts/a.js", PathClass::Configuration),
            ("tsconfig.build.json", PathClass::Configuration),
            ("packages/a/package.json", PathClass::Dependencies),
            ("examples/a.js", PathClass::Documentation),
            ("README.md", PathClass::Other),
        ];
        for (path, class) in cases {
            assert_eq!(classify(path), class, "{path}");
        }
    }

    #[test]
    fn minified_and_marked_files_look_generated() {
        assert!(looks_generated("// @generated by a tool\nexport const a = 1;\n"));
        assert!(looks_generated(&"a=1;".repeat(200)));
        assert!(!looks_generated("export const a = 1;\n"));
    }
}
