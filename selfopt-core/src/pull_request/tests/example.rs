//! A proposal of which everything is known, and its pull request.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::domain::{
    Attempt, AttemptStatus, Baseline, CandidateId, CommitId, Environment, Finding, Millis,
    Opportunity, OpportunityId, RuleId, StepResult, TestCounts, Verdict,
};
use crate::ports::{Isolation, Phase, PullRequestDraft, StepStatus};
use crate::pull_request::Subject;
use crate::report::ProposalReport;

pub(super) const DIFF: &str = "diff --git a/src/graph.js b/src/graph.js\n--- a/src/graph.js\n+++ b/src/graph.js\n@@ -3,3 +3,3 @@ class Graph\n context\n-  return list.includes(x);\n+  return set.has(x);\n";

/// A proposal of which everything is known. What shows proposals elsewhere is
/// tested on it, too.
pub(super) fn proposal() -> ProposalReport {
    serde_json::from_str(include_str!("../../report/example.json")).expect("it is a proposal")
}

fn isolation() -> Isolation {
    Isolation {
        backend: "bubblewrap".into(),
        version: None,
        clones: "copy".into(),
        guarantees: BTreeMap::new(),
        fallback: None,
    }
}

pub(super) fn baseline() -> Baseline {
    let step = |phase, cmd: &str, tests| StepResult {
        phase,
        cmd: cmd.into(),
        status: StepStatus::Exited { code: 0 },
        wall: Millis(1),
        cpu: Millis(1),
        tests,
        network: None,
    };
    let counts = TestCounts { passed: 311, failed: 0, skipped: 2 };
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Baseline {
        commit: CommitId::new(proposal().base),
        steps: vec![
            step(Phase::Install, "npm ci", None),
            step(Phase::Test, "npm test", Some(counts)),
        ],
        test_runs: 3,
        benchmark: None,
        no_benchmark: Some("none was found".into()),
        environment: Environment {
            fixed: BTreeMap::from([fact("cpu", "EPYC | 9B14"), fact("node", "v24.1.0")]),
            varying: BTreeMap::from([fact("load", "0.31")]),
            isolation: isolation(),
        },
    }
}

pub(super) fn attempt(
    id: &str,
    status: AttemptStatus,
    gate: Option<&str>,
    reason: &str,
) -> Attempt {
    Attempt {
        id: CandidateId::new(id),
        opportunity: OpportunityId::new("opp-1"),
        rule: RuleId::new("array-includes-in-loop"),
        author: None,
        files: vec!["src/list.js".into()],
        diff: String::new(),
        status,
        gate: gate.map(str::to_owned),
        reason: reason.into(),
        verdicts: vec![
            Verdict::passed("tests", "311 tests pass"),
            Verdict::passed("workloads", "65.9 % less at least"),
        ],
        phases: Vec::new(),
        context: Digest::of(b"x"),
        made_in: None,
    }
}

pub(super) fn opportunity() -> Opportunity {
    Opportunity {
        id: OpportunityId::new("opp-1"),
        path: "src/graph.js".into(),
        line: 4,
        column: 3,
        rank: 1,
        finding: Finding {
            rule: RuleId::new("array-includes-in-loop"),
            rule_version: "1.0.0".into(),
            span: selfopt_syntax::Span { start: 0, end: 4 },
            message: "`includes` searches the array on every pass.".into(),
            why: "Each call costs as much as the array is long.".into(),
            typical_speedup: 4.0,
            rule_risk: 1,
            declined: None,
        },
    }
}

/// The pull request of a proposal of which everything is known.
pub(super) fn drafted(proposal: &ProposalReport) -> PullRequestDraft {
    let attempts = [
        attempt("cand-0123456789abcdef", AttemptStatus::Accepted, None, ""),
        attempt("cand-1", AttemptStatus::Rejected, Some("tests"), "3 tests fail"),
        attempt("cand-2", AttemptStatus::Inconclusive, Some("workloads"), "within noise"),
    ];
    Subject {
        proposal,
        baseline: Some(&baseline()),
        opportunity: Some(&opportunity()),
        attempts: &attempts,
        folder: "packages/graph",
        base_branch: "main",
        evidence_url: Some("https://selfopt.example/proposals/7/bundle"),
    }
    .draft()
}
