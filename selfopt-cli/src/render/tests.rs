//! What people read of a proof.

use selfopt_core::gates::names;
use selfopt_core::report::{DifferenceReport, ProofReport, ProposalReport, WorkloadReport};
use selfopt_core::{
    AttemptStatus, Counterexample, FunctionEquivalence, Judged, Origin, Provenance, Ratio,
    Replayed, RuleId, Sizes, TouchedFunction, Touches, Verdict, WorkloadRole,
};
use serde_json::json;

use super::{markdown, refusal, summary, workloads};

/// The proposal that the core's pull requests are tested on.
fn known() -> ProposalReport {
    let json = include_str!("../../../selfopt-core/src/report/example.json");
    serde_json::from_str(json).expect("it is a proposal")
}

fn known_proof() -> ProofReport {
    known().proof.expect("it has one")
}

fn workload(
    role: WorkloadRole,
    elements: [u64; 3],
    gain: f64,
    call_ns: [f64; 2],
) -> WorkloadReport {
    let [min, median, max] = elements;
    WorkloadReport {
        role,
        elements: Sizes { min, median, max },
        gain: Some(Ratio(gain)),
        gain_lower_bound: Some(Ratio(gain - 0.021)),
        holds: gain > -0.03,
        call_ns: Some(call_ns),
        ..known_proof().workloads[0].clone()
    }
}

fn example() -> Counterexample {
    Counterexample {
        input: "([NaN], NaN)".into(),
        base: "false".into(),
        candidate: "true\u{1b}[31m".into(),
        path: "result".into(),
        origin: Origin::Variation,
        call: 3,
    }
}

fn proof() -> ProofReport {
    let ladder = |elements, factor, gain, call_ns| WorkloadReport {
        factor: Some(factor),
        ..workload(WorkloadRole::Ladder, [elements; 3], gain, call_ns)
    };
    ProofReport {
        notes: Vec::new(),
        differs_outside: Some(DifferenceReport {
            function: "Graph.walk".into(),
            example: example(),
        }),
        workloads: vec![
            workload(WorkloadRole::Decides, [3, 7, 40], 0.68, [4120.0, 1318.0]),
            ladder(1, 0.1, -0.08, [92.0, 99.4]),
            ladder(70, 10.0, 0.91, [2.6e6, 2.3e5]),
        ],
        ..known_proof()
    }
}

fn proposal(proof: Option<ProofReport>) -> ProposalReport {
    ProposalReport {
        rule: RuleId::new("patch"),
        title: "Walk once".into(),
        base: "0123456789abcdef".into(),
        files: vec!["src/graph.js".into(), "src/list.js".into()],
        diff: "diff --git a/src/graph.js b/src/graph.js\n".into(),
        risk_reasons: vec!["5 points: it is the rule's own".into()],
        impact: known().impact.filter(|_| proof.is_some()),
        proof,
        bundle: "bundle-1.tar".into(),
        ..known()
    }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn a_proposal_shows_its_proof() {
    insta::assert_snapshot!(plain(&summary::proposal(&proposal(Some(proof())))), @r"

      prop-0123456789abcdef  patch  src/graph.js, src/list.js
        Walk once
        CPU of a call 4.12 µs → 1.32 µs: 68.0 % less, at least 65.9 % with 99.5 % confidence (10 pairs)
        functions  src/graph.js:Graph.walk
        measured   Graph.walk on 214 calls from the tests, 3 to 40 elements, median 7
        checked    214 calls and 200 variations agree; 5 of 5 changed lines reached; 5 of 6 mutants caught
        differs    Graph.walk([NaN], NaN) gives true and gave false; no recorded call is like it
        impact     12.0 % of the project's own CPU time was spent there, 8.1 % is saved (npm test)
        pays       from about 7 elements
        inputs      elements        a call             gain    at least
        tests       3–40, median 7  4.12 µs → 1.32 µs  68.0 %  65.9 %  decides
        tests ×0.1  1               92.0 ns → 99.4 ns  -8.0 %  -10.1 %  loses
        tests ×10   70              2.60 ms → 230 µs   91.0 %  88.9 %
        risk 21 of 100; evidence bundle-1.tar
        base 0123456789abcdef
        risk: 5 points: it is the rule's own

    diff --git a/src/graph.js b/src/graph.js
    ");
}

#[test]
fn markdown_shows_the_same_proof() {
    insta::assert_snapshot!(markdown::proposal(&proposal(Some(proof()))), @r"
    ## Walk once

    | proposal | rule | files | before | after | gain | at least | risk |
    |---|---|---|---|---|---|---|---|
    | `prop-0123456789abcdef` | patch | src/graph.js, src/list.js | 4.12 µs | 1.32 µs | 68.0 % | 65.9 % | 21 |

    - functions: src/graph.js:Graph.walk
    - measured: Graph.walk on 214 calls from the tests, 3 to 40 elements, median 7
    - checked: 214 calls and 200 variations agree; 5 of 5 changed lines reached; 5 of 6 mutants caught
    - differs: Graph.walk([NaN], NaN) gives true and gave false; no recorded call is like it
    - impact: 12.0 % of the project's own CPU time was spent there, 8.1 % is saved (npm test)
    - pays: **from about 7 elements**

    | inputs | elements | a call | gain | at least | |
    |---|---|---|---|---|---|
    | tests | 3–40, median 7 | 4.12 µs → 1.32 µs | 68.0 % | 65.9 % | decides |
    | tests ×0.1 | 1 | 92.0 ns → 99.4 ns | -8.0 % | -10.1 % | loses |
    | tests ×10 | 70 | 2.60 ms → 230 µs | 91.0 % | 88.9 % | |

    ```diff
    diff --git a/src/graph.js b/src/graph.js
    ```

    Base `0123456789abcdef`, 10 pairs, confidence 99.5 %.
    ");
}

#[test]
fn a_benchmarks_proposal_is_about_its_processes() {
    let text = plain(&summary::proposal(&proposal(None)));
    assert!(text.contains("CPU 0.0 ms → 0.0 ms: 68.0 % less"), "{text}");
    assert!(!text.contains("checked"), "{text}");
}

#[test]
fn what_was_not_compared_or_reached_is_said() {
    let unknown = ProofReport {
        workloads: proof().workloads[..1].to_vec(),
        calls_agreed: 0,
        reached_lines: None,
        mutants: [0, 0],
        ..ProofReport::default()
    };
    let text = plain(&summary::proposal(&proposal(Some(unknown))));
    assert!(text.contains("checked    no call could be compared; reach not measured\n"), "{text}");
    // One row would say no more than the figures.
    assert!(!text.contains("at least  \n") && !text.contains("elements  a call"), "{text}");
}

fn ending(verdict: Verdict, status: AttemptStatus) -> String {
    let gate = verdict.gate.clone();
    let reason = verdict.reason.clone();
    let earlier = Verdict::passed(names::TESTS, "12 tests pass");
    plain(&refusal::ending(status, Some(&gate), &reason, &[earlier, verdict]))
}

#[test]
fn a_difference_is_shown_with_its_input() {
    let touched = TouchedFunction {
        id: 0,
        path: "src/a.js".into(),
        name: "has".into(),
        line: 1,
        judged: Judged::Detached,
    };
    let touches = Touches { functions: vec![touched], outside: None };
    let difference = Some(example());
    let replayed = Some(Replayed { difference_inside: difference, ..Replayed::default() });
    let compared = FunctionEquivalence {
        function: 0,
        provenance: Provenance::Tests,
        in_place: false,
        seen: 9,
        unseen: None,
        kept: 9,
        not_copyable: std::collections::BTreeMap::new(),
        elements: Sizes::default(),
        replayed,
        failed: None,
    };
    let verdict = Verdict::refused(names::EQUIVALENCE, "`has([NaN], NaN)`: false, not true")
        .would_flip("a change after which `has` does the same on this input")
        .with_details(json!({ "touches": touches, "functions": [compared] }));
    insta::assert_snapshot!(ending(verdict, AttemptStatus::Rejected), @r"
      rejected at equivalence: `has([NaN], NaN)`: false, not true
      would flip it: a change after which `has` does the same on this input
        input      has([NaN], NaN)
        base       false
        candidate  true
        differs at result
        from       a variation of recorded call 4
      tests       12 tests pass
    ");
}

#[test]
fn what_fell_back_is_noted_wherever_the_change_is_shown() {
    let note = "`walk` is judged in place: `replay.cjs` was stopped at its 4 GiB memory limit";
    let proof = ProofReport { notes: vec![note.into()], ..proof() };
    let proved = proposal(Some(proof));
    let line = format!("\n    note       {note}\n");
    assert!(plain(&super::proof::human(&proved)).contains(&line));
    assert!(super::proof::markdown(&proved).contains(&format!("\n- note: {note}\n")));
    // The gate that ended it is a later one.
    let compared = Verdict::passed(names::EQUIVALENCE, "12 recorded calls agree")
        .with_details(json!({ "notes": [note] }));
    let refused = Verdict::refused(names::WORKLOADS, "below the 3 %");
    let text = refusal::ending(
        AttemptStatus::Rejected,
        Some(names::WORKLOADS),
        "below the 3 %",
        &[compared, refused],
    );
    assert!(plain(&text).contains(&format!("\n  note: {note}\n")), "{text}");
}

#[test]
fn a_refused_measurement_shows_its_table_and_the_noise() {
    let judged = |role: &str, elements: u64, factor: Option<f64>, effect: Option<i64>, holds| {
        json!({
            "function": "src/a.js:has",
            "workload": {
                "id": "tests", "function": 0, "role": role, "provenance": {"from": "tests"},
                "digest": "00", "calls": 9, "factor": factor, "in_place": false,
                "elements": {"min": elements, "median": elements, "max": elements},
            },
            "metric": "cpu", "noise": null, "decision": null, "effect": effect,
            "at_least": effect.map(|effect| effect - 10_000_000), "holds": holds, "pairs": 6,
            "call_picos": effect.map(|_| [52_000, 61_000]),
        })
    };
    let mut deciding = judged("decides", 4, None, Some(-160_000_000), false);
    deciding["noise"] = json!({
        "n_pairs": 10, "hodges_lehmann": 0, "floor": 0, "sigma": 9_000_000, "class": "good",
        "p_value": 1.0, "biased": false,
    });
    let workloads = [
        deciding,
        judged("ladder", 40, Some(10.0), Some(400_000_000), true),
        judged("ladder", 400, Some(100.0), None, false),
    ];
    let verdict = Verdict::size_dependent(names::WORKLOADS, "it pays from about 40 elements")
        .would_flip("a workload of the sizes that matter")
        .with_details(json!({ "workloads": workloads, "break_even": 40 }));
    insta::assert_snapshot!(ending(verdict, AttemptStatus::SizeDependent), @r"
      size-dependent at workloads: it pays from about 40 elements
      would flip it: a workload of the sizes that matter
        inputs      elements  a call             gain     at least
        tests       4         52.0 ns → 61.0 ns  -17.4 %  -18.5 %  loses
        tests ×10   40        52.0 ns → 61.0 ns  33.0 %   32.3 %
        tests ×100  400       -                  -        -
        noise of has on tests: good: identical code differs by 0.9 % (standard deviation of a pair, 10 pairs); gains from about 5 % can be proved
      tests       12 tests pass
    ");
}

#[test]
fn a_verdict_without_samples_needs_no_table() {
    let verdict = Verdict::inconclusive(names::WORKLOADS, "nothing to measure on")
        .would_flip("a test that calls it");
    let text = ending(verdict.clone(), AttemptStatus::Inconclusive);
    assert!(text.contains("inconclusive at workloads: nothing to measure on"), "{text}");
    assert!(text.contains("would flip it: a test that calls it"), "{text}");
    assert!(workloads::of_verdict(&verdict).is_empty());
    // What a file of the repository says cannot break out of its line.
    let hostile = Verdict::refused(names::TESTS, "a\n\u{1b}[2Jb");
    let text = ending(hostile, AttemptStatus::Rejected);
    assert!(text.contains("rejected at tests: a b\n"), "{text:?}");
}
