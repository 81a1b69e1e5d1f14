//! Commits of ours are known by two lines of their message that bind them to
//! their parent and their tree: whoever amends, rebases or adds one breaks
//! them, and the branch is theirs.

use selfopt_core::PullRequestDraft;

use crate::git_data::CommitAnswer;

const BASE: &str = "SelfOpt-Base: ";
const TREE: &str = "SelfOpt-Tree: ";

/// The message of a draft's commit.
pub(super) fn message(draft: &PullRequestDraft, tree: &str) -> String {
    let text = draft.message.trim_end();
    // Trailers are one block at the end.
    let is_trailer = |line: &str| line.starts_with("SelfOpt-");
    let gap = if text.lines().last().is_some_and(is_trailer) { "\n" } else { "\n\n" };
    format!("{text}{gap}{BASE}{}\n{TREE}{tree}\n", draft.base)
}

/// Why a commit is not ours, if it is not.
pub(crate) fn foreign(commit: &CommitAnswer) -> Option<&'static str> {
    let named = |key: &str| {
        let mut lines = commit.message.lines().rev();
        lines.find_map(|line| line.trim_end().strip_prefix(key).map(str::to_owned))
    };
    match (named(BASE), named(TREE)) {
        (Some(base), Some(tree)) => {
            if commit.parent() != Some(&base) {
                Some("the newest commit of the branch was moved by somebody")
            } else if commit.tree() != tree {
                Some("the newest commit of the branch was changed by somebody")
            } else {
                None
            }
        }
        _ => Some("the newest commit of the branch is not SelfOpt's"),
    }
}
