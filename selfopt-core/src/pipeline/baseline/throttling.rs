//! A benchmark that was held back by a quota of CPU time.

use crate::ports::Outcome;

/// What to say about it; `None` where nothing was held back, or nobody counted.
pub(super) fn warning(outcomes: &[&Outcome]) -> Option<String> {
    let periods: u64 = outcomes.iter().filter_map(|outcome| outcome.group.throttled_periods).sum();
    (periods > 0).then(|| {
        format!(
            "a quota of CPU time held the benchmark back in {periods} periods of the kernel's: its elapsed time is in part the quota's, and small gains will not be seen. Run where cores are given whole and not by a quota"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bytes, ProcessSample};
    use crate::ports::{GroupUsage, StepStatus};

    fn outcome(throttled_periods: Option<u64>) -> Outcome {
        Outcome {
            status: StepStatus::Exited { code: 0 },
            usage: ProcessSample {
                cpu_us: 1,
                wall_ns: 1,
                max_rss: Bytes(1),
                involuntary_switches: 0,
            },
            group: GroupUsage { throttled_periods, ..GroupUsage::default() },
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
            network: None,
        }
    }

    #[test]
    fn only_what_was_counted_is_told() {
        let (held, free, unknown) = (outcome(Some(3)), outcome(Some(0)), outcome(None));
        assert_eq!(warning(&[&free, &unknown]), None);
        let told = warning(&[&held, &unknown, &held]).expect("it was held back");
        assert!(told.contains("in 6 periods"), "{told}");
    }
}
