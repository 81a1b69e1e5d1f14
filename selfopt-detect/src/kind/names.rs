//! What a script's or task's name says about it.

use super::{Kind, programs};

/// The parts of a script's name: `test:unit-node` → test, unit, node.
pub(crate) fn tokens(name: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            tokens.push(String::new());
        }
        was_lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(last) = tokens.last_mut()
        {
            last.extend(c.to_lowercase());
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// Words and what they say, the strongest first: `test:build:watch` watches.
const WORDS: [(Kind, &[&str]); 20] = [
    (Kind::Watch, &["watch", "watcher", "dev", "debug", "inspect", "hot", "tdd"]),
    (Kind::Publish, &["publish", "release", "deploy", "upload", "push", "version", "changeset"]),
    (Kind::UpdatesFiles, &["update", "snap", "snapshot", "snapshots", "fix", "write"]),
    (Kind::Partial, &["onlychanged", "changed", "affected", "failed"]),
    (Kind::Docker, &["docker", "dockers", "container"]),
    (
        Kind::Network,
        &[
            "download", "fetch", "sync", "link", "links", "live", "network", "online", "remote",
            "audit",
        ],
    ),
    (Kind::Install, &["install", "bootstrap", "deps", "setup"]),
    (Kind::Migrate, &["migrate", "migration", "migrations", "seed"]),
    (
        Kind::Browser,
        &[
            "browser",
            "browsers",
            "karma",
            "cypress",
            "playwright",
            "sauce",
            "selenium",
            "chrome",
            "firefox",
            "webkit",
            "safari",
            "headless",
            "puppeteer",
            "visual",
            "screenshot",
            "screenshots",
            "storybook",
            "wdio",
            "testem",
        ],
    ),
    (
        Kind::Integration,
        &[
            "e2e",
            "integration",
            "integrations",
            "acceptance",
            "system",
            "regression",
            "fuzz",
            "fuzzonly",
            "mutation",
            "stress",
            "load",
            "extensive",
            "canary",
            "examples",
            "example",
        ],
    ),
    (Kind::Bench, &["bench", "benchmark", "benchmarks", "perf", "performance"]),
    (Kind::Docs, &["doc", "docs", "documentation", "website", "www", "demo", "site", "storybook"]),
    (Kind::Lint, &["lint", "linter", "lintfix", "spelling", "spell", "style"]),
    (Kind::Format, &["format", "fmt", "pretty", "prettier"]),
    (
        Kind::Typecheck,
        &[
            "types",
            "type",
            "typing",
            "typings",
            "typecheck",
            "typechecks",
            "tsc",
            "ts",
            "dts",
            "typescript",
            "flow",
        ],
    ),
    (
        Kind::PackageTest,
        &[
            "size", "attw", "publint", "exports", "umd", "cjs", "esm", "package", "pack",
            "prebuild", "versions", "smoke",
        ],
    ),
    (Kind::NeedsSetup, &["db", "database", "env"]),
    (
        Kind::Test,
        &[
            "test", "tests", "unit", "spec", "specs", "testonly", "mocha", "jest", "vitest", "ava",
            "tape", "uvu", "tap", "jasmine",
        ],
    ),
    (
        Kind::Build,
        &[
            "build",
            "compile",
            "dist",
            "bundle",
            "transpile",
            "rollup",
            "webpack",
            "esbuild",
            "prod",
        ],
    ),
    (Kind::Codegen, &["generate", "gen", "codegen", "grammar", "generated", "proto", "prepare"]),
];

/// What the name alone says.
pub(crate) fn from_name(name: &str) -> Kind {
    let tokens = tokens(name);
    let is_test = has(&tokens, Kind::Test);
    let is_build = has(&tokens, Kind::Build);
    let of_tool = tokens
        .iter()
        .map(|token| programs::kind_of(token, &[]))
        .find(|kind| matches!(kind, Kind::Lint | Kind::Format | Kind::PackageTest | Kind::Browser));
    let checks_types =
        tokens.iter().any(|token| matches!(token.as_str(), "types" | "typecheck" | "tsc"));
    for (kind, words) in WORDS {
        if !tokens.iter().any(|token| words.contains(&token.as_str())) {
            continue;
        }
        match kind {
            // `test:build` tests what was built.
            // `lint:tsc`, `lint-types`.
            Kind::Lint if checks_types => return Kind::Typecheck,
            // `test:eslint`.
            Kind::Test if of_tool.is_some() => break,
            Kind::Test if is_build => return Kind::PackageTest,
            // `build:esm`, `build-db` are builds; `test:esm` is a test of a format.
            Kind::PackageTest | Kind::Typecheck | Kind::NeedsSetup if is_build && !is_test => {}
            Kind::PackageTest if !is_test => {}
            _ => return kind,
        }
    }
    of_tool.unwrap_or(Kind::Other)
}

fn has(tokens: &[String], wanted: Kind) -> bool {
    WORDS.iter().any(|(kind, words)| {
        *kind == wanted && tokens.iter().any(|token| words.contains(&token.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_marks_and_humps() {
        assert_eq!(tokens("test:unit-Node_x.y"), ["test", "unit", "node", "x", "y"]);
        assert_eq!(tokens("testUnit"), ["test", "unit"]);
        assert_eq!(tokens("::"), Vec::<String>::new());
    }

    #[test]
    fn names_say_what_runs() {
        let cases = [
            ("test", Kind::Test),
            ("unit", Kind::Test),
            ("test:unit", Kind::Test),
            ("test:watch", Kind::Watch),
            ("test:e2e", Kind::Integration),
            ("test-browser", Kind::Browser),
            ("test:types", Kind::Typecheck),
            ("test:eslint", Kind::Lint),
            ("test:lint", Kind::Lint),
            ("test:build", Kind::PackageTest),
            ("test:umd", Kind::PackageTest),
            ("test:update", Kind::UpdatesFiles),
            ("build:esm", Kind::Build),
            ("build:types", Kind::Build),
            ("build-db", Kind::Build),
            ("check-db", Kind::NeedsSetup),
            ("docs:build", Kind::Docs),
            ("benchmark", Kind::Bench),
            ("test:perf", Kind::Bench),
            ("lint:tsc", Kind::Typecheck),
            ("lint:ts", Kind::Lint),
            ("clean", Kind::Other),
        ];
        for (name, expected) in cases {
            assert_eq!(from_name(name), expected, "{name}");
        }
    }
}
