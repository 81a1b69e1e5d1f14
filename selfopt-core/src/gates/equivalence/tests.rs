//! The judgement of replayed calls.

use std::collections::BTreeMap;

use super::*;
use crate::domain::{Origin, Provenance, Sizes, Tally, VerdictOutcome};

fn touches(judged: &[Judged]) -> Touches {
    let function = |(id, judged): (u32, &Judged)| TouchedFunction {
        id,
        path: "src/a.js".into(),
        name: ["f", "g"][id as usize].into(),
        line: 1,
        judged: judged.clone(),
    };
    Touches { functions: (0..).zip(judged).map(function).collect(), outside: None }
}

fn agreed(calls: u64) -> Replayed {
    let inside = Tally { tried: 40, agreed: 40 };
    Replayed { calls, replayable: calls, agreed: calls, inside, ..Replayed::default() }
}

fn of(function: u32, replayed: Option<Replayed>) -> FunctionEquivalence {
    FunctionEquivalence {
        function,
        provenance: Provenance::Tests,
        in_place: false,
        seen: 12,
        unseen: None,
        kept: 10,
        not_copyable: BTreeMap::new(),
        elements: Sizes::default(),
        replayed,
        failed: None,
    }
}

fn unseen(function: u32, provenance: Provenance, why: Unseen) -> FunctionEquivalence {
    FunctionEquivalence { provenance, seen: 0, kept: 0, unseen: Some(why), ..of(function, None) }
}

fn example(origin: Origin) -> Counterexample {
    Counterexample {
        input: "([NaN])".into(),
        base: "true".into(),
        candidate: "false".into(),
        path: "result".into(),
        origin,
        call: 3,
    }
}

fn judge(judged: &[Judged], functions: Vec<FunctionEquivalence>) -> Verdict {
    EquivalenceInputs { touches: Some(touches(judged)), functions }.judge()
}

#[test]
fn agreement_is_counted_over_functions_and_sources() {
    let inputs = EquivalenceInputs {
        touches: Some(touches(&[Judged::Detached, Judged::Detached])),
        functions: vec![of(0, Some(agreed(10))), of(0, Some(agreed(5))), of(1, Some(agreed(7)))],
    };
    let verdict = inputs.judge();
    assert_eq!(verdict.outcome, VerdictOutcome::Passed);
    assert_eq!(verdict.reason, "22 recorded calls and 120 of their variations agree");
    assert!(inputs.is_complete() && !inputs.tally().differs_outside);
}

#[test]
fn a_difference_is_refused_with_the_input_that_shows_it() {
    let recorded = Replayed { difference: Some(example(Origin::Recorded)), ..agreed(9) };
    let varied = Replayed { difference_inside: Some(example(Origin::Variation)), ..agreed(10) };
    for replayed in [recorded, varied] {
        let verdict = judge(&[Judged::Detached], vec![of(0, Some(replayed))]);
        assert_eq!(verdict.outcome, VerdictOutcome::Refused);
        assert_eq!(verdict.reason, "`f([NaN])`: the base gives true, the candidate false");
        assert!(verdict.would_flip.is_some_and(|flip| flip.contains("`f` does the same")));
    }
}

#[test]
fn a_difference_within_the_result_says_where() {
    let difference = Counterexample { path: "result[2]".into(), ..example(Origin::Recorded) };
    let replayed = Replayed { difference: Some(difference), ..agreed(9) };
    let verdict = judge(&[Judged::Detached], vec![of(0, Some(replayed))]);
    let expected = "`f([NaN])`: the base gives true, the candidate false at `result[2]`";
    assert_eq!(verdict.reason, expected);
}

#[test]
fn an_outcome_that_has_a_verb_gets_no_second_one() {
    let ends = |base: &str, candidate: &str| Counterexample {
        base: base.into(),
        candidate: candidate.into(),
        ..example(Origin::Recorded)
    };
    let replayed = Replayed { difference: Some(ends("returns 5", "returns 1")), ..agreed(9) };
    let verdict = judge(&[Judged::Detached], vec![of(0, Some(replayed))]);
    assert_eq!(verdict.reason, "`f([NaN])`: the base returns 5, the candidate returns 1");
}

#[test]
fn a_difference_of_any_source_is_found() {
    let differs = Replayed { difference: Some(example(Origin::Recorded)), ..agreed(0) };
    let verdict = judge(
        &[Judged::Detached, Judged::Detached],
        vec![of(0, Some(agreed(10))), of(1, Some(agreed(10))), of(1, Some(differs))],
    );
    assert_eq!(verdict.outcome, VerdictOutcome::Refused);
    assert!(verdict.reason.starts_with("`g([NaN])`"), "{}", verdict.reason);
}

#[test]
fn a_difference_outside_of_the_recorded_shapes_is_noted_and_does_not_refuse() {
    let outside = Replayed { difference_outside: Some(example(Origin::Variation)), ..agreed(10) };
    let inputs = EquivalenceInputs {
        touches: Some(touches(&[Judged::Detached])),
        functions: vec![of(0, Some(outside))],
    };
    assert_eq!(inputs.judge().outcome, VerdictOutcome::Passed);
    assert!(inputs.tally().differs_outside && !inputs.tally().confuses_types);
}

#[test]
fn what_was_not_compared_is_said_with_its_reason() {
    let never = FunctionEquivalence { seen: 0, ..of(1, None) };
    let verdict =
        judge(&[Judged::Detached, Judged::Detached], vec![of(0, Some(agreed(10))), never]);
    assert_eq!(verdict.outcome, VerdictOutcome::Passed);
    assert!(verdict.reason.ends_with("; not compared: `g`: the tests do not call it"));
    let opaque = FunctionEquivalence {
        not_copyable: BTreeMap::from([("function".into(), 9), ("proxy".into(), 2)]),
        ..of(0, None)
    };
    let verdict = judge(&[Judged::Detached], vec![opaque]);
    assert_eq!(
        verdict.reason,
        "nothing could be compared: `f`: 9 of 12 calls hold what cannot be copied (function)"
    );
    let random = Replayed { calls: 10, nondeterministic: 10, ..Replayed::default() };
    let verdict = judge(&[Judged::Detached], vec![of(0, Some(random))]);
    assert!(verdict.reason.ends_with("none of 12 calls could be replayed"), "{}", verdict.reason);
    let not_at_all = Judged::NotAtAll { why: "constructor".into() };
    let verdict = judge(&[not_at_all], Vec::new());
    assert_eq!(verdict.reason, "nothing could be compared: `f`: constructor");
}

#[test]
fn that_nobody_looked_is_not_taken_for_that_nobody_calls() {
    let reason = |functions| judge(&[Judged::Detached], functions).reason;
    let red = Unseen::RunFailed { reason: "the tests ended with exit code 1".into() };
    assert_eq!(
        reason(vec![unseen(0, Provenance::Tests, red.clone())]),
        "nothing could be compared: `f`: the tests ended with exit code 1"
    );
    let not_loaded = Unseen::NotLoaded { path: "src/a.js".into() };
    let told = reason(vec![unseen(0, Provenance::Tests, not_loaded)]);
    assert!(told.contains("`f`: the tests do not load `src/a.js`, or where it is not"), "{told}");
    let told = reason(vec![unseen(0, Provenance::Tests, Unseen::HookNotLoaded)]);
    assert!(told.contains("no process of Node that ran for the tests had the recorder"), "{told}");
    let told = reason(vec![
        unseen(0, Provenance::Benchmark, red),
        unseen(0, Provenance::Tests, Unseen::NotCalled),
        unseen(0, Provenance::Tests, Unseen::NotCalled),
    ]);
    let expected = ": `f`: the tests ended with exit code 1; the tests do not call it";
    assert!(told.ends_with(expected), "{told}");
}

#[test]
fn what_fell_back_is_noted_with_its_reason() {
    let why = "`replay.cjs` was stopped at its 4 GiB memory limit".to_owned();
    let failed = FunctionEquivalence { failed: Some(why.clone()), ..of(0, None) };
    let beside = FunctionEquivalence { in_place: true, ..of(0, Some(agreed(3))) };
    let of_g = unseen(1, Provenance::Benchmark, Unseen::HookNotLoaded);
    let inputs = EquivalenceInputs {
        touches: Some(touches(&[Judged::InPlace { why: why.clone() }, Judged::Detached])),
        functions: vec![failed.clone(), beside, of_g, of(1, Some(agreed(3)))],
    };
    let notes = inputs.notes();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert_eq!(notes[0], format!("`f` is judged in place: {why}"));
    let expected = "no call of `g` from the repository's benchmark is compared: no process of Node";
    assert!(notes[1].starts_with(expected), "{notes:?}");
    let verdict = inputs.judge();
    assert_eq!(verdict.details["notes"][0], notes[0]);
    // Another source of calls was replayed: the function stays on copies.
    let inputs = EquivalenceInputs {
        touches: Some(touches(&[Judged::Detached])),
        functions: vec![failed, of(0, Some(agreed(3)))],
    };
    assert_eq!(inputs.notes(), [format!("no call of `f` from the tests is compared: {why}")]);
    let never = vec![unseen(0, Provenance::Tests, Unseen::NotCalled)];
    let inputs = EquivalenceInputs { functions: never, ..inputs };
    assert!(inputs.notes().is_empty());
}

#[test]
fn changes_outside_of_functions_are_never_complete() {
    let all = Touches { outside: Some("a top-level statement changes".into()), ..touches(&[]) };
    let inputs = EquivalenceInputs { touches: Some(all), functions: Vec::new() };
    assert!(!inputs.is_complete());
    let reason = inputs.judge().reason;
    assert_eq!(reason, "nothing could be compared: a top-level statement changes");
    let also = Touches {
        outside: Some("a top-level statement changes".into()),
        ..touches(&[Judged::Detached])
    };
    let functions = vec![of(0, Some(agreed(10)))];
    let inputs = EquivalenceInputs { touches: Some(also), functions };
    assert!(!inputs.is_complete());
    let reason = inputs.judge().reason;
    assert!(reason.ends_with("; not compared: a top-level statement changes"), "{reason}");
    let none = EquivalenceInputs { touches: None, functions: Vec::new() };
    assert!(!none.is_complete());
    assert_eq!(none.judge().outcome, VerdictOutcome::Passed);
}
