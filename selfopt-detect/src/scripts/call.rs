//! What one command calls: package scripts, other command lines, tasks of
//! every package, or a program.

use super::managers::manager_call;
use super::names::matching;
use super::runners::{concurrently, run_all, task_runner};
use crate::kind::is_known;
use crate::manifest::Manifest;
use crate::shell::is_assignment;

/// What a command calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// Scripts of this package. Whether nothing but the scripts is called: no
    /// arguments, assignments or wrappers.
    Scripts {
        /// Their names.
        names: Vec<String>,
        /// Whether the call adds nothing.
        plain: bool,
    },
    /// Command lines given as arguments.
    Lines(Vec<String>),
    /// Tasks or scripts of other packages.
    Tasks(Vec<String>),
    /// A program with its arguments, without wrappers.
    Program(Vec<String>),
}

/// Words of one command that are looked at; `yarn yarn yarn …` is a call each.
const MAX_WORDS: usize = 400;

/// Finds out what these words call.
pub(crate) fn resolve(words: &[String], manifest: &Manifest) -> Call {
    let words = words.get(..MAX_WORDS).unwrap_or(words);
    // `cross-env-shell "A=1 jest && tsc"`.
    if let [first, .., line] = words
        && first == "cross-env-shell"
        && line.contains(' ')
    {
        return Call::Lines(vec![line.clone()]);
    }
    let core = unwrapped(words);
    let plain = core.len() == words.len();
    let Some((program, args)) = core.split_first() else {
        return Call::Program(Vec::new());
    };
    match program.as_str() {
        "npm" | "pnpm" | "yarn" | "bun" => manager_call(program, args, plain, manifest),
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" => run_all(args, manifest),
        "concurrently" | "conc" => concurrently(args, manifest),
        "sh" | "bash"
            if args.first().is_some_and(|arg| matches!(arg.as_str(), "-c" | "-lc" | "-ec")) =>
        {
            Call::Lines(args.get(1).cloned().into_iter().collect())
        }
        "turbo" | "nx" | "lerna" | "lage" | "wsrun" | "ultra" => {
            task_runner(program, args, manifest)
        }
        "node" if args.first().is_some_and(|arg| arg == "--run") => script_call(
            args.get(1).into_iter().cloned().collect(),
            plain && args.len() == 2,
            manifest,
        ),
        _ => Call::Program(core.to_vec()),
    }
}

/// The words after assignments and wrappers such as `cross-env` and `npx`.
pub(crate) fn unwrapped(words: &[String]) -> &[String] {
    let mut rest = words;
    loop {
        let Some((first, args)) = rest.split_first() else {
            return rest;
        };
        let second = args.first().map_or("", String::as_str);
        rest = match first.as_str() {
            _ if is_assignment(first) => args,
            "cross-env" | "cross-env-shell" | "env" | "time" | "exec" | "command" | "is-ci"
            | "nice" | "npx" | "bunx" | "pnpx" => skip_flags(args),
            "npm" | "pnpm" | "yarn" | "bun" if matches!(second, "exec" | "dlx" | "x") => {
                skip_flags(args.get(1..).unwrap_or_default())
            }
            "env-cmd" | "dotenv" | "dotenvx" | "c8" | "nyc" | "c8-nyc" | "if-node-version"
            | "retry" | "timeout" | "infisical" => {
                match args.iter().position(|word| is_known(word)) {
                    Some(at) => args.get(at..).unwrap_or_default(),
                    None => return rest,
                }
            }
            _ => return rest,
        };
    }
}

/// The assignments among the words before the program, wrappers' included.
pub(crate) fn assignments(words: &[String]) -> Vec<String> {
    let n_before = words.len() - unwrapped(words).len();
    let before = words.get(..n_before).unwrap_or_default();
    before.iter().filter(|word| is_assignment(word)).cloned().collect()
}

/// Whether the command fetches its program anew, whatever is installed:
/// `pnpm dlx x`, `npx x@latest`, `npx --package=x@5 y`.
pub(crate) fn downloads(words: &[String]) -> bool {
    let core = unwrapped(words);
    let before = words.get(..words.len() - core.len()).unwrap_or_default();
    let is_runner =
        |word: &String| matches!(word.as_str(), "npx" | "bunx" | "pnpx" | "exec" | "dlx" | "x");
    // The scope of `@scope/name` is no version.
    let has_version = |name: &str| name.get(1..).is_some_and(|rest| rest.contains('@'));
    let package = |word: &String| {
        let name = word.strip_prefix("--package=").or_else(|| word.strip_prefix("-p="));
        name.is_some_and(has_version)
    };
    before.iter().any(is_runner)
        && (before.iter().any(|word| word == "dlx")
            || before.iter().any(package)
            || core
                .first()
                .is_some_and(|program| !program.contains('/') || program.starts_with('@'))
                && core.first().is_some_and(|program| has_version(program)))
}

/// The words after the flags at the start.
pub(super) fn skip_flags(args: &[String]) -> &[String] {
    let n_flags = args.iter().take_while(|arg| arg.starts_with('-')).count();
    args.get(n_flags..).unwrap_or_default()
}

/// The scripts of this name, or nothing that runs.
pub(super) fn script_call(names: Vec<String>, plain: bool, manifest: &Manifest) -> Call {
    let mut found = Vec::new();
    for name in names {
        found.extend(matching(&name, manifest));
    }
    if found.is_empty() { Call::Program(Vec::new()) } else { Call::Scripts { names: found, plain } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::whole_file;
    use crate::manifest::Script;
    use crate::shell::split;

    fn manifest(names: &[&str]) -> Manifest {
        let scripts = names.iter().map(|name| Script {
            name: (*name).to_owned(),
            text: String::new(),
            line: whole_file("package.json"),
        });
        Manifest::of_scripts(scripts.collect())
    }

    fn call(line: &str) -> Call {
        let manifest =
            manifest(&["test", "lint", "build:a", "build:b", "build:b:c", "test:unit", "unit"]);
        resolve(&split(line)[0].words, &manifest)
    }

    fn scripts(names: &[&str], plain: bool) -> Call {
        Call::Scripts { names: names.iter().map(|name| (*name).to_owned()).collect(), plain }
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn calls_of_scripts_are_found() {
        let cases = [
            ("npm test", scripts(&["test"], true)),
            ("npm t", scripts(&["test"], true)),
            ("npm run lint", scripts(&["lint"], true)),
            ("npm run lint -- --fix", scripts(&["lint"], false)),
            ("npm run --silent lint", scripts(&["lint"], true)),
            ("yarn test:unit", scripts(&["test:unit"], true)),
            ("pnpm run /^test/", scripts(&["test", "test:unit"], true)),
            ("node --run lint", scripts(&["lint"], true)),
            ("cross-env A=1 yarn unit", scripts(&["unit"], false)),
            ("c8 --reporter text pnpm unit", scripts(&["unit"], false)),
            ("run-p build:*", scripts(&["build:a", "build:b"], true)),
            ("run-p --max-parallel 2 -l lint", scripts(&["lint"], true)),
            ("turbo run //#lint", scripts(&["lint"], false)),
            (
                "npm-run-all --parallel build:** 'lint src'",
                scripts(&["build:a", "build:b", "build:b:c", "lint"], true),
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), expected, "{line}");
        }
    }

    #[test]
    fn programs_lose_their_wrappers() {
        let cases = [
            ("npx jest --ci", "jest --ci"),
            ("NODE_ENV=test nyc --all mocha -R dot", "mocha -R dot"),
            ("pnpm exec playwright test", "playwright test"),
            ("yarn jest a", "jest a"),
            ("yarn run jest", "jest"),
            ("bun test", "bun test"),
            ("npm install", "npm install"),
            ("pnpm publish", "pnpm publish"),
            ("nyc report", "nyc report"),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), Call::Program(words(expected)), "{line}");
        }
    }

    #[test]
    fn tasks_of_other_packages_are_named() {
        let cases = [
            ("turbo run test", "test"),
            ("turbo run lint test --parallel", "lint test"),
            ("turbo --filter=./packages/* build", "build"),
            ("nx run-many --targets=lint,test:lib", "lint test:lib"),
            ("nx affected --target=build", "build"),
            ("nx test", "test"),
            ("nx run app:build", "build"),
            ("lerna run test --scope a", "test"),
            ("lerna run --stream test", "test"),
            ("lage build test --verbose", "build test"),
            ("turbo run web#build", "build"),
            ("yarn lerna exec --concurrency 1 yarn test", "test"),
            ("pnpm -r --if-present test", "test"),
            ("pnpm --filter ./site build", "build"),
            ("pnpm run --parallel --filter=./packages/* typecheck", "typecheck"),
            ("yarn workspaces foreach -A --include 'x' run build", "build"),
            ("yarn workspace a test", "test"),
            ("npm run lint --workspaces --if-present", "lint"),
        ];
        for (line, expected) in cases {
            assert_eq!(call(line), Call::Tasks(words(expected)), "{line}");
        }
    }

    #[test]
    fn lines_given_as_arguments_are_taken_apart() {
        assert_eq!(
            call("concurrently -n a,b 'npm:lint' 'npm run unit -- -w'"),
            Call::Lines(vec!["npm run lint ".into(), "npm run unit -- -w".into()])
        );
        assert_eq!(
            call("concurrently pnpm:lint yarn:build:*"),
            Call::Lines(
                ["lint ", "build:a ", "build:b "].map(|name| format!("npm run {name}")).into()
            )
        );
        assert_eq!(call("sh -c 'a && b'"), Call::Lines(vec!["a && b".into()]));
        assert_eq!(call("cross-env-shell 'A=1 a && b'"), Call::Lines(vec!["A=1 a && b".into()]));
    }
}
