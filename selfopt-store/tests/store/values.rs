//! One value of each noun, as awkward as the types allow: other scripts, quotes,
//! control characters, absent parts, and the largest and smallest numbers.

use std::collections::BTreeMap;

use selfopt_core::{
    digest::Digest,
    report::{CaseReport, ProposalReport},
    statistics::{self, Metric, NanoLog, NoiseAssessment, NoiseClass},
    *,
};
use selfopt_syntax::Span;
use serde_json::json;

pub(crate) const TEXT: &str =
    "größer 数 🚀 \u{202e}\"'; DROP TABLE runs; --\\ \u{0} \u{7f}\r\n\tend";

/// The columns that every database has, by table: others read them too.
pub(crate) const FIXED_COLUMNS: [(&str, &str); 10] = [
    ("users", "id email created_at"),
    ("organizations", "id name owner_id"),
    (
        "repositories",
        "id org_id github_repo_id default_branch package_manager install_cmd build_cmd \
         typecheck_cmd test_cmd bench_config confidence evidence created_at",
    ),
    ("baselines", "id repo_id sha metrics environment_fingerprint created_at"),
    ("runs", "id repo_id sha status compute_minutes created_at"),
    ("opportunities", "id run_id type location rationale risk_score"),
    ("attempts", "id opportunity_id diff validation_result status"),
    (
        "proposals",
        "id run_id diff summary metrics_before metrics_after risk_score created_at pr_url",
    ),
    ("artifacts", "id proposal_id storage_path type created_at"),
    ("settings", "repo_id compute_budget_minutes max_proposals_per_run schedule"),
];

fn case() -> Case {
    Case {
        name: TEXT.to_owned(),
        value: u64::MAX,
        unit: Unit::MicroOpsPerSecond,
        better: Better::Higher,
    }
}

pub(crate) fn commit(n: u8) -> CommitId {
    CommitId::new(format!("{n:02x}").repeat(20))
}

pub(crate) fn new_run(repo: RepoId) -> NewRun {
    NewRun { repo, commit: commit(1), seed: u64::MAX, config_digest: Digest::of(b"configuration") }
}

fn evidence() -> Vec<EvidenceLine> {
    vec![
        EvidenceLine {
            path: "package.json".to_owned(),
            line: Some(u32::MAX),
            text: TEXT.to_owned(),
        },
        EvidenceLine { path: "länge/pnpm-lock.yaml".to_owned(), line: None, text: String::new() },
    ]
}

fn command(cmd: &str) -> DetectedCommand {
    DetectedCommand {
        cmd: cmd.to_owned(),
        confidence: Ratio(0.1 + 0.2),
        source: CommandSource::Ci,
        evidence: evidence(),
    }
}

pub(crate) fn project() -> Project {
    Project {
        name: Some("@größe/app".to_owned()),
        package_manager: Some(PackageManager {
            name: PackageManagerName::Pnpm,
            version: Some("9.1.0".to_owned()),
            hash: None,
        }),
        working_directory: ".".to_owned(),
        install_cmd: Some(command("pnpm install")),
        build_cmd: Some(command("pnpm build")),
        typecheck_cmd: None,
        test_cmd: Some(command("pnpm test -- 'ü'")),
        bench: Some(DetectedBench {
            kind: BenchKind::Script,
            cmd: "pnpm bench".to_owned(),
            confidence: Ratio(1.0),
            source: CommandSource::Script,
            evidence: evidence(),
            load: None,
        }),
        node_version: None,
        workspace_kind: WorkspaceKind::Pnpm,
        packages: vec![WorkspacePackage {
            name: TEXT.to_owned(),
            path: "packages/größe".to_owned(),
            depends_on: vec!["b".to_owned()],
            build_cmd: Some(command("pnpm build")),
            build_all: None,
            typecheck_cmd: None,
            test_cmd: None,
            bench: None,
        }],
        package: Some(TEXT.to_owned()),
        apart: vec!["app".to_owned()],
        rejected: vec![RejectedCommand {
            phase: Phase::Test,
            cmd: TEXT.to_owned(),
            reason: "is a watcher".to_owned(),
            evidence: evidence().remove(0),
        }],
        services: vec![ServiceNeed { name: "postgres".to_owned(), evidence: evidence().remove(0) }],
        tags: vec!["vitest".to_owned()],
        notes: vec![DetectionNote {
            message: TEXT.to_owned(),
            hint: None,
            evidence: evidence().pop(),
        }],
    }
}

fn process(n: u64) -> ProcessSample {
    ProcessSample {
        cpu_us: n,
        wall_ns: u64::MAX,
        max_rss: Bytes(u64::MAX),
        involuntary_switches: 0,
    }
}

pub(crate) fn baseline(commit: CommitId, median_cpu_us: u64) -> Baseline {
    Baseline {
        commit,
        steps: vec![StepResult {
            phase: Phase::Test,
            cmd: TEXT.to_owned(),
            status: StepStatus::Signaled { signal: 9 },
            wall: Millis(u64::MAX),
            cpu: Millis(0),
            tests: Some(TestCounts { passed: u64::MAX, failed: 0, skipped: 1 }),
            network: None,
        }],
        test_runs: 3,
        benchmark: Some(BenchmarkBaseline {
            bench_id: "bench".to_owned(),
            cmd: "npm run bench".to_owned(),
            measured_cmd: "node bench.js".to_owned(),
            alone: vec![process(median_cpu_us)],
            pairing: Pairing::InTurns { turn_us: u32::MAX },
            metric: Metric::Cpu,
            pairs: vec![PairSample {
                index: 0,
                first: statistics::Side::Candidate,
                base: Some(process(median_cpu_us)),
                candidate: None,
                base_output: Some(Digest::of(b"output")),
                candidate_output: None,
                base_cases: vec![case()],
                candidate_cases: Vec::new(),
                base_load: None,
                candidate_load: None,
                failure: Some(SideFailure {
                    side: statistics::Side::Candidate,
                    status: StepStatus::OutOfMemory,
                    said: None,
                }),
                load_milli: [Some(u64::MAX), None],
                discarded: Some(TEXT.to_owned()),
            }],
            noise: NoiseAssessment {
                n_pairs: 10,
                hodges_lehmann: NanoLog::from_log(-0.001),
                floor: NanoLog::from_log(0.001),
                sigma: NanoLog::from_log(0.02),
                class: NoiseClass::Good,
                p_value: statistics::Fraction::from_percent(43),
                biased: false,
            },
            expected_output: Some(Digest::of(b"output")),
            cases: Some(CasesBaseline {
                tool: BenchTool::Tinybench,
                measure: Measure::Cases,
                cases: vec![case()],
            }),
            work_tree: Some(WorkTreeCheck {
                files: u64::MAX,
                planted_us: 500_000,
                without_us: vec![1],
                with_us: vec![u64::MAX],
            }),
            load: None,
            median_cpu_us,
            median_wall_ns: u64::MAX,
        }),
        no_benchmark: None,
        environment: Environment {
            fixed: BTreeMap::from([("cpu".to_owned(), TEXT.to_owned())]),
            varying: BTreeMap::new(),
            isolation: Isolation {
                backend: "process".to_owned(),
                version: None,
                clones: "copy".to_owned(),
                guarantees: BTreeMap::from([(
                    "network".to_owned(),
                    Guarantee { level: Enforcement::BestEffort, reason: TEXT.to_owned() },
                )]),
                fallback: Some(TEXT.to_owned()),
            },
        },
    }
}

pub(crate) fn baseline_without_benchmark(commit: CommitId) -> Baseline {
    Baseline {
        steps: Vec::new(),
        benchmark: None,
        no_benchmark: Some(TEXT.to_owned()),
        ..baseline(commit, 0)
    }
}

pub(crate) fn opportunity(name: &str, rank: u32) -> Opportunity {
    Opportunity {
        id: OpportunityId::new(format!("opp-{name}")),
        path: "src/größe.ts".to_owned(),
        line: 12,
        column: u32::MAX,
        rank,
        finding: Finding {
            rule: RuleId::new("array-includes-in-loop"),
            rule_version: "1.2.3".to_owned(),
            span: Span { start: 0, end: u32::MAX },
            message: TEXT.to_owned(),
            why: "it is quadratic".to_owned(),
            typical_speedup: 51.248_177_777_777_77,
            rule_risk: 3,
            declined: Some(Declined {
                obligation: "receiver-is-array".to_owned(),
                reason: TEXT.to_owned(),
                line: None,
            }),
        },
    }
}

pub(crate) fn attempt(name: &str, opportunity: &str, status: AttemptStatus) -> Attempt {
    Attempt {
        id: CandidateId::new(format!("cand-{name}")),
        opportunity: OpportunityId::new(format!("opp-{opportunity}")),
        rule: RuleId::new("array-includes-in-loop"),
        author: None,
        files: vec!["src/größe.ts".to_owned()],
        diff: format!("--- a/src/größe.ts\n+++ b/src/größe.ts\n{TEXT}\n"),
        status,
        gate: None,
        reason: TEXT.to_owned(),
        verdicts: vec![
            Verdict::passed("limits", "1 file"),
            Verdict::refused("benchmark", TEXT).would_flip("a gain of 3 %").with_details(json!({
                "big": u64::MAX, "small": i64::MIN, "exact": 0.1 + 0.2, "tiny": 5e-324,
                "nothing": null, "deep": {"b": [[[]]], "a": TEXT}, "": true,
            })),
        ],
        phases: vec![GateTime {
            gate: "limits".to_owned(),
            elapsed: Millis(3),
            first_look: Some(Millis(u64::MAX)),
        }],
        context: Digest::of(b"context"),
        made_in: None,
    }
}

pub(crate) fn proposal(name: &str, run: &RunRecord, at: Timestamp) -> ProposalRecord {
    ProposalRecord {
        id: ProposalId::new(format!("prop-{name}")),
        run: run.id,
        repo: run.repo,
        summary: ProposalReport {
            id: ProposalId::new(format!("prop-{name}")),
            candidate: CandidateId::new(format!("cand-{name}")),
            rule: RuleId::new("array-includes-in-loop"),
            author: Some(Authorship {
                provider: "openai".to_owned(),
                model: TEXT.to_owned(),
                prompt: "1".to_owned(),
                calls: vec![Digest::of(b"call")],
                synthetic: true,
            }),
            title: TEXT.to_owned(),
            base: run.commit.to_string(),
            files: vec!["src/größe.ts".to_owned()],
            diff: TEXT.to_owned(),
            gain: Ratio(0.1 + 0.2),
            gain_lower_bound: Ratio(-5e-324),
            confidence: Ratio(0.995),
            metric: Metric::Wall,
            pairs: 32,
            before_us: u64::MAX,
            after_us: 0,
            load: None,
            operation_ns: Some([0.1 + 0.2, 5e-324]),
            cases: vec![CaseReport {
                name: TEXT.to_owned(),
                unit: Unit::Bytes,
                better: Better::Lower,
                values: [u64::MAX, 0],
                gain: Ratio(-0.1),
            }],
            risk: 100,
            risk_reasons: vec![TEXT.to_owned()],
            proof: None,
            impact: None,
            isolation: None,
            bundle: "bundle.tar".to_owned(),
        },
        created_at: at,
        pr_url: None,
    }
}

pub(crate) fn artifact(proposal: &str, name: &str, kind: ArtifactKind) -> ArtifactRecord {
    ArtifactRecord {
        proposal: ProposalId::new(format!("prop-{proposal}")),
        storage_path: format!("repos/r/proposals/prop-{proposal}/{name}"),
        kind,
        created_at: Timestamp(1_700_000_000_000),
    }
}
