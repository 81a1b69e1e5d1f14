//! The tests of a package that has no script for them: the root's own runner,
//! told to look in the package's folder alone.

use selfopt_core::{
    CommandSource, DetectedCommand, EvidenceLine, PackageManagerName, Ratio, SourceTree,
};

use super::members::Member;
use crate::choose::leaf_command;
use crate::choose::test::{self, Tests};
use crate::ci::Ci;
use crate::manager::quote;
use crate::manifest::Manifest;
use crate::scripts::{Node, Scripts};
use crate::tree_facts::has_tests;

/// Runners that take folders as arguments, as they are called.
const CALLS: [&str; 2] = ["vitest run", "jest"];

/// A runner of all packages' tests.
pub(super) struct RootRunner {
    /// The command up to where a folder goes, and what follows it.
    around: (String, String),
    evidence: Vec<EvidenceLine>,
}

impl RootRunner {
    /// The root's runner, where its tests are one call of one.
    pub(super) fn of(root: &Manifest, manager: PackageManagerName) -> Option<Self> {
        let scripts = Scripts { manifest: root, manager };
        let Tests::Run(choice) = test::choose(&scripts, &Ci::default()) else {
            return None;
        };
        let nodes = scripts.expand_line(&choice.cmd);
        let mut tests = nodes.iter().flat_map(Node::leaves).filter(|leaf| leaf.kind.is_test());
        let only = tests.next().filter(|leaf| !leaf.elsewhere)?;
        if tests.next().is_some() {
            return None;
        }
        // What is told to run some files already is not told of others.
        let is_whole = only.core.iter().skip(1).all(|word| word.starts_with('-') || word == "run");
        let cmd = leaf_command(&scripts, only);
        let call = CALLS
            .into_iter()
            .find(|call| only.core.first().map(String::as_str) == call.split(' ').next())?;
        let end = cmd.find(call)? + call.len();
        let (before, after) = cmd.split_at(end);
        let is_word = after.is_empty() || after.starts_with(' ');
        (is_whole && is_word).then(|| Self {
            around: (before.to_owned(), after.to_owned()),
            evidence: choice.evidence,
        })
    }

    /// The tests in one package's folder, where there are some.
    pub(super) fn tests_of(&self, member: &Member<'_>) -> Option<DetectedCommand> {
        let tree: &dyn SourceTree = &member.tree;
        let (before, after) = &self.around;
        has_tests(tree).then(|| DetectedCommand {
            // The slash keeps `packages/ab` out of the tests of `packages/a`.
            cmd: format!("{before} {}{after}", quote(&format!("{}/", member.folder))),
            confidence: Ratio(0.55),
            source: CommandSource::Synthesized,
            evidence: self.evidence.clone(),
        })
    }
}
