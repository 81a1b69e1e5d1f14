//! The judgement of recorded pairs, one case after the other.

use std::num::NonZeroU32;

use super::*;
use crate::digest::Digest;
use crate::domain::{
    Block, Judged, PairFailure, Provenance, Sizes, TouchedFunction, Verdict, VerdictOutcome,
    WorkloadRole,
};
use crate::statistics::{IterationTimes, Metric, NanoLog, NoiseClass, PairSchedule, Side};

/// What identical code differs by, pair after pair: nothing on average.
const QUIET: [f64; 10] = [0.2, -0.3, 0.1, -0.1, 0.3, -0.2, 0.0, 0.2, -0.2, 0.1];
/// Nanoseconds of a block of the base, and the calls in it.
const BLOCK_NANOS: f64 = 10_000_000.0;
const CALLS: u64 = 10_000;

fn inputs() -> WorkloadsInputs {
    let function = |id, name: &str| TouchedFunction {
        id,
        path: "src/a.js".into(),
        name: name.into(),
        line: 1,
        judged: Judged::Detached,
    };
    WorkloadsInputs {
        not_needed: None,
        benchmark: BenchmarkSaid {
            answer: BenchmarkAnswer::CannotTell,
            reason: "no benchmark was found".into(),
        },
        touches: Touches { functions: vec![function(0, "f"), function(1, "g")], outside: None },
        nothing_to_measure: None,
        measured: Vec::new(),
        parameters: Parameters { confirmations: NonZeroU32::MIN, ..Parameters::default() },
        run_seed: 1,
        base_sha: "base".into(),
        diff_sha: Digest::of(b"diff").to_string(),
        budget: Budget::Open,
    }
}

/// A workload of `f` in this role.
fn workload(role: WorkloadRole, elements: u64, factor: Option<f64>) -> Workload {
    Workload {
        id: format!("{role:?}-{elements}").to_lowercase(),
        function: 0,
        role,
        provenance: if role == WorkloadRole::Guards {
            Provenance::Tests
        } else {
            Provenance::File { path: "bench/inputs.js".into() }
        },
        digest: Digest::of(b"calls"),
        calls: 7,
        elements: Sizes { min: 1, median: elements, max: elements },
        factor,
        in_place: false,
    }
}

/// A pair whose candidate saves this many percent.
fn pair(
    inputs: &WorkloadsInputs,
    id: &str,
    diff: &str,
    index: usize,
    percent: f64,
) -> FunctionPair {
    let index = u32::try_from(index).unwrap();
    let times = |nanos: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "test times")]
        let nanos = nanos.round() as u64;
        IterationTimes { cpu_nanos: nanos, wall_nanos: nanos }
    };
    let block =
        Block { base: times(BLOCK_NANOS), candidate: times(BLOCK_NANOS * (1.0 - percent / 100.0)) };
    FunctionPair {
        index,
        first: PairSchedule::new(&inputs.key(id, diff), index, 0).first_spawned,
        blocks: vec![block; 3],
        calls_per_block: CALLS,
        rss: None,
        allocated: None,
        load_milli: [None, None],
        failure: None,
    }
}

impl WorkloadsInputs {
    /// With a workload on which identical code differs so, and the candidate
    /// saves this many percent.
    fn with(mut self, workload: Workload, noise: &[f64], saves: &[f64]) -> Self {
        let id = self.bench_id(&workload);
        let empty = Digest::of(b"").to_string();
        let pairs = |diff: &str, values: &[f64]| -> Vec<FunctionPair> {
            let values = values.iter().enumerate();
            values.map(|(index, percent)| pair(&self, &id, diff, index, *percent)).collect()
        };
        let noise_pairs = pairs(&empty, noise);
        let pairs = pairs(&self.diff_sha, saves);
        self.measured.push(MeasuredWorkload { workload, noise_pairs, pairs });
        self
    }

    /// With a workload that decides, of 7 elements.
    fn deciding(self, saves: &[f64]) -> Self {
        self.with(workload(WorkloadRole::Decides, 7, None), &QUIET, saves)
    }

    fn guarded(self, saves: &[f64]) -> Self {
        self.with(workload(WorkloadRole::Guards, 3, None), &[], saves)
    }

    fn rung(self, elements: u64, factor: f64, percent: f64) -> Self {
        let saves = around(percent, 6);
        self.with(workload(WorkloadRole::Ladder, elements, Some(factor)), &[], &saves)
    }

    fn verdict(&self) -> Verdict {
        self.judge().verdict
    }
}

/// Values near this one.
fn around(percent: f64, n: usize) -> Vec<f64> {
    QUIET.iter().cycle().take(n).map(|noise| percent + noise).collect()
}

fn check(inputs: &WorkloadsInputs, outcome: VerdictOutcome, says: &[&str]) -> Verdict {
    let verdict = inputs.verdict();
    assert_eq!(verdict.outcome, outcome, "{verdict:?}");
    for part in says {
        assert!(verdict.reason.contains(part), "no `{part}` in {}", verdict.reason);
    }
    if outcome != VerdictOutcome::Passed {
        assert!(verdict.would_flip.is_some(), "nothing would flip {verdict:?}");
    }
    verdict
}

#[test]
fn a_clear_gain_is_accepted_with_its_numbers() {
    let inputs = inputs().deciding(&around(30.0, 10)).guarded(&around(5.0, 10));
    let says = ["`f` on inputs of `bench/inputs.js` (1 to 7 elements, median 7)", ": gain 30."];
    check(&inputs, VerdictOutcome::Passed, &says);
    let judged = inputs.judge();
    assert_eq!(judged.break_even, None);
    assert_eq!(judged.workloads[0].call_picos, Some([1_000_000, 699_000]));
    assert!(judged.workloads[0].at_least > Some(NanoLog::ZERO));
    assert_eq!(judged.workloads[0].noise_class(), Some(NoiseClass::Good));
}

#[test]
fn what_gains_too_little_or_nothing_is_rejected() {
    for percent in [0.0, 1.5, -20.0] {
        let inputs = inputs().deciding(&around(percent, 32));
        check(&inputs, VerdictOutcome::Refused, &["below the 3 %"]);
    }
}

#[test]
fn what_noise_leaves_open_is_inconclusive() {
    let values = [12.0, 4.0, -16.0, 9.0, 2.0, -12.0, 14.0, 5.0];
    let wild: Vec<f64> = values.into_iter().cycle().take(32).collect();
    let verdict = check(&inputs().deciding(&wild), VerdictOutcome::Inconclusive, &["left it open"]);
    assert_eq!(verdict.would_flip.as_deref(), Some("a quieter machine"));
}

#[test]
fn a_budget_that_ends_first_is_named() {
    let few = WorkloadsInputs { budget: Budget::Spent, ..inputs().deciding(&around(30.0, 4)) };
    let verdict = check(&few, VerdictOutcome::Inconclusive, &["budget ended the measurement"]);
    assert_eq!(verdict.would_flip.as_deref(), Some("a larger `[budget]` in selfopt.toml"));
    let noise_only = inputs().with(workload(WorkloadRole::Decides, 7, None), &QUIET[..3], &[]);
    let noise_only = WorkloadsInputs { budget: Budget::Spent, ..noise_only };
    check(&noise_only, VerdictOutcome::Inconclusive, &["noise of src/a.js:f@decides-7", "budget"]);
    // A verdict that was reached stands.
    let reached = WorkloadsInputs { budget: Budget::Spent, ..inputs().deciding(&around(30.0, 10)) };
    check(&reached, VerdictOutcome::Passed, &[]);
}

#[test]
fn a_loss_at_recorded_sizes_and_a_gain_at_larger_ones_depends_on_the_size() {
    let tests =
        Workload { provenance: Provenance::Tests, ..workload(WorkloadRole::Decides, 7, None) };
    let inputs = inputs()
        .with(tests, &QUIET, &around(-20.0, 6))
        .rung(1, 0.1, -30.0)
        .rung(30, 4.0, -2.0)
        .rung(70, 10.0, 40.0)
        .rung(700, 100.0, 80.0);
    let says =
        ["the inputs of the tests have at most 7 elements", "it pays from about 70 elements"];
    let verdict = check(&inputs, VerdictOutcome::SizeDependent, &says);
    assert_eq!(inputs.judge().break_even, Some(70));
    assert!(verdict.would_flip.is_some_and(|flip| flip.contains("workloads = ")));
}

/// What would be measured next: the factor, and behind which rung.
fn gap(inputs: &WorkloadsInputs) -> Option<(f64, usize)> {
    super::refine::gap(inputs, 0).map(|gap| {
        assert_eq!(gap.of.role, WorkloadRole::Decides);
        (gap.factor, gap.at)
    })
}

#[test]
fn the_break_even_is_looked_for_between_the_last_loss_and_the_next_rung() {
    let loses = || inputs().deciding(&around(-20.0, 6)).rung(1, 0.125, -30.0);
    let far = loses().rung(56, 8.0, 40.0).rung(448, 64.0, 80.0);
    assert_eq!(gap(&far), Some((2.8, 2)), "between as recorded and 8 times");
    assert_eq!(far.judge().break_even, Some(56));
    // The rung in the middle gains: the gap is below it. It loses: above it.
    let gains = loses().rung(20, 2.8, 5.0).rung(56, 8.0, 40.0);
    assert_eq!(gap(&gains), Some((1.7, 2)));
    assert_eq!(gains.judge().break_even, Some(20));
    let loses_there = loses().rung(20, 2.8, -5.0).rung(56, 8.0, 40.0);
    assert_eq!(gap(&loses_there), Some((4.7, 3)));
    // The smaller ones lose: the gap is below what decides.
    let small = inputs().deciding(&around(30.0, 10)).rung(1, 0.125, -30.0).rung(56, 8.0, 40.0);
    assert_eq!(gap(&small), Some((0.35, 2)), "it stands behind the rung below it");
    // A size between two that do not gain is no break-even.
    let twice = loses().rung(56, 8.0, 40.0).rung(448, 64.0, -10.0).rung(3584, 512.0, 80.0);
    assert_eq!(gap(&twice), Some((180.0, 4)));
}

#[test]
fn no_rung_is_added_where_it_would_say_nothing() {
    let near = inputs().deciding(&around(-20.0, 6)).rung(14, 2.0, 40.0);
    assert_eq!(gap(&near), None, "within a factor of two");
    let never = inputs().deciding(&around(-20.0, 6)).rung(56, 8.0, -40.0);
    assert_eq!(gap(&never), None, "the largest loses");
    let always = inputs().deciding(&around(30.0, 10)).rung(56, 8.0, 40.0);
    assert_eq!(gap(&always), None, "every size gains");
    // Inputs of another source are no rung of this ladder.
    let guard = inputs().deciding(&around(30.0, 10)).guarded(&around(-15.0, 10));
    assert_eq!(gap(&guard), None);
    assert_eq!(super::refine::gap(&guard, 1), None, "another function");
}

#[test]
fn a_loss_at_the_sizes_that_a_user_names_is_rejected_whatever_larger_ones_gain() {
    let inputs = inputs().deciding(&around(-20.0, 6)).rung(70, 10.0, 40.0);
    let says = ["`bench/inputs.js` (1 to 7 elements", "it pays from about 70 elements only"];
    let verdict = check(&inputs, VerdictOutcome::Refused, &says);
    assert!(verdict.would_flip.is_some_and(|flip| flip.contains("larger inputs")));
}

#[test]
fn inputs_of_the_tests_that_only_show_do_not_decide() {
    let tests = Workload {
        provenance: Provenance::Tests,
        id: "tests".into(),
        ..workload(WorkloadRole::Ladder, 3, None)
    };
    let inputs = inputs().deciding(&around(30.0, 10)).with(tests, &[], &around(-40.0, 6));
    check(&inputs, VerdictOutcome::Passed, &["at least"]);
    assert_eq!(inputs.judge().break_even, Some(7));
}

#[test]
fn a_class_of_the_same_inputs_that_loses_is_named() {
    let small = Workload {
        id: "inputs.js:small".into(),
        provenance: Provenance::File { path: "bench/inputs.js".into() },
        ..workload(WorkloadRole::Guards, 3, None)
    };
    let inputs = inputs().deciding(&around(30.0, 10)).with(small, &[], &around(-15.0, 10));
    let says = ["it loses on the small inputs of `bench/inputs.js` (1 to 3 elements"];
    check(&inputs, VerdictOutcome::SizeDependent, &says);
}

#[test]
fn a_gain_at_smaller_sizes_only_is_rejected() {
    let inputs = inputs().deciding(&around(-20.0, 6)).rung(1, 0.1, 40.0).rung(70, 10.0, -40.0);
    check(&inputs, VerdictOutcome::Refused, &["below the 3 %"]);
    assert_eq!(inputs.judge().break_even, None, "the largest size loses");
}

#[test]
fn a_rung_that_loses_is_shown_and_does_not_decide() {
    let inputs = inputs().rung(1, 0.1, -15.0).deciding(&around(30.0, 10)).rung(70, 10.0, 60.0);
    check(&inputs, VerdictOutcome::Passed, &[]);
    let judged = inputs.judge();
    assert_eq!(judged.break_even, Some(7));
    assert!(!judged.workloads[0].holds);
}

#[test]
fn a_rung_that_gave_no_value_neither_loses_nor_counts() {
    let mut inputs = inputs().deciding(&around(30.0, 10)).rung(700, 100.0, 80.0);
    let pairs = &mut inputs.measured[1].pairs;
    pairs.truncate(1);
    pairs[0].failure = Some(PairFailure { side: None, reason: "out of time".into() });
    check(&inputs, VerdictOutcome::Passed, &[]);
    let judged = inputs.judge();
    assert_eq!(judged.break_even, None);
    assert!(judged.workloads[1].holds && judged.workloads[1].effect.is_none());
}

#[test]
fn a_recorded_class_that_loses_makes_it_depend_on_the_size() {
    let inputs = inputs().deciding(&around(30.0, 10)).guarded(&around(-15.0, 10));
    let says =
        ["it loses on inputs of the tests (1 to 3 elements", "it pays from about 7 elements"];
    check(&inputs, VerdictOutcome::SizeDependent, &says);
}

#[test]
fn a_recorded_class_that_was_not_measured_leaves_it_open() {
    let spent = WorkloadsInputs {
        budget: Budget::Spent,
        ..inputs().deciding(&around(30.0, 10)).guarded(&around(5.0, 2))
    };
    check(&spent, VerdictOutcome::Inconclusive, &["not known whether it loses", "budget"]);
    let mut failed = inputs().deciding(&around(30.0, 10)).guarded(&[5.0]);
    failed.measured[1].pairs[0].failure = Some(PairFailure { side: None, reason: "killed".into() });
    check(&failed, VerdictOutcome::Inconclusive, &["not known whether it loses", "too few pairs"]);
}

#[test]
fn a_candidate_that_fails_is_refused() {
    let mut inputs = inputs().deciding(&around(30.0, 10));
    let failure = PairFailure { side: Some(Side::Candidate), reason: "it threw".into() };
    inputs.measured[0].pairs[4].failure = Some(failure);
    let says = ["the candidate failed in pair 4 of src/a.js:f@decides-7: it threw"];
    check(&inputs, VerdictOutcome::Refused, &says);
}

#[test]
fn pairs_that_give_no_value_leave_it_open() {
    let mut inputs = inputs().deciding(&around(30.0, 10));
    for pair in &mut inputs.measured[0].pairs[..6] {
        pair.failure = Some(PairFailure { side: Some(Side::Base), reason: "out of time".into() });
    }
    check(&inputs, VerdictOutcome::Inconclusive, &["6 of 20 pairs", "out of time"]);
    // A few do not matter.
    inputs.measured[0].pairs[2..6].iter_mut().for_each(|pair| pair.failure = None);
    let more = around(30.0, 12);
    let mut inputs = super::tests::inputs().deciding(&more);
    inputs.measured[0].pairs[3].failure =
        Some(PairFailure { side: None, reason: "disturbed".into() });
    check(&inputs, VerdictOutcome::Passed, &[]);
}

#[test]
fn work_that_vanished_is_refused() {
    // The base takes 1 µs a call, the candidate half a nanosecond.
    let inputs = inputs().deciding(&[99.95; 10]);
    check(&inputs, VerdictOutcome::Refused, &["less than a nanosecond", "its work was removed"]);
    // What was that fast before is no matter of this.
    let mut tiny = super::tests::inputs().deciding(&around(30.0, 10));
    for measured in &mut tiny.measured {
        for pair in measured.pairs.iter_mut().chain(&mut measured.noise_pairs) {
            pair.calls_per_block = 20_000_000;
        }
    }
    check(&tiny, VerdictOutcome::Passed, &[]);
}

#[test]
fn pairs_out_of_their_schedule_are_refused() {
    let mut turned = inputs().deciding(&around(30.0, 10));
    let pair = &mut turned.measured[0].pairs[2];
    pair.first = if pair.first == Side::Base { Side::Candidate } else { Side::Base };
    check_schedule(&turned, 2);
    let mut left_out = inputs().deciding(&around(30.0, 11));
    left_out.measured[0].pairs.remove(5);
    check_schedule(&left_out, 5);
    let mut noise = inputs().deciding(&around(30.0, 10));
    noise.measured[0].noise_pairs.swap(0, 1);
    check_schedule(&noise, 0);
}

fn check_schedule(inputs: &WorkloadsInputs, pair: usize) {
    let verdict = inputs.verdict();
    assert_eq!(verdict.outcome, VerdictOutcome::Refused, "{verdict:?}");
    let expected =
        format!("pair {pair} of src/a.js:f@decides-7 was not measured in its scheduled order");
    assert_eq!(verdict.reason, expected);
}

#[test]
fn identical_code_that_differs_says_nothing_of_the_candidate() {
    let biased: Vec<f64> = around(4.0, 10);
    let of = |noise: &[f64]| {
        inputs().with(workload(WorkloadRole::Decides, 7, None), noise, &around(30.0, 10))
    };
    check(
        &of(&biased),
        VerdictOutcome::Inconclusive,
        &["10 pairs of identical code differ by 4.0 %", "biased"],
    );
    let wild = [50.0, -80.0, 40.0, -60.0, 55.0, -90.0, 45.0, -70.0, 52.0, -85.0];
    let verdict = check(&of(&wild), VerdictOutcome::Inconclusive, &["too noisy", "at most 20 %"]);
    let noise = verdict.details.pointer("/assessed/0/noise/class");
    assert_eq!(noise.and_then(|class| class.as_str()), Some("unusable"), "{verdict:?}");
}

/// Two functions; `g` is measured on a workload of its own.
fn two(of_f: &[f64], of_g: &[f64]) -> WorkloadsInputs {
    let mut both = inputs();
    both.parameters.tries = NonZeroU32::new(2).unwrap();
    let of_function = |function| Workload { function, ..workload(WorkloadRole::Decides, 7, None) };
    both.with(of_function(0), &QUIET, of_f).with(of_function(1), &QUIET, of_g)
}

#[test]
fn one_of_two_functions_must_gain_and_none_may_lose() {
    let gains = around(30.0, 10);
    let same = around(0.0, 8);
    check(&two(&gains, &same), VerdictOutcome::Passed, &["`f` on", "`g` on"]);
    check(&two(&same, &gains), VerdictOutcome::Passed, &[]);
    let slower = check(
        &two(&gains, &around(-20.0, 6)),
        VerdictOutcome::Refused,
        &["`g` is slower on inputs of `bench/inputs.js`"],
    );
    assert!(slower.would_flip.is_some_and(|flip| flip.contains("`g`")));
    check(&two(&same, &same), VerdictOutcome::Refused, &["below the 3 %"]);
}

#[test]
fn the_break_even_is_that_of_the_function_that_needs_most() {
    let of_g = |elements, factor| Workload {
        function: 1,
        ..workload(WorkloadRole::Ladder, elements, Some(factor))
    };
    let inputs = two(&around(30.0, 10), &around(0.0, 8))
        .rung(1, 0.1, -20.0)
        .with(of_g(500, 70.0), &[], &around(-10.0, 6))
        .with(of_g(5000, 700.0), &[], &around(10.0, 6));
    assert_eq!(inputs.judge().break_even, Some(5000));
}

#[test]
fn sizes_that_are_equal_do_not_contradict_a_loss() {
    let inputs = inputs()
        .deciding(&around(30.0, 10))
        .with(workload(WorkloadRole::Guards, 7, None), &[], &around(-15.0, 10))
        .rung(70, 10.0, 40.0);
    assert_eq!(inputs.judge().break_even, Some(70));
}

#[test]
fn what_gains_by_repetition_alone_is_no_gain() {
    let unrepeated = |saves: &[f64]| {
        let again = workload(WorkloadRole::Unrepeated, 7, None);
        inputs().deciding(&around(80.0, 10)).with(again, &[], saves)
    };
    check(&unrepeated(&around(40.0, 6)), VerdictOutcome::Passed, &["gain 80"]);
    let loses = check(
        &unrepeated(&around(-60.0, 6)),
        VerdictOutcome::Refused,
        &["where calls are repeated", "remembering what does not come again"],
    );
    assert!(loses.would_flip.is_some_and(|flip| flip.contains("has not seen before")));
    check(&unrepeated(&around(0.0, 6)), VerdictOutcome::Refused, &["does not come again"]);
    check(&unrepeated(&around(40.0, 3)), VerdictOutcome::Inconclusive, &["not known"]);
    let none = Workload { calls: 0, ..workload(WorkloadRole::Unrepeated, 7, None) };
    let none = inputs().deciding(&around(80.0, 10)).with(none, &[], &[]);
    check(&none, VerdictOutcome::Inconclusive, &["remembers their results", "no other values"]);
}

#[test]
fn in_the_test_process_cpu_time_counts() {
    let waits = |in_place| {
        let workload = Workload { in_place, ..workload(WorkloadRole::Decides, 7, None) };
        let mut inputs = inputs().with(workload, &QUIET, &[]);
        let measured = inputs.measured.first_mut().unwrap();
        for pair in &mut measured.noise_pairs {
            for block in &mut pair.blocks {
                block.base.wall_nanos *= 50;
            }
        }
        measured.metric(&Parameters::default())
    };
    assert_eq!(waits(true), Metric::Cpu);
    assert_eq!(waits(false), Metric::Wall);
}

#[test]
fn without_a_workload_the_benchmark_has_the_last_word() {
    let none = WorkloadsInputs { nothing_to_measure: Some("`f`: constructor".into()), ..inputs() };
    let says = ["no benchmark was found", "no function to measure by itself: `f`: constructor"];
    check(&none, VerdictOutcome::Inconclusive, &says);
    let not_shown = BenchmarkSaid { answer: BenchmarkAnswer::NotShown, reason: "0.1 %".into() };
    check(
        &WorkloadsInputs { benchmark: not_shown, ..none.clone() },
        VerdictOutcome::Refused,
        &["0.1 %", "constructor"],
    );
    let not_needed = WorkloadsInputs { not_needed: Some("the benchmark shows it".into()), ..none };
    check(&not_needed, VerdictOutcome::Passed, &["not needed: the benchmark shows it"]);
}
