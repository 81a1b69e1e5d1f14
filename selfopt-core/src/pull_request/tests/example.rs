//! A proposal of which everything is known, and its pull request.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::domain::{
    Attempt, AttemptStatus, Baseline, CandidateId, CommitId, Environment, Finding, Millis,
    Opportunity, OpportunityId, ProposalId, Provenance, Ratio, RuleId, Sizes, StepResult,
    TestCounts, Verdict, WorkloadRole,
};
use crate::ports::{Isolation, Phase, PullRequestDraft, StepStatus};
use crate::pull_request::Subject;
use crate::report::{ImpactReport, ProofReport, ProposalReport, WorkloadReport};
use crate::statistics::Metric;

pub(super) const DIFF: &str = "diff --git a/src/graph.js b/src/graph.js\n--- a/src/graph.js\n+++ b/src/graph.js\n@@ -3,3 +3,3 @@ class Graph\n context\n-  return list.includes(x);\n+  return set.has(x);\n";
const BUNDLE: &str = "/srv/selfopt/repos/7/bundle-00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff.tar";

fn workload(role: WorkloadRole, elements: u64, gain: f64, call_ns: [f64; 2]) -> WorkloadReport {
    WorkloadReport {
        function: "src/graph.js:Graph.walk".into(),
        role,
        provenance: Provenance::Tests,
        class: None,
        calls: 214,
        elements: Sizes { min: elements, median: elements, max: elements },
        factor: None,
        in_place: false,
        metric: Metric::Cpu,
        gain: Some(Ratio(gain)),
        gain_lower_bound: Some(Ratio(gain - 0.021)),
        pairs: 10,
        holds: gain > -0.03,
        call_ns: Some(call_ns),
    }
}

pub(super) fn proposal() -> ProposalReport {
    ProposalReport {
        id: ProposalId::new("prop-0123456789abcdef"),
        candidate: CandidateId::new("cand-0123456789abcdef"),
        rule: RuleId::new("array-includes-in-loop"),
        author: None,
        title: "Look names up in a Set".into(),
        base: "0123456789abcdef0123456789abcdef01234567".into(),
        files: vec!["src/graph.js".into()],
        diff: DIFF.into(),
        gain: Ratio(0.68),
        gain_lower_bound: Ratio(0.659),
        confidence: Ratio(0.995),
        metric: Metric::Cpu,
        pairs: 10,
        before_us: 4,
        after_us: 1,
        load: None,
        operation_ns: None,
        cases: Vec::new(),
        risk: 21,
        risk_reasons: vec!["21 points: the rule's own".into()],
        impact: Some(ImpactReport {
            share: Ratio(0.12),
            saving: Ratio(0.081),
            profiled: "npm test".into(),
        }),
        proof: Some(ProofReport {
            functions: vec!["src/graph.js:Graph.walk".into()],
            reached_lines: Some([5, 5]),
            calls_agreed: 214,
            variations_agreed: 200,
            all_compared: true,
            notes: vec!["`Graph.log` prints and was not compared".into()],
            differs_outside: None,
            mutants: [6, 5],
            workloads: vec![
                workload(WorkloadRole::Decides, 40, 0.68, [4120.0, 1318.0]),
                workload(WorkloadRole::Ladder, 1, -0.08, [92.0, 99.4]),
            ],
            break_even: Some(7),
        }),
        isolation: None,
        bundle: BUNDLE.into(),
    }
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
