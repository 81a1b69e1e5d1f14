//! A server under load as a benchmark: what one run of the driver gave, and
//! which latencies must not get worse.

use crate::domain::{Case, HttpLoad, LoadSample, PairSample, ProcessSample};
use crate::ports::Outcome;
use crate::statistics::{CaseGuard, GuardLimits, NanoLog, guard_cases};

/// How the driver begins what it says about an error.
const PREFIX: &str = "selfopt-load: ";

const MAX_SAID_CHARS: usize = 2000;

/// What a benchmark process cost: the server's part where it is one.
pub(crate) struct Reading {
    pub(crate) usage: ProcessSample,
    pub(crate) load: Option<LoadSample>,
}

impl Reading {
    /// Of a process that ended with exit code 0.
    pub(crate) fn of(outcome: &Outcome, load: Option<&HttpLoad>) -> Result<Self, String> {
        let Some(load) = load else {
            return Ok(Self { usage: outcome.usage, load: None });
        };
        let (usage, sample) = crate::domain::read_load(&outcome.stdout)
            .ok_or("the load driver printed no result that can be read")?;
        let complete = [&sample.before, &sample.after]
            .into_iter()
            .all(|answers| answers.len() == load.sent().len());
        if !complete || usage.cpu_us == 0 {
            return Err("the load driver's result is not complete".to_owned());
        }
        Ok(Self { usage, load: Some(sample) })
    }
}

/// What the driver said when it failed.
pub(crate) fn said(outcome: &Outcome) -> Option<String> {
    let text = outcome.text();
    let said = text.split_once(PREFIX)?.1.trim();
    Some(said.chars().take(MAX_SAID_CHARS).collect())
}

/// Guards the latencies of pairs that count.
pub(super) fn latency_guards<'a>(
    limits: &GuardLimits,
    pairs: impl Iterator<Item = &'a PairSample>,
) -> Vec<CaseGuard> {
    let both: Vec<[Vec<Case>; 2]> = pairs
        .filter_map(|pair| {
            Some([pair.base_load.as_ref()?.cases(), pair.candidate_load.as_ref()?.cases()])
        })
        .collect();
    let names = both.first().map_or(&[][..], |[base, _]| base.as_slice());
    let named = names.iter().enumerate().map(|(at, case)| {
        let ratio = |[base, candidate]: &[Vec<Case>; 2]| -> Option<NanoLog> {
            Case::log_ratio(base.get(at)?, candidate.get(at)?)
        };
        (case.name.as_str(), both.iter().filter_map(ratio).collect())
    });
    guard_cases(limits, named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{GroupUsage, StepStatus};

    fn outcome(stdout: &str, stderr: &str) -> Outcome {
        Outcome {
            status: StepStatus::Exited { code: 0 },
            group: GroupUsage::default(),
            usage: ProcessSample {
                cpu_us: 9_000_000,
                wall_ns: 1,
                max_rss: crate::domain::Bytes(1),
                involuntary_switches: 1,
            },
            stdout: stdout.into(),
            stderr: stderr.into(),
            truncated: false,
            network: None,
        }
    }

    fn result(cpu_us: u64, answers: usize) -> String {
        let answer = serde_json::json!({
            "status": 200, "type": "", "body": crate::digest::Digest::of(b""),
        });
        let answers = vec![answer; answers];
        serde_json::json!({
            "schema": "selfopt.load/1", "requests": 600, "answered": 600, "errors": 0,
            "other_statuses": 0, "other_bodies": [0], "cpu_us": cpu_us, "elapsed_ns": 7,
            "max_rss": 5, "processes": 2,
            "latency_us": { "p50": 1, "p90": 2, "p99": 3, "max": 4 },
            "histogram": "", "before": answers, "after": answers,
        })
        .to_string()
    }

    #[test]
    fn the_server_is_what_is_measured_and_not_the_driver() {
        let load = HttpLoad { start: Some("x".into()), ..HttpLoad::default() };
        let reading = Reading::of(&outcome(&result(123, 1), ""), Some(&load)).unwrap();
        assert_eq!(
            (reading.usage.cpu_us, reading.usage.wall_ns, reading.usage.max_rss.0),
            (123, 7, 5)
        );
        assert_eq!(reading.load.unwrap().processes, 2);
        let script = Reading::of(&outcome("{}", ""), None).unwrap();
        assert_eq!(script.usage.cpu_us, 9_000_000);
    }

    #[test]
    fn what_is_no_result_is_none() {
        let load = HttpLoad { start: Some("x".into()), ..HttpLoad::default() };
        let other = result(1, 1).replace("load/1", "load/2");
        for text in ["", "{}", "hello", &other, &result(0, 1), &result(1, 2)] {
            assert!(Reading::of(&outcome(text, ""), Some(&load)).is_err(), "{text}");
        }
    }

    #[test]
    fn the_drivers_words_are_found_behind_others() {
        let failed =
            outcome("", "(node) warning\nselfopt-load: it ended; it printed:\nno database\n");
        assert_eq!(said(&failed).as_deref(), Some("it ended; it printed:\nno database"));
        assert_eq!(said(&outcome("x", "y")), None);
    }
}
