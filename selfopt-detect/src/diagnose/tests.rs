//! No unit tests, or only tests that need what a sandbox has not.

use selfopt_core::{Claim, CommandSource, Fact, Phase, SourceTree};

use super::Note;
use crate::detectors::is_claimed;
use crate::evidence::whole_file;
use crate::tree_facts::has_tests;

/// Reasons that speak of tests which exist and need something.
const NEEDS: [&str; 4] = ["needs", "browser", "integration", "network"];

pub(super) fn note(tree: &dyn SourceTree, so_far: &[Claim]) -> Option<Note> {
    let has_command = is_claimed(so_far, |fact| matches!(fact, Fact::Test(Some(_))));
    let is_answered = so_far
        .iter()
        .any(|claim| matches!(claim.fact, Fact::Test(_)) && claim.source == CommandSource::User);
    if is_answered || has_command && !is_denied(so_far) {
        return None;
    }
    let is_said = so_far.iter().any(|claim| match &claim.fact {
        Fact::Note(note) => {
            note.message.contains("runs no unit tests")
                || note.message.contains("no file looks like a test")
        }
        _ => false,
    });
    if is_said {
        return None;
    }
    let needy = so_far.iter().find_map(|claim| match &claim.fact {
        Fact::Rejected(rejected)
            if rejected.phase == Phase::Test
                && NEEDS.iter().any(|word| rejected.reason.contains(word)) =>
        {
            Some(rejected)
        }
        _ => None,
    });
    if let Some(rejected) = needy {
        return Some(Note {
            message: format!(
                "no unit tests were found; there are others: `{}` {}",
                rejected.cmd, rejected.reason
            ),
            hint: "name a command that runs tests without a browser, network, database or secrets: `[commands]` `test = \"...\"` in `selfopt.toml`".to_owned(),
            evidence: rejected.evidence.clone(),
        });
    }
    (!has_tests(tree)).then(|| Note {
        message: "the project has no tests".to_owned(),
        hint: "SelfOpt proposes nothing that tests have not confirmed: write some, or name their command: `[commands]` `test = \"...\"` in `selfopt.toml`".to_owned(),
        evidence: whole_file("package.json"),
    })
}

/// Whether the claim that there are no unit tests wins.
fn is_denied(so_far: &[Claim]) -> bool {
    selfopt_core::detection::weigh(so_far).test_cmd.is_none()
}
