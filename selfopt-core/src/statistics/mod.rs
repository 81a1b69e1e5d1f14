//! The statistics of the benchmark gate: from pair values to a verdict, with no input or output.
//!
//! The unit of evidence is one pair of fresh processes, baseline and candidate, run in random
//! order. Its value is a [`NanoLog`], the natural logarithm of baseline time over candidate time in
//! units of 1e-9. From there on every number that decides something is an integer, so a recorded
//! sample gives the same verdict on every platform, byte for byte.
//!
//! Inside a pair the order is random, so under "no effect" the sign of a pair value is a fair coin
//! whatever the drift, autocorrelation or bimodality of the machine. The Wilcoxon signed-rank test is
//! therefore exact by design of the experiment, not by an assumption about the noise.
//!
//! Deliberately absent: resampling (it needs a seed), outlier removal, and any way of accepting on a
//! noisy machine by widening a limit.

mod cases;
mod discards;
mod fraction;
mod guards;
mod holm;
mod level;
mod metric;
mod nano_log;
mod noise;
mod parameters;
mod schedule;
mod sequential;
mod signed_rank;
mod walsh;

pub use cases::{CaseGuard, guard_cases};
pub use discards::Discards;
pub use fraction::{Fraction, InvalidFraction};
pub use guards::{MemoryGuard, SecondaryGuard};
pub use holm::holm;
pub use level::Level;
pub use metric::{IterationTimes, Metric, choose_metric};
pub use nano_log::NanoLog;
pub use noise::{NoiseAssessment, NoiseClass, Readiness};
pub use parameters::{GuardLimits, InvalidParameters, NoiseLimits, PairTiming, Parameters};
pub use schedule::{DirectoryName, PairSchedule, ScheduleKey, Side};
pub use sequential::{Budget, Decision, Look, Sequential, Verdict, decide};
pub use signed_rank::{MAX_PAIRS, critical_rank};
pub use walsh::{WalshSums, one_sided_p_value, two_sided_p_value};
