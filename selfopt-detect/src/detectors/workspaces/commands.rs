//! What one package runs: the choice among its scripts as for a project of its
//! own, called from the root.

use selfopt_core::{
    BenchKind, CommandSource, DetectedBench, DetectedCommand, EvidenceLine, PackageManagerName,
    Ratio, SourceTree, WorkspacePackage,
};

use super::address::{inside, nx_target, run};
use super::members::Member;
use super::root_runner::RootRunner;
use crate::choose::test::Tests;
use crate::choose::{Choice, bench, build, test, typecheck};
use crate::ci::Ci;
use crate::detectors::heuristics::{option_is_on, solution_project};
use crate::detectors::package_json::{needs_named_files, tsconfig_emits};
use crate::evidence::whole_file;
use crate::manager::{exec_prefix, quote};
use crate::manifest::Manifest;
use crate::scripts::Scripts;
use crate::tree_facts::{has_tests, has_typescript_sources};

/// What is the same for every package.
pub(super) struct Context<'a> {
    pub(super) root: &'a Manifest,
    pub(super) manager: PackageManagerName,
    pub(super) runner: Option<RootRunner>,
}

/// A package, and the script that builds it where it is a script as it is.
pub(super) struct Found {
    pub(super) package: WorkspacePackage,
    pub(super) build_script: Option<String>,
}

impl Context<'_> {
    /// The package without its commands.
    pub(super) fn bare(member: &Member<'_>, depends_on: Vec<String>) -> Found {
        let package = WorkspacePackage {
            name: member.name.clone(),
            path: member.folder.to_owned(),
            depends_on,
            build_cmd: None,
            build_all: None,
            typecheck_cmd: None,
            test_cmd: None,
            bench: None,
        };
        Found { package, build_script: None }
    }

    /// The package with its commands.
    pub(super) fn found(&self, member: &Member<'_>, depends_on: Vec<String>) -> Found {
        let mut found = Self::bare(member, depends_on);
        let ci = Ci::default();
        let tree: &dyn SourceTree = &member.tree;
        let emits = tsconfig_emits(tree);
        let build = self.choose(member, |scripts| build::choose(scripts, &ci).0);
        found.build_script = build.as_ref().and_then(|(_, script)| script.clone());
        let package = &mut found.package;
        package.build_cmd = build.map(|(cmd, _)| cmd);
        package.typecheck_cmd = self
            .choose(member, |scripts| typecheck::choose(scripts, &ci, emits))
            .map(|(cmd, _)| cmd)
            .or_else(|| self.synthesized_typecheck(member));
        package.test_cmd = self
            .choose(member, |scripts| match test::choose(scripts, &ci) {
                Tests::Run(_) if !has_tests(tree) && needs_named_files(scripts) => None,
                Tests::Run(choice) => Some(choice),
                Tests::Nothing { .. } | Tests::Unknown => None,
            })
            .map(|(cmd, _)| cmd)
            .or_else(|| self.runner.as_ref()?.tests_of(member));
        package.bench = self
            .choose(member, |scripts| bench::script(scripts, &ci))
            .map(|(cmd, _)| cmd)
            .or_else(|| self.folder_bench(member))
            .map(|bench| DetectedBench {
                kind: BenchKind::Script,
                cmd: bench.cmd,
                confidence: bench.confidence,
                source: bench.source,
                evidence: bench.evidence,
                load: None,
            });
        found
    }

    /// A choice among the scripts of `package.json`, else among the targets of
    /// `project.json`, as a command at the root; and the script or target.
    fn choose(
        &self,
        member: &Member<'_>,
        choose: impl Fn(&Scripts<'_>) -> Option<Choice>,
    ) -> Option<(DetectedCommand, Option<String>)> {
        let scripts = Scripts { manifest: &member.manifest, manager: self.manager };
        if let Some(choice) = choose(&scripts) {
            let cmd = match &choice.script {
                Some(script) => run(self.manager, member, script),
                None => inside(member, &choice.cmd),
            };
            return Some((detected(cmd, &choice), choice.script));
        }
        let project = member.nx.as_ref()?;
        let targets = Scripts { manifest: &project.targets, manager: self.manager };
        let choice = choose(&targets)?;
        // A part of a target cannot be called.
        let target = choice.script.clone()?;
        let cmd = nx_target(self.manager, &project.name, &target);
        Some((detected(cmd, &choice), Some(target)))
    }

    /// A compiler that no script calls: the package's own in its folder, the
    /// root's with the package's configuration.
    fn synthesized_typecheck(&self, member: &Member<'_>) -> Option<DetectedCommand> {
        let tree: &dyn SourceTree = &member.tree;
        let text = tree.text("tsconfig.json")?;
        if !has_typescript_sources(tree) && !option_is_on(&text, "checkJs") {
            return None;
        }
        let config = whole_file(&format!("{}/tsconfig.json", member.folder));
        let exec = exec_prefix(self.manager);
        let part = solution_project(&text);
        let compilers = [("vue-tsc", "vue-tsc --noEmit"), ("typescript", "tsc --noEmit")];
        let found = |cmd: String, confidence: f64, line: EvidenceLine| DetectedCommand {
            cmd,
            confidence: Ratio(confidence),
            source: CommandSource::Synthesized,
            evidence: vec![config.clone(), line],
        };
        for (dependency, check) in compilers {
            if let Some(field) = member.manifest.dependencies.get(dependency) {
                let project =
                    part.as_ref().map_or_else(String::new, |part| format!(" -p {}", quote(part)));
                let cmd = inside(member, &format!("{exec} {check}{project}"));
                return Some(found(cmd, 0.55, field.line.clone()));
            }
            if let Some(field) = self.root.dependencies.get(dependency) {
                let place = match &part {
                    Some(part) => format!("{}/{part}", member.folder),
                    None => member.folder.to_owned(),
                };
                let cmd = format!("{exec} {check} -p {}", quote(&place));
                return Some(found(cmd, 0.5, field.line.clone()));
            }
        }
        None
    }

    /// A benchmark file without a script.
    fn folder_bench(&self, member: &Member<'_>) -> Option<DetectedCommand> {
        let scripts = Scripts { manifest: &member.manifest, manager: self.manager };
        let mut choice = bench::folder(&member.tree, &member.manifest, &scripts)?;
        let lines = std::mem::take(&mut choice.evidence).into_iter();
        choice.evidence = lines.map(|line| member.tree.in_whole(line)).collect();
        Some(detected(inside(member, &choice.cmd), &choice))
    }
}

fn detected(cmd: String, choice: &Choice) -> DetectedCommand {
    DetectedCommand {
        cmd,
        confidence: Ratio(choice.confidence),
        source: choice.source,
        evidence: choice.evidence.clone(),
    }
}
