//! Limits: how much a patch changes and what it may not touch. Judged on the
//! resulting diff, whoever wrote it. Changes by a language model have narrower
//! limits, which no configuration widens.

mod additions;

use async_trait::async_trait;
use schemars::JsonSchema;
use selfopt_syntax::{ChangeKind, DiffSet};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, names};
use crate::domain::{Candidate, Verdict};
use crate::paths::{PathClass, classify};
use crate::pipeline::RunError;
use crate::ports::SourceTree;

/// Files and changed lines of a change by a language model, at most.
const MODEL_LIMITS: [u32; 2] = [5, 200];

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitsInputs {
    /// The change as a unified diff.
    pub diff: String,
    /// Files changed, at most.
    pub max_files: u32,
    /// Lines added and removed together, at most.
    pub max_changed_lines: u32,
    /// How the candidate's files differ from what its diff makes of the
    /// unchanged ones, if they do: then other code would be measured than is
    /// proposed.
    pub mismatch: Option<String>,
    /// What a change by a language model adds and may not add, if anything.
    #[serde(default)]
    pub adds: Option<String>,
}

impl LimitsInputs {
    /// Whether a change by a language model may be judged by these limits.
    pub(crate) fn are_a_models(&self) -> bool {
        let [files, lines] = MODEL_LIMITS;
        self.max_files <= files && self.max_changed_lines <= lines
    }

    /// Refuses too much, and everything but source files.
    pub fn judge(&self) -> Verdict {
        let gate = names::LIMITS;
        let diff = match DiffSet::parse(&self.diff) {
            Ok(diff) => diff,
            Err(error) => {
                return Verdict::refused(gate, format!("the diff does not parse: {error}"));
            }
        };
        let stats = diff.stats();
        let changed = stats.added + stats.removed;
        let details =
            json!({ "files": stats.files, "added": stats.added, "removed": stats.removed });
        let verdict = if let Some(mismatch) = &self.mismatch {
            Verdict::refused(gate, mismatch.clone())
        } else if changed == 0 {
            Verdict::refused(gate, "the patch changes nothing")
        } else if stats.files > self.max_files as usize {
            Verdict::refused(
                gate,
                format!("{} files change, at most {} may", stats.files, self.max_files),
            )
            .would_flip("raise `limits.max_files` in selfopt.toml")
        } else if changed > self.max_changed_lines as usize {
            Verdict::refused(
                gate,
                format!("{changed} lines change, at most {} may", self.max_changed_lines),
            )
            .would_flip("raise `limits.max_changed_lines` in selfopt.toml")
        } else if let Some(reason) =
            diff.files().iter().find_map(|file| forbidden(&file.path, &file.kind))
        {
            Verdict::refused(gate, reason)
        } else if let Some(adds) = &self.adds {
            Verdict::refused(gate, format!("{adds}, which a change by a model may not"))
        } else {
            Verdict::passed(
                gate,
                format!(
                    "{} {}, {changed} changed lines",
                    stats.files,
                    if stats.files == 1 { "file" } else { "files" }
                ),
            )
        };
        verdict.with_details(details)
    }
}

fn forbidden(path: &str, kind: &ChangeKind) -> Option<String> {
    if *kind != ChangeKind::Modified {
        return Some(format!(
            "`{path}` is not modified in place; patches change lines of files that exist"
        ));
    }
    match classify(path) {
        PathClass::Source => None,
        class => {
            Some(format!("`{path}` is {}; patches change source files only", class.describe()))
        }
    }
}

/// The files that are measured must be what the diff makes of the tree.
fn mismatch(candidate: &Candidate, tree: &dyn SourceTree) -> Option<String> {
    let Ok(diff) = DiffSet::parse(&candidate.diff) else {
        // The judgement says so itself.
        return None;
    };
    let mut changed: Vec<&str> = candidate.files.iter().map(|file| file.path.as_str()).collect();
    let mut named: Vec<&str> = diff.files().iter().map(|file| file.path.as_str()).collect();
    changed.sort_unstable();
    named.sort_unstable();
    if changed != named {
        return Some("the candidate's files are not those of its diff".to_owned());
    }
    candidate.files.iter().find_map(|file| {
        let same = tree.text(&file.path).as_ref() == Some(&file.before)
            && diff.apply(&file.path, &file.before).is_ok_and(|after| after == file.after);
        (!same).then(|| {
            format!("the candidate's `{}` is not what its diff makes of the tree", file.path)
        })
    })
}

pub(super) struct LimitsGate;

#[async_trait]
impl Gate for LimitsGate {
    fn name(&self) -> &str {
        names::LIMITS
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let limits = &ctx.config().limits;
        let candidate = ctx.candidate();
        let [most_files, most_lines] = match candidate.author {
            Some(_) => MODEL_LIMITS,
            None => [u32::MAX; 2],
        };
        let inputs = LimitsInputs {
            diff: candidate.diff.clone(),
            max_files: limits.max_files.min(most_files),
            max_changed_lines: limits.max_changed_lines.min(most_lines),
            mismatch: mismatch(candidate, ctx.tree()),
            adds: candidate.author.as_ref().and_then(|_| additions::forbidden(&candidate.files)),
        };
        Ok(ctx.judge(GateInputs::Limits(inputs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::VerdictOutcome;

    fn verdict(diff: &str) -> Verdict {
        LimitsInputs {
            diff: diff.into(),
            max_files: 1,
            max_changed_lines: 2,
            mismatch: None,
            adds: None,
        }
        .judge()
    }

    fn change(path: &str, lines: usize) -> String {
        let added = "+line\n".repeat(lines);
        format!(
            "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,1 +1,{} @@\n a\n{added}",
            lines + 1
        )
    }

    #[test]
    fn a_small_change_of_a_source_file_passes() {
        let verdict = verdict(&change("src/a.ts", 2));
        assert_eq!(verdict.outcome, VerdictOutcome::Passed, "{verdict:?}");
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let two_files = format!("{}{}", change("src/a.ts", 1), change("src/b.ts", 1));
        let cases = [
            (change("src/a.ts", 3), "3 lines change, at most 2 may"),
            (two_files, "2 files change, at most 1 may"),
            (
                change("src/a.test.ts", 1),
                "`src/a.test.ts` is a test file; patches change source files only",
            ),
            (
                change("vite.config.ts", 1),
                "`vite.config.ts` is a configuration file; patches change source files only",
            ),
            (String::new(), "the patch changes nothing"),
        ];
        for (diff, reason) in cases {
            let verdict = verdict(&diff);
            assert_eq!(verdict.outcome, VerdictOutcome::Refused);
            assert_eq!(verdict.reason, reason);
        }
    }
}
