//! The tables of samples that are given.

use selfopt_core::digest::Digest;
use selfopt_core::gates::{BenchmarkAnswer, BenchmarkSaid, MeasuredWorkload, WorkloadsInputs};
use selfopt_core::statistics::{Budget, IterationTimes, PairSchedule, Parameters, ScheduleKey};
use selfopt_core::{Block, FunctionPair, Provenance, Sizes, Touches, Workload, WorkloadRole};

use super::measure::{Conditions, described};
use super::page::{page, values};
use super::tally::{bounds, tallies};
use super::trial::Trial;

const BLOCKS: usize = 20;

/// A trial whose pairs take these thousandths of the base's CPU time; of the elapsed times, the
/// candidate's best is `best` thousandths of the base's.
fn trial(gain_percent: u32, number: u32, noise: [u64; 2], pairs: &[u64], best: u64) -> Trial {
    let workload = Workload {
        id: "json".to_owned(),
        function: 0,
        role: WorkloadRole::Decides,
        provenance: Provenance::Tests,
        digest: Digest::of(b"json"),
        calls: 1,
        elements: Sizes::default(),
        factor: None,
        in_place: false,
    };
    let mut inputs = WorkloadsInputs {
        not_needed: None,
        benchmark: BenchmarkSaid { answer: BenchmarkAnswer::CannotTell, reason: String::new() },
        touches: Touches::default(),
        nothing_to_measure: None,
        measured: vec![MeasuredWorkload { workload, noise_pairs: Vec::new(), pairs: Vec::new() }],
        parameters: Parameters::default(),
        run_seed: 9,
        base_sha: String::new(),
        diff_sha: "a change".to_owned(),
        budget: Budget::Open,
    };
    let empty = Digest::of(b"").to_string();
    let noise: Vec<u64> = noise.iter().copied().cycle().take(10).collect();
    let of = |diff: &str, shares: &[u64], best| -> Vec<FunctionPair> {
        (0..).zip(shares).map(|(index, share)| pair(diff, index, *share, best)).collect()
    };
    inputs.measured[0].noise_pairs = of(&empty, &noise, 1000);
    inputs.measured[0].pairs = of("a change", pairs, best);
    Trial { kernel: "json".to_owned(), gain_percent, number, inputs }
}

fn pair(diff: &str, index: u32, share: u64, best: u64) -> FunctionPair {
    let key = ScheduleKey {
        run_seed: 9,
        base_sha: "",
        candidate_diff_sha: diff,
        // No function is touched: its place is empty.
        bench_id: ":@json",
    };
    let times = |thousandths: u64, wall: u64| IterationTimes {
        cpu_nanos: 10_000 * thousandths,
        wall_nanos: 10_000 * wall,
    };
    let mut blocks = vec![Block { base: times(1000, 1000), candidate: times(share, 1000) }; BLOCKS];
    blocks[0].candidate.wall_nanos = 10_000 * best;
    FunctionPair {
        index,
        first: PairSchedule::new(&key, index, 0).first_spawned,
        blocks,
        calls_per_block: 10,
        rss: None,
        allocated: None,
        load_milli: [Some(2500), Some(4000)],
        failure: None,
    }
}

const QUIET: [u64; 2] = [990, 1010];

fn samples() -> Vec<Trial> {
    vec![
        trial(0, 0, QUIET, &[990, 1010, 990, 1010, 990, 1010], 1000),
        trial(0, 1, QUIET, &[1000; 6], 940),
        trial(0, 2, [600, 1400], &[], 1000),
        trial(10, 0, QUIET, &[900; 10], 900),
    ]
}

fn row<'a>(page: &'a str, start: &str) -> &'a str {
    page.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}\n{page}"))
}

#[test]
fn the_tables_count_what_the_gate_says() {
    let trials = samples();
    let tallies = tallies(&trials).unwrap();
    let page = page(&tallies, &described(&trials, Some(Conditions { busy_loops: 2, at_once: 4 })));
    assert_eq!(
        row(&page, "| 0 % | json | 3 | 0 | 2"),
        "| 0 % | json | 3 | 0 | 2 | 0 | 1 | 0 | 6 | 0.8 % (2.5 %) | 0.0 % |"
    );
    assert_eq!(
        row(&page, "| 10 % | all"),
        "| 10 % | all | 1 | 1 | 0 | 0 | 0 | 0 | 10 | 0.0 % (2.5 %) | 10.0 % |"
    );
    let load = "One-minute load average while it ran: 2.50 to 4.00";
    assert!(page.contains(load), "{page}");
    assert!(page.contains("Beside it ran 2 busy loops; kernels measured at a time: 4."), "{page}");
    // Ten pairs of noise that three candidates share, ten of another, and 22 with candidates.
    assert!(page.contains("4 candidates, 42 pairs, 840 blocks"), "{page}");
}

#[test]
fn naive_rules_stand_beside_it() {
    let trials = samples();
    let page = page(&tallies(&trials).unwrap(), &described(&trials, None));
    let (_, page) = page.split_once("## Rules of the usual shape").unwrap();
    // One of two identical candidates had one lucky block of 940: 60 / 940 is more than 5 %. The
    // mean of its blocks is 0.3 % better.
    let identical = row(page, "| 0 % | json | 2 |");
    assert_eq!(identical, "| 0 % | json | 2 | 0 | 1 | 0 | 1 | 0 |");
    assert_eq!(row(page, "| 10 % | json | 1 |"), "| 10 % | json | 1 | 1 | 1 | 0 | 1 | 0 |");
}

#[test]
fn bounds_ask_for_all_candidates() {
    let trials = samples();
    let said: Vec<(String, bool)> = bounds(&tallies(&trials).unwrap())
        .iter()
        .map(|bound| (bound.to_string(), bound.holds))
        .collect();
    let wanted = [
        "0 %: 0 of 3 accepted, at most 1 of 100 wanted",
        "10 %: 1 of 1 accepted, at least 18 of 20 wanted",
        "20 %: 0 of 0 accepted, at least 20 of 20 wanted",
    ];
    assert_eq!(said, wanted.map(|text| (text.to_owned(), false)));
    let many: Vec<Trial> = (0..100).map(|number| Trial { number, ..trials[0].clone() }).collect();
    assert!(bounds(&tallies(&many).unwrap())[0].holds);
}

#[test]
fn the_values_are_kept() {
    let text = values(&tallies(&samples()).unwrap()).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let trials = read["trials"].as_array().unwrap();
    assert_eq!(trials.len(), 4);
    assert_eq!(trials[2]["answer"], "too noisy");
    assert_eq!(trials[3]["pairs"][0], 105_361, "ln(1000 / 900)");
    assert!(trials[3]["at_least"][0].as_i64().unwrap() > 0);
}
