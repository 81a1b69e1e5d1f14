//! What programs do: the table, and rules for those that do several things.

use super::Kind;
use super::names::from_name;
use super::table::{INTERPRETERS, PROGRAMS};

/// What a program does with these arguments.
pub(super) fn kind_of(program: &str, args: &[String]) -> Kind {
    let first = args.first().map_or("", String::as_str);
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    match program {
        "vitest" if matches!(first, "bench") => Kind::Bench,
        "vitest" if in_browser(args) => Kind::Browser,
        "playwright" | "cypress" if matches!(first, "install" | "install-deps" | "verify") => {
            Kind::Install
        }
        "playwright" | "cypress" if matches!(first, "open" | "codegen" | "show-report") => {
            Kind::Watch
        }
        "tsc" | "tsgo" if no_emit(args) => Kind::Typecheck,
        "vue-tsc" | "svelte-check" if has("--emitDeclarationOnly") || has("--declaration") => {
            Kind::Build
        }
        "biome" | "rome" => {
            if first == "format" {
                Kind::Format
            } else {
                Kind::Lint
            }
        }
        "deno" => match first {
            "test" => Kind::Test,
            "lint" => Kind::Lint,
            "fmt" => Kind::Format,
            "check" => Kind::Typecheck,
            "bench" => Kind::Bench,
            _ => Kind::Other,
        },
        "bun" if first == "test" => Kind::Test,
        "bun" if first == "build" || first == "build.ts" || first == "build.js" => Kind::Build,
        "bun" => interpreted(args),
        "prisma" => match first {
            "generate" => Kind::Codegen,
            "validate" | "format" => Kind::Lint,
            "studio" => Kind::Server,
            _ => Kind::Migrate,
        },
        "drizzle-kit" => {
            if matches!(first, "generate" | "check") {
                Kind::Codegen
            } else {
                Kind::Migrate
            }
        }
        "vite" | "next" | "nuxt" | "nuxi" | "astro" | "remix" | "react-router" | "gatsby"
        | "nest" | "ng" | "react-scripts" | "vue-cli-service" | "craco" | "parcel" | "rsbuild"
        | "rspack" | "quasar" | "umi" | "max" | "tsdx" | "dts" | "kcd-scripts" | "aegir"
        | "wxt" | "electron-vite" | "preconstruct" | "storybook" | "docusaurus" | "vuepress"
        | "vitepress" | "dumi" | "eleventy" | "hexo" | "typedoc" | "jsdoc" | "lerna-lite" => {
            framework(program, first)
        }
        "webpack" | "webpack-cli" if first == "serve" => Kind::Server,
        "gulp" | "grunt" | "jake" | "make" | "hereby" | "just" | "task" | "wireit" | "moon"
        | "rush" => task(args),
        "npm" | "pnpm" | "yarn" => package_manager(first, args),
        "git" => {
            if matches!(
                first,
                "push" | "commit" | "tag" | "checkout" | "config" | "add" | "pull" | "reset"
            ) {
                Kind::Publish
            } else {
                Kind::Other
            }
        }
        "go" | "cargo" => {
            if first == "test" {
                Kind::Test
            } else {
                Kind::Build
            }
        }
        "test" => Kind::Housekeeping,
        "nyc" | "c8" => Kind::Other,
        _ if INTERPRETERS.contains(&program) => interpreted(args),
        _ => PROGRAMS
            .iter()
            .find(|(_, programs)| programs.contains(&program))
            .map_or_else(|| script_file(program), |(kind, _)| *kind),
    }
}

/// Whether the program both compiles and checks.
pub(super) fn is_type_checker(program: &str) -> bool {
    matches!(program, "tsc" | "tsgo" | "vue-tsc" | "ttsc")
}

/// Whether this is a program that detection knows.
pub(crate) fn is_known(program: &str) -> bool {
    INTERPRETERS.contains(&program)
        || matches!(program, "npm" | "pnpm" | "yarn" | "bun" | "npx")
        || !matches!(kind_of(program, &[]), Kind::Other | Kind::Housekeeping | Kind::MaybeTest)
}

fn in_browser(args: &[String]) -> bool {
    args.iter().any(|arg| {
        arg == "--browser"
            || arg.starts_with("--browser.")
            || arg.strip_prefix("--browser=").is_some_and(|value| value != "false")
    })
}

fn no_emit(args: &[String]) -> bool {
    args.iter().enumerate().any(|(idx, arg)| {
        arg.eq_ignore_ascii_case("--noEmit")
            && args.get(idx + 1).is_none_or(|value| value != "false")
    })
}

fn framework(program: &str, command: &str) -> Kind {
    match command {
        "build" | "build:lib" | "generate" | "compile" | "export" => match program {
            "storybook" | "docusaurus" | "vuepress" | "vitepress" | "dumi" | "eleventy"
            | "hexo" => Kind::Docs,
            _ => Kind::Build,
        },
        "test" | "test:unit" if program == "ng" => Kind::Browser,
        "test" | "test:unit" => Kind::Test,
        "lint" => Kind::Lint,
        "check" | "typecheck" => Kind::Typecheck,
        "typegen" | "sync" | "prepare" | "codegen" => Kind::Codegen,
        "clean" | "info" => Kind::Housekeeping,
        _ if matches!(program, "typedoc" | "jsdoc" | "hexo") => Kind::Docs,
        _ => Kind::Server,
    }
}

/// A task runner's task, judged by its name.
fn task(args: &[String]) -> Kind {
    let tasks: Vec<_> =
        args.iter().filter(|arg| !arg.starts_with('-')).map(|arg| from_name(arg)).collect();
    match tasks.as_slice() {
        [] => Kind::Other,
        [first, ..] => *first,
    }
}

fn package_manager(command: &str, args: &[String]) -> Kind {
    match command {
        "install" | "i" | "ci" | "add" | "clean-install" | "install-test" => Kind::Install,
        "publish" | "version" | "link" | "unlink" | "login" | "dist-tag" => Kind::Publish,
        "audit" | "outdated" => Kind::Network,
        "pack" => Kind::PackageTest,
        "" if args.is_empty() => Kind::Install,
        _ => Kind::Other,
    }
}

/// A file that an interpreter runs, judged by its path.
fn interpreted(args: &[String]) -> Kind {
    if args.iter().any(|arg| arg == "--test" || arg.starts_with("--test=")) {
        return Kind::Test;
    }
    // `node ./node_modules/.bin/mocha`, `node node_modules/jest/bin/jest.js`.
    if let Some((at, binary)) =
        args.iter().enumerate().find(|(_, arg)| arg.contains("node_modules/"))
    {
        let name = binary.rsplit('/').next().unwrap_or_default();
        let name = name.split('.').next().unwrap_or_default();
        return kind_of(name, args.get(at + 1..).unwrap_or_default());
    }
    // A script that starts another program: `node run.js mocha …`.
    let started = args.iter().enumerate().skip(1).find(|(_, arg)| {
        PROGRAMS
            .iter()
            .any(|(kind, names)| *kind != Kind::Housekeeping && names.contains(&arg.as_str()))
    });
    if let Some((at, program)) = started
        && !args.first().is_none_or(|arg| arg.starts_with('-'))
    {
        return kind_of(program, args.get(at + 1..).unwrap_or_default());
    }
    args.iter()
        .filter(|arg| !arg.starts_with('-'))
        .map(|arg| script_file(arg))
        .find(|kind| *kind != Kind::Other)
        .unwrap_or(Kind::Other)
}

/// A file that is run, judged by its path.
fn script_file(path: &str) -> Kind {
    if !path.contains('/') && !path.contains('.') {
        return Kind::Other;
    }
    let lower = path.to_lowercase();
    let parts: Vec<_> = lower.split(['/', '.', '-', '_']).collect();
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    if has(&["migrate", "migration", "migrations", "seed"]) {
        Kind::Migrate
    } else if has(&["e2e", "integration"]) {
        Kind::Integration
    } else if has(&["bench", "benchmark", "benchmarks", "perf"]) {
        Kind::Bench
    } else if has(&["fixtures", "scripts"]) && !has(&["test.sh", "sh"]) {
        Kind::Other
    } else if has(&["test", "tests", "spec", "specs", "tests"]) {
        Kind::MaybeTest
    } else {
        Kind::Other
    }
}
