//! The command that checks types and writes nothing.

use selfopt_core::CommandSource;

use super::{Choice, leaf_command, script_choice, script_line};
use crate::ci::Ci;
use crate::kind::{Kind, tokens};
use crate::scripts::{Leaf, Node, Scripts};

/// Chooses among the scripts, then among their parts.
pub(crate) fn choose(scripts: &Scripts<'_>, ci: &Ci, tsconfig_emits: bool) -> Option<Choice> {
    let mut ranked: Vec<_> = scripts
        .manifest
        .scripts
        .iter()
        .enumerate()
        .filter_map(|(idx, script)| {
            Some((rank(scripts, &script.name, tsconfig_emits)?, idx, script.name.as_str()))
        })
        .collect();
    ranked.sort_unstable();
    if let Some((_, _, name)) = ranked.first() {
        return Some(script_choice(scripts, name, 0.85).confirmed_by(ci, scripts, &[name]));
    }
    part(scripts, tsconfig_emits).or_else(|| build(scripts))
}

/// Tools that test types beside the check.
const TYPE_TESTS: [&str; 3] = ["tsd", "tstyche", "dtslint"];

/// The tests of hand-written declarations: all the types there are where
/// nothing else is checked.
pub(crate) fn type_tests(scripts: &Scripts<'_>) -> Option<Choice> {
    scripts.manifest.scripts.iter().find_map(|script| {
        let node = Node::Script(scripts.expand(&script.name)?);
        let leaves = node.leaves();
        let tests_types = |leaf: &Leaf| {
            !leaf.elsewhere
                && leaf.kind != Kind::Watch
                && leaf.core.first().is_some_and(|name| TYPE_TESTS.contains(&name.as_str()))
        };
        let leaf = leaves.iter().find(|leaf| tests_types(leaf))?;
        if leaves.len() == 1 && leaf.script == script.name {
            return Some(script_choice(scripts, &script.name, 0.6));
        }
        // Called by name further down the list.
        if leaf.script != script.name && scripts.manifest.script(&leaf.script).is_some() {
            return None;
        }
        Some(Choice {
            cmd: leaf_command(scripts, leaf),
            confidence: 0.55,
            source: CommandSource::ScriptPart,
            evidence: script_line(scripts, &script.name),
            script: None,
        })
    })
}

/// How much a script looks like the type check; lower is better.
fn rank(scripts: &Scripts<'_>, name: &str, tsconfig_emits: bool) -> Option<u32> {
    let node = Node::Script(scripts.expand(name)?);
    let leaves = node.leaves();
    let checks = leaves.iter().filter(|leaf| is_check(leaf, tsconfig_emits)).count();
    let fits = leaves.iter().all(|leaf| {
        is_check(leaf, tsconfig_emits)
            || matches!(leaf.kind, Kind::Codegen | Kind::Housekeeping)
            || leaf.kind == Kind::Other
            || leaf.core.first().is_some_and(|program| TYPE_TESTS.contains(&program.as_str()))
    });
    if checks == 0 || !fits || is_beside_the_sources(scripts, &leaves) {
        return None;
    }
    let parts = tokens(name);
    let has = |words: &[&str]| parts.iter().any(|token| words.contains(&token.as_str()));
    if has(&[
        "watch", "changes", "changed", "staged", "www", "docs", "website", "demo", "example",
        "examples",
    ]) || name.starts_with("pre")
        || name.starts_with("post")
    {
        return None;
    }
    let by_name = match name {
        "typecheck" | "type-check" | "types:check" | "check-types" | "check:types" | "ts:check"
        | "tsc" | "check:ts" | "check-type" | "lint:types" | "lint:tsc" | "lint:ts"
        | "typecheck:all" => 0,
        "types" | "type" | "check:tsc" | "test:types" | "test:ts" | "test-types" | "lint-types" => {
            1
        }
        "check" | "lint" => 3,
        _ if has(&["typecheck", "types", "type", "typing", "tsc"]) => 2,
        _ => 4,
    };
    Some(by_name)
}

/// Whether nothing but data of tests is checked, or with Flow what the
/// TypeScript compiler checks as well.
fn is_beside_the_sources(scripts: &Scripts<'_>, leaves: &[&Leaf]) -> bool {
    let in_fixtures = |leaf: &&Leaf| {
        leaf.core.iter().any(|word| {
            word.split(['/', '=']).any(|part| matches!(part, "fixtures" | "__fixtures__"))
        })
    };
    let is_flow = |leaf: &&Leaf| leaf.core.first().is_some_and(|program| program == "flow");
    let has_compiler = scripts.manifest.depends_on("typescript");
    leaves.iter().all(|leaf| in_fixtures(leaf) || has_compiler && is_flow(leaf))
}

/// Whether a command checks types. A plain `tsc` does where the configuration
/// has `noEmit`, or where the script's name says that it checks.
fn is_check(leaf: &Leaf, tsconfig_emits: bool) -> bool {
    let is_plain = leaf.core.first().is_some_and(|program| program == "tsc" || program == "tsgo")
        && !leaf.core.iter().any(|word| {
            matches!(
                word.as_str(),
                "--outDir" | "--declaration" | "--emitDeclarationOnly" | "false"
            )
        });
    let says_check = || {
        tokens(&leaf.script).iter().any(|token| matches!(token.as_str(), "check" | "lint" | "test"))
    };
    leaf.kind == Kind::Typecheck
        || leaf.kind == Kind::Build && is_plain && (!tsconfig_emits || says_check())
}

/// `lint = standard && tsc`: the check inside of a script that does more.
fn part(scripts: &Scripts<'_>, tsconfig_emits: bool) -> Option<Choice> {
    scripts.manifest.scripts.iter().find_map(|script| {
        let node = Node::Script(scripts.expand(&script.name)?);
        let is_watch = node.leaves().iter().any(|leaf| leaf.kind == Kind::Watch);
        let leaves = node.leaves();
        let leaf = leaves.iter().find(|leaf| {
            !leaf.elsewhere
                && leaf.core.first().is_some_and(|program| matches!(program.as_str(), "tsc" | "tsgo" | "vue-tsc" | "svelte-check"))
                && is_check(leaf, tsconfig_emits)
                // Another configuration checks something else than the sources.
                && !leaf.core.iter().any(|word| matches!(word.as_str(), "-p" | "--project" | "--module"))
                // Nor are single files the sources.
                && !leaf.core.iter().skip(1).any(|word| word.contains(".ts") || word.contains('*'))
        });
        let leaf = leaf.filter(|_| !is_watch)?;
        Some(Choice {
            cmd: leaf_command(scripts, leaf),
            confidence: 0.72,
            source: CommandSource::ScriptPart,
            evidence: script_line(scripts, &script.name),
            script: None,
        })
    })
}

/// With project references the build is the check: `tsc --build`, or the
/// compiler run in every package.
fn build(scripts: &Scripts<'_>) -> Option<Choice> {
    let name =
        ["build", "compile"].into_iter().find(|name| scripts.manifest.script(name).is_some())?;
    let node = Node::Script(scripts.expand(name)?);
    let leaves = node.leaves();
    let is_build = leaves.iter().any(|leaf| {
        let is_references = leaf.core.first().is_some_and(|program| program == "tsc")
            && leaf.core.iter().any(|word| word == "-b" || word == "--build");
        let is_everywhere = leaf.core.first().is_some_and(|program| program == "lerna")
            && leaf.core.iter().any(|word| word == "tsc");
        is_references || is_everywhere
    });
    is_build.then(|| script_choice(scripts, name, 0.62))
}
