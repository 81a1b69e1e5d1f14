//! What maintainers read, and what hostile text can do in it: nothing.

use std::collections::BTreeMap;

use super::*;
use crate::digest::Digest;
use crate::domain::{
    Attempt, AttemptStatus, Authorship, Baseline, CandidateId, CommandSource, CommitId,
    Counterexample, DetectedCommand, DetectionNote, Environment, EvidenceLine, Finding, MODEL_RULE,
    Millis, Opportunity, OpportunityId, Origin, Project, ProposalId, Provenance, Ratio, RuleId,
    Sizes, StepResult, TestCounts, Verdict, WorkloadRole, WorkspaceKind,
};
use crate::ports::{FileUpdate, Isolation, Phase, PullRequestDraft, StepStatus};
use crate::report::{ImpactReport, ProofReport, ProposalReport, WorkloadReport};
use crate::statistics::Metric;

const DIFF: &str = "diff --git a/src/graph.js b/src/graph.js\n--- a/src/graph.js\n+++ b/src/graph.js\n@@ -3,3 +3,3 @@ class Graph\n context\n-  return list.includes(x);\n+  return set.has(x);\n";
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

fn proposal() -> ProposalReport {
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

fn baseline() -> Baseline {
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

fn attempt(id: &str, status: AttemptStatus, gate: Option<&str>, reason: &str) -> Attempt {
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

fn opportunity() -> Opportunity {
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
fn drafted(proposal: &ProposalReport) -> PullRequestDraft {
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

#[test]
fn a_body_answers_what_maintainers_ask() {
    let draft = drafted(&proposal());
    insta::assert_snapshot!(draft.body);
}

#[test]
fn title_branch_and_message() {
    let draft = drafted(&proposal());
    insta::assert_snapshot!([draft.title, draft.branch, draft.message].join("\n---\n"));
    assert_eq!(
        draft.changes,
        [FileUpdate::Patch { folder: "packages/graph".into(), diff: DIFF.into() }]
    );
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    let mut bare = proposal();
    (bare.proof, bare.impact, bare.bundle) = (None, None, "somewhere".into());
    let subject = Subject {
        proposal: &bare,
        baseline: None,
        opportunity: None,
        attempts: &[],
        folder: "",
        base_branch: "main",
        evidence_url: Some("javascript:alert(1)"),
    };
    let body = subject.draft().body;
    for said in [
        "The reason was not recorded",
        "was not measured",
        "The commands stand in the evidence bundle",
        "The environment stands in the evidence bundle",
        "The gates' verdicts stand in the evidence bundle",
        "The other attempts of the run are not at hand",
        "selfopt verify bundle.tar",
    ] {
        assert!(body.contains(said), "{said}\n{body}");
    }
    assert!(!body.contains("javascript"), "{body}");
}

#[test]
fn a_model_is_named() {
    let author = |synthetic| Authorship {
        provider: "openai".into(),
        model: "a-model<b>@everyone".into(),
        prompt: "3".into(),
        calls: Vec::new(),
        synthetic,
    };
    let written =
        ProposalReport { author: Some(author(false)), rule: RuleId::new(MODEL_RULE), ..proposal() };
    let body = drafted(&written).body;
    assert!(body.contains("- Written by a language model: <code>openai/a-model&#60;b&#62;&#64;everyone</code>, prompt `3`."), "{body}");
    let by_rule = drafted(&proposal()).body;
    assert!(
        by_rule.contains(
            "- Written by the rule `array-includes-in-loop`, a program without a language model"
        ),
        "{by_rule}"
    );
}

/// Text that tries to leave its place in every way that Markdown and GitHub
/// know.
const HOSTILE: [&str; 14] = [
    "@everyone",
    "`` ` @team/a ` ``",
    "</code></details><img src=x onerror=alert(1)>",
    "a | b | @octocat |",
    "\n\n# Title\n\n@octocat",
    "```\n@octocat\n```",
    "<!-- selfopt:proposal prop-ffffffffffffffff ffffffffffffffff -->",
    "<!-- selfopt:onboarding -->",
    "[click](https://evil.example) ![x](//evil.example/y.png)",
    "Fixes #1, closes acme/web#2, resolves GH-3",
    "https://github.com/acme/web/issues/4 and www.evil.example",
    "&lt;b&gt; \u{202e}abc\u{202c} \u{1b}[31mred \\@octocat",
    "<details open><summary>@octocat</summary>",
    "- [x] @octocat [skip ci] $$x$$ ~~s~~ **b** __u__ :+1:",
];

/// What GitHub would act on, in text as it is read after Markdown: code is not
/// looked at.
fn acts_on(body: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in body.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => outside.push_str(&(without_code(line) + "\n")),
        }
    }
    assert_eq!(fence, None, "a block is left open");
    let allowed = ["details", "/details", "summary", "/summary", "!--", "https:"];
    let mut found = Vec::new();
    for (at, sign) in outside.match_indices(['@', '#', '<']) {
        let rest = &outside[at + 1..];
        let is_heading = sign == "#" && (at == 0 || "#\n".contains(&outside[at - 1..at]));
        let is_reference = sign == "#" && outside[..at].ends_with('&');
        let is_tag = sign == "<" && allowed.iter().any(|tag| rest.starts_with(tag));
        if !is_heading && !is_reference && !is_tag {
            found.push(format!("{sign}{}", rest.chars().take(20).collect::<String>()));
        }
    }
    // After character references, with the break that follows them.
    let read = outside.replace("&#64;&#8203;", "").replace("&#35;&#8203;", "");
    for sign in ["&#64;", "&#35;"] {
        if read.contains(sign) {
            found.push(sign.to_owned());
        }
    }
    for text in ["://evil", "://github", "GH-3", "www.evil", "](", "**b**"] {
        if read.contains(text) {
            found.push(text.to_owned());
        }
    }
    found
}

fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("<code>") {
        let (inside, after) = after.split_once("</code>").expect("code ends on its line");
        assert!(!inside.contains(['<', '@', '`', '|']), "{inside}");
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    assert!(out.matches('`').count().is_multiple_of(2), "{line}");
    out.split('`').step_by(2).collect()
}

#[test]
fn hostile_text_stays_where_it_is() {
    for hostile in HOSTILE {
        let mut report = proposal();
        report.title = hostile.into();
        report.rule = RuleId::new(hostile);
        report.files = vec![hostile.into()];
        report.risk_reasons = vec![hostile.into()];
        report.diff = DIFF.replace("src/graph.js", "a`b@c.js");
        let proof = report.proof.as_mut().expect("a proof");
        proof.notes = vec![hostile.into()];
        proof.functions = vec![format!("{hostile}:{hostile}")];
        proof.workloads[0].function = hostile.into();
        proof.workloads[0].provenance = Provenance::Example { cmd: hostile.into() };
        proof.differs_outside = Some(crate::report::DifferenceReport {
            function: hostile.into(),
            example: Counterexample {
                input: hostile.into(),
                base: hostile.into(),
                candidate: hostile.into(),
                path: String::new(),
                origin: Origin::Variation,
                call: 1,
            },
        });
        let mut base = baseline();
        base.steps[1].cmd = hostile.into();
        base.environment.fixed = BTreeMap::from([(hostile.to_owned(), hostile.to_owned())]);
        let mut found = opportunity();
        (found.path, found.finding.message) = (hostile.into(), hostile.into());
        found.finding.why = hostile.into();
        let mut refused = attempt("cand-1", AttemptStatus::Rejected, Some(hostile), hostile);
        refused.files = vec![hostile.into()];
        let mut own = attempt("cand-0123456789abcdef", AttemptStatus::Accepted, None, "");
        own.verdicts = vec![Verdict::passed(hostile, hostile)];
        let draft = Subject {
            proposal: &report,
            baseline: Some(&base),
            opportunity: Some(&found),
            attempts: &[own, refused],
            folder: "",
            base_branch: "main",
            evidence_url: Some("https://selfopt.example/x>@octocat"),
        }
        .draft();
        assert_eq!(acts_on(&draft.body), [""; 0], "{hostile}\n{}", draft.body);
        assert_eq!(Marker::find(&draft.body), Some(draft.marker.clone()), "{hostile}");
        // Every table keeps its number of cells.
        let mut cells = None;
        for line in draft.body.lines() {
            let n = line.starts_with('|').then(|| line.matches('|').count());
            assert!(cells.is_none() || n.is_none() || n == cells, "{line}");
            cells = n;
        }
        for text in [&draft.title, &draft.message] {
            assert!(
                !text.contains("@o") && !text.contains("[skip") && !text.contains("#1"),
                "{text}"
            );
            assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
        }
        assert_eq!(draft.title.lines().count(), 1);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-/".contains(c);
        assert!(draft.branch.chars().all(plain) && draft.branch.len() < 90, "{}", draft.branch);
    }
}

#[test]
fn a_body_fits_however_much_there_is() {
    let mut long = proposal();
    let text = "@x |`".repeat(4000);
    long.title.clone_from(&text);
    long.files = vec![text.clone(); 500];
    let proof = long.proof.as_mut().expect("a proof");
    proof.notes = vec![text.clone(); 500];
    proof.workloads = vec![proof.workloads[0].clone(); 500];
    let attempts = vec![attempt("cand-1", AttemptStatus::Rejected, Some("tests"), &text); 500];
    let draft = Subject {
        proposal: &long,
        baseline: Some(&baseline()),
        opportunity: Some(&opportunity()),
        attempts: &attempts,
        folder: "",
        base_branch: "main",
        evidence_url: None,
    }
    .draft();
    assert!(draft.body.chars().count() < 65_536, "{}", draft.body.chars().count());
    assert!(draft.title.chars().count() < 256);
    assert_eq!(Marker::find(&draft.body), Some(draft.marker));
    assert!(draft.body.contains("and 488 more") || draft.body.contains("too long for this page"));
}

#[test]
fn a_fingerprint_stays_while_code_moves() {
    let of = |report: &ProposalReport| Fingerprint::of(report).to_string();
    let one = proposal();
    let mut moved = proposal();
    moved.base = "f".repeat(40);
    moved.id = ProposalId::new("prop-ffffffffffffffff");
    moved.title = "Another title".into();
    moved.gain = Ratio(0.1);
    moved.diff = DIFF.replace("@@ -3,3 +3,3 @@ class Graph\n context", "@@ -90,3 +95,3 @@\n other");
    assert_eq!(of(&one), of(&moved));
    let differs = |change: fn(&mut ProposalReport)| {
        let mut other = proposal();
        change(&mut other);
        assert_ne!(of(&one), of(&other));
    };
    differs(|report| report.rule = RuleId::new("other-rule"));
    differs(|report| report.files = vec!["src/other.js".into()]);
    differs(|report| report.diff = report.diff.replace("set.has", "map.has"));
    differs(|report| {
        report.proof.as_mut().expect("a proof").functions = vec!["src/graph.js:Graph.other".into()];
    });
    assert_eq!(Fingerprint::parse(&of(&one)), Some(Fingerprint::of(&one)));
    for bad in ["", "0123456789abcdeF", "0123456789abcdef0", "../../../../etc/x"] {
        assert_eq!(Fingerprint::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_marker_is_read_back_from_what_people_edit() {
    let draft = drafted(&proposal());
    let edited = format!("hello\r\n\r\n{}\r\nthanks!\r\n", draft.body.replace('\n', "\r\n"));
    assert_eq!(Marker::find(&edited), Some(draft.marker.clone()));
    let Marker::Proposal { fingerprint, .. } = &draft.marker else { panic!("of a proposal") };
    let later = Marker::Proposal {
        id: ProposalId::new("prop-1111111111111111"),
        fingerprint: fingerprint.clone(),
    };
    assert!(draft.marker.is_same_change(&later) && draft.marker != later);
    assert!(!draft.marker.is_same_change(&Marker::Onboarding));
    for not in [
        "",
        "text <!-- selfopt:onboarding -->",
        "<!-- selfopt:onboarding --> text",
        "<!-- selfopt:other -->",
        "<!-- selfopt:proposal prop-1 0123456789abcdef -->",
        "<!-- selfopt:proposal prop-0123456789abcdef 01 -->",
        "<!-- selfopt:proposal prop-0123456789abcdef 0123456789abcdef more -->",
    ] {
        assert_eq!(Marker::find(not), None, "{not}");
    }
}

#[test]
fn the_introduction_says_what_will_happen() {
    let evidence = |path: &str, line, text: &str| EvidenceLine {
        path: path.into(),
        line: Some(line),
        text: text.into(),
    };
    let command = |cmd: &str, confidence| {
        Some(DetectedCommand {
            cmd: cmd.into(),
            confidence: Ratio(confidence),
            source: CommandSource::User,
            evidence: vec![evidence("package.json", 7, "x")],
        })
    };
    let project = Project {
        name: Some("graph".into()),
        package_manager: None,
        working_directory: ".".into(),
        install_cmd: command("npm ci", 1.0),
        build_cmd: None,
        typecheck_cmd: None,
        test_cmd: command("npm test | tee `log` @octocat", 0.4),
        bench: None,
        node_version: None,
        workspace_kind: WorkspaceKind::None,
        packages: Vec::new(),
        package: None,
        apart: Vec::new(),
        rejected: Vec::new(),
        services: Vec::new(),
        tags: Vec::new(),
        notes: vec![DetectionNote {
            message: "two lock files <b>".into(),
            hint: None,
            evidence: None,
        }],
    };
    let base = CommitId::new("0123456789abcdef0123456789abcdef01234567");
    let draft = Onboarding {
        project: &project,
        config: "# selfopt\n",
        folder: "packages/graph",
        base_branch: "main",
        base: &base,
        schedule: "Every night at 02:00 UTC",
    }
    .draft();
    assert_eq!(acts_on(&draft.body), [""; 0], "{}", draft.body);
    assert_eq!(
        draft.changes,
        [FileUpdate::Create {
            path: "packages/graph/selfopt.toml".into(),
            content: "# selfopt\n".into()
        }]
    );
    insta::assert_snapshot!(draft.body);
}
