//! Which clock a benchmark is judged by; chosen on the baseline, then frozen.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fraction;

/// The clock that pair values are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// CPU time of the process, user and system, all threads: immune to being preempted.
    Cpu,
    /// Wall time: for benchmarks that wait.
    Wall,
}

/// Both clocks over one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IterationTimes {
    /// CPU time in nanoseconds.
    pub cpu_nanos: u64,
    /// Wall time in nanoseconds.
    pub wall_nanos: u64,
}

impl IterationTimes {
    /// The time by one of the clocks, in nanoseconds.
    pub fn by(self, metric: Metric) -> u64 {
        match metric {
            Metric::Cpu => self.cpu_nanos,
            Metric::Wall => self.wall_nanos,
        }
    }
}

/// CPU time when the benchmark is CPU-bound, wall time otherwise.
///
/// CPU-bound means: in the tenth of the iterations with the most CPU per wall time (rounded up), the
/// median of CPU over wall is at least `cpu_bound_share`; of an even number the lower middle. Only the
/// best tenth, because on a loaded machine the others show the neighbours, not the benchmark. With no
/// usable iteration the answer is wall time, which needs no assumption.
pub fn choose_metric(iterations: &[IterationTimes], cpu_bound_share: Fraction) -> Metric {
    let mut measured: Vec<_> =
        iterations.iter().copied().filter(|times| times.wall_nanos > 0).collect();
    measured.sort_unstable_by(by_falling_share);
    let n_best = measured.len().div_ceil(10);
    // Falling order: the lower middle of an even number comes second.
    let Some(median) = measured.get(n_best / 2) else {
        return Metric::Wall;
    };
    let whole = u128::from(Fraction::ONE.billionths());
    let bound = u128::from(cpu_bound_share.billionths()) * u128::from(median.wall_nanos);
    if u128::from(median.cpu_nanos) * whole >= bound { Metric::Cpu } else { Metric::Wall }
}

/// Compares CPU over wall by cross-multiplication, larger first.
fn by_falling_share(a: &IterationTimes, b: &IterationTimes) -> Ordering {
    let share_of_a = u128::from(a.cpu_nanos) * u128::from(b.wall_nanos);
    let share_of_b = u128::from(b.cpu_nanos) * u128::from(a.wall_nanos);
    share_of_b.cmp(&share_of_a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(times: &[(u64, u64)]) -> Metric {
        let iterations: Vec<_> = times
            .iter()
            .map(|&(cpu_nanos, wall_nanos)| IterationTimes { cpu_nanos, wall_nanos })
            .collect();
        choose_metric(&iterations, Fraction::from_percent(80))
    }

    #[test]
    fn the_best_tenth_decides() {
        assert_eq!(choose(&[(80, 100)]), Metric::Cpu);
        assert_eq!(choose(&[(79, 100)]), Metric::Wall);
        // A loaded machine: one of ten iterations was left alone.
        let mut loaded = vec![(10, 100); 9];
        loaded.push((99, 100));
        assert_eq!(choose(&loaded), Metric::Cpu);
        // Several threads: more CPU than wall.
        assert_eq!(choose(&[(300, 100)]), Metric::Cpu);
    }

    #[test]
    fn of_two_best_the_lower_counts() {
        let mut times = vec![(10, 100); 18];
        times.extend([(90, 100), (70, 100)]);
        assert_eq!(choose(&times), Metric::Wall);
        times[0] = (85, 100);
        assert_eq!(choose(&times), Metric::Cpu);
    }

    #[test]
    fn without_times_it_is_wall() {
        assert_eq!(choose(&[]), Metric::Wall);
        assert_eq!(choose(&[(5, 0)]), Metric::Wall);
        assert_eq!(choose(&[(u64::MAX, u64::MAX)]), Metric::Cpu);
    }
}
