//! A rule of one's own, without the pipeline: `cargo run --example own_rule`.
//!
//! A scanner finds places, a patch template answers them. Both are pure, so
//! they can be tried on text alone.

#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::num::NonZeroUsize;

use selfopt::config::Config;
use selfopt::pipeline::opportunities_and_candidates;
use selfopt::syntax::{Edit, SourceFile};
use selfopt::{
    CommitId, Finding, MemoryTree, MetBy, Obligation, Patch, PatchTemplate, RuleId, Scanner,
};

/// Finds `Math.pow(a, b)`, which is `a ** b`.
struct MathPow;

impl Scanner for MathPow {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let calls = file.tree.root().descendants().filter(|node| node.is("call_expression"));
        calls
            .filter(|call| {
                call.child_by_field("function").is_some_and(|callee| callee.text() == "Math.pow")
            })
            .map(|call| Finding {
                rule: RuleId::new("math-pow"),
                rule_version: "1.0.0".into(),
                span: call.span(),
                message: "`Math.pow` is called where `**` would do".into(),
                why: "a call costs more than an operator in cold code".into(),
                typical_speedup: 1.3,
                rule_risk: 0,
                declined: None,
            })
            .collect()
    }
}

impl PatchTemplate for MathPow {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let call = file
            .tree
            .root()
            .descendants()
            .find(|node| node.span() == finding.span && node.is("call_expression"))?;
        let arguments: Vec<_> = call.child_by_field("arguments")?.named_children().collect();
        let [base, exponent] = arguments[..] else {
            return None;
        };
        Some(Patch {
            title: "Write `**` in place of `Math.pow`".into(),
            edits: vec![Edit::replace(
                finding.span,
                format!("(({}) ** ({}))", base.text(), exponent.text()),
            )],
            obligations: vec![Obligation { id: "numbers-only".into(), met_by: MetBy::Tests }],
        })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tree = MemoryTree::new([(
        "src/area.ts",
        "export const area = (r: number) => 3 * Math.pow(r, 2);\n",
    )]);
    let scan = opportunities_and_candidates(
        &tree,
        &CommitId::new("working-tree"),
        &Config::default(),
        &[Box::new(MathPow)],
        &[Box::new(MathPow)],
        NonZeroUsize::MIN,
    )?;
    for candidate in &scan.candidates {
        print!("{}", candidate.diff);
    }
    assert_eq!(scan.candidates.len(), 1);
    Ok(())
}
