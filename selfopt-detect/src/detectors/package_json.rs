//! The scripts of `package.json`.

use selfopt_core::{
    BenchKind, Claim, CommandSource, Detector, Fact, Phase, RejectedCommand, SourceTree,
};

use super::manager_for;
use super::rejections::rejection;
use crate::choose::test::Tests;
use crate::choose::{bench, build, test, typecheck};
use crate::ci;
use crate::evidence::{claim, note};
use crate::manifest::Manifest;
use crate::scripts::Scripts;
use crate::tree_facts::has_tests;

pub(super) struct PackageJson;

impl Detector for PackageJson {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let manifest = match Manifest::root(tree) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return Vec::new(),
            Err(broken) => return vec![*broken],
        };
        let ci = ci::read(tree);
        let manager = manager_for(so_far, tree, &manifest, &ci);
        let scripts = Scripts { manifest: &manifest, manager };
        let mut claims = Vec::new();
        if let Some(name) = &manifest.name {
            claims.push(claim(
                Fact::Name(name.value.clone()),
                0.95,
                CommandSource::Script,
                vec![name.line.clone()],
            ));
        }
        claims.extend(tests(tree, &scripts, &ci));
        let (build, refused) = build::choose(&scripts, &ci);
        if let Some(message) = refused
            && let Some(script) = manifest.script("build")
        {
            claims.push(note(
                message,
                "set `commands.build` in `selfopt.toml` to use another command",
                script.line.clone(),
            ));
        }
        claims.extend(build.map(|choice| choice.claim(Fact::Build)));
        let emits = tsconfig_emits(tree);
        claims.extend(
            typecheck::choose(&scripts, &ci, emits).map(|choice| choice.claim(Fact::Typecheck)),
        );
        claims.extend(bench::script(&scripts, &ci).map(|choice| {
            choice.claim(|cmd| Fact::Bench(cmd.map(|cmd| (BenchKind::Script, cmd))))
        }));
        claims
    }
}

fn tests(tree: &dyn SourceTree, scripts: &Scripts<'_>, ci: &ci::Ci) -> Vec<Claim> {
    match test::choose(scripts, ci) {
        Tests::Run(choice) if !has_tests(tree) && needs_named_files(scripts) => {
            let line = choice
                .evidence
                .first()
                .cloned()
                .unwrap_or_else(|| crate::evidence::whole_file("package.json"));
            let rejected = RejectedCommand {
                phase: Phase::Test,
                cmd: choice.cmd,
                reason: "finds no test file".to_owned(),
                evidence: line.clone(),
            };
            vec![
                claim(Fact::Test(None), 0.92, CommandSource::Script, choice.evidence),
                rejection(rejected),
                note(
                    "there is a test script, but no file looks like a test".to_owned(),
                    "set `commands.test` in `selfopt.toml` if the tests have unusual names",
                    line,
                ),
            ]
        }
        Tests::Run(choice) => vec![choice.claim(Fact::Test)],
        Tests::Nothing { script, why } => {
            let evidence = super::super::choose::script_line(scripts, &script);
            let line = evidence.first().cloned();
            let mut claims = vec![claim(Fact::Test(None), 0.5, CommandSource::Script, evidence)];
            claims.extend(line.map(|line| {
                note(
                    format!("the script `{script}` runs no unit tests: {why}"),
                    "set `commands.test` in `selfopt.toml` to name a command that does",
                    line,
                )
            }));
            claims
        }
        Tests::Unknown => Vec::new(),
    }
}

/// Whether the runner finds tests by the usual names only: Jest or Vitest
/// without a word about other places.
pub(super) fn needs_named_files(scripts: &Scripts<'_>) -> bool {
    scripts.expand("test").is_some_and(|node| {
        let root = crate::scripts::Node::Script(node);
        let leaves = root.leaves();
        let mut tests = leaves.iter().filter(|leaf| leaf.kind.is_test()).peekable();
        tests.peek().is_some()
            && tests.all(|leaf| {
                let is_usual = leaf
                    .core
                    .first()
                    .is_some_and(|program| program == "jest" || program == "vitest");
                let says_place = |word: &String| {
                    word.contains('/')
                        || ["config", "dir", "root", "-c"].iter().any(|part| word.contains(part))
                };
                is_usual && !leaf.core.iter().any(says_place)
            })
    })
}

/// Whether a plain `tsc` writes files here.
pub(super) fn tsconfig_emits(tree: &dyn SourceTree) -> bool {
    let text = tree.text("tsconfig.json").unwrap_or_default();
    !crate::detectors::heuristics::option_is_on(&text, "noEmit")
}
