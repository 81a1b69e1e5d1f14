//! Parses: two independent parsers accept every changed file, with no error
//! that was not there before.

use async_trait::async_trait;
use schemars::JsonSchema;
use selfopt_syntax::{Language, witnesses};
use serde::{Deserialize, Serialize};

use super::{Gate, GateContext, GateInputs, names};
use crate::domain::Verdict;
use crate::pipeline::RunError;

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParsesInputs {
    /// The changed files.
    pub files: Vec<ParsedFile>,
}

/// Errors of one changed file, by parser, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParsedFile {
    /// Path relative to the project root.
    pub path: String,
    /// Errors that tree-sitter reports before and after the change.
    pub tree_sitter: [usize; 2],
    /// Errors that oxc reports before and after the change.
    pub oxc: [usize; 2],
}

impl ParsesInputs {
    /// Refuses any new error.
    pub fn judge(&self) -> Verdict {
        let gate = names::PARSES;
        for file in &self.files {
            for (parser, [before, after]) in [("tree-sitter", file.tree_sitter), ("oxc", file.oxc)]
            {
                if after > before {
                    return Verdict::refused(
                        gate,
                        format!(
                            "{parser} reports {after} syntax errors in `{}`, {before} before",
                            file.path
                        ),
                    );
                }
            }
        }
        Verdict::passed(gate, "both parsers accept the change")
    }
}

pub(super) struct ParsesGate;

#[async_trait]
impl Gate for ParsesGate {
    fn name(&self) -> &str {
        names::PARSES
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let files = ctx
            .candidate()
            .files
            .iter()
            .filter_map(|file| {
                let language = Language::from_path(&file.path)?;
                let before = witnesses(language, file.before.as_str());
                let after = witnesses(language, file.after.as_str());
                Some(ParsedFile {
                    path: file.path.clone(),
                    tree_sitter: [before.tree_sitter.error_count, after.tree_sitter.error_count],
                    oxc: [before.oxc.error_count, after.oxc.error_count],
                })
            })
            .collect();
        Ok(ctx.judge(GateInputs::Parses(ParsesInputs { files })))
    }
}
