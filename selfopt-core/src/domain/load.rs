//! A server under load: what one run gave, what it answers, and what of it is
//! the same in every run of the same code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::{Better, Case, Unit};
use super::http::HttpLoad;
use super::sample::{PairSample, ProcessSample};
use super::units::Bytes;
use crate::digest::Digest;

/// What the load of one run gave, beside what the server cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadSample {
    /// Requests that were answered.
    pub answered: u64,
    /// Requests that failed: no connection, no answer.
    pub errors: u64,
    /// Answers with another status than the same request had by itself.
    pub other_statuses: u64,
    /// For each request the answers with another body than it had by itself;
    /// absent where the body is not plain text.
    pub other_bodies: Vec<Option<u64>>,
    /// Processes of the server.
    pub processes: u32,
    /// Latencies in microseconds.
    pub latency_us: Latency,
    /// All latencies in microseconds: an `HdrHistogram`, compressed, in base64.
    pub histogram: String,
    /// What each request was answered before the load.
    pub before: Vec<HttpAnswer>,
    /// What each request was answered after the load.
    pub after: Vec<HttpAnswer>,
}

/// Percentiles of latencies, corrected for coordinated omission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// The median.
    pub p50: u64,
    /// Of the slowest tenth the fastest.
    pub p90: u64,
    /// Of the slowest hundredth the fastest.
    pub p99: u64,
    /// The slowest.
    pub max: u64,
}

/// An answer without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The `content-type`.
    #[serde(rename = "type")]
    pub content_type: String,
    /// SHA-256 of the body.
    pub body: Digest,
}

impl LoadSample {
    /// The latencies that must not get worse.
    pub fn cases(&self) -> Vec<Case> {
        let case = |name: &str, us: u64| Case {
            name: name.to_owned(),
            value: us.max(1).saturating_mul(1_000_000),
            unit: Unit::Picoseconds,
            better: Better::Lower,
        };
        vec![case("latency p50", self.latency_us.p50), case("latency p99", self.latency_us.p99)]
    }

    /// How the load was not served, if it was not.
    pub fn failure(&self, planned: u64) -> Option<String> {
        if self.errors > 0 || self.answered != planned {
            let lost = planned.saturating_sub(self.answered);
            return Some(format!("{lost} of {planned} requests were not answered"));
        }
        (self.other_statuses > 0).then(|| {
            format!(
                "{} of {planned} requests were answered with another status than by themselves",
                self.other_statuses
            )
        })
    }
}

/// What the driver prints.
#[derive(Debug, Deserialize)]
struct LoadResult {
    schema: String,
    cpu_us: u64,
    elapsed_ns: u64,
    max_rss: u64,
    #[serde(flatten)]
    load: LoadSample,
}

/// What the server cost under the load, and what the load gave, from the
/// output of the driver.
pub(crate) fn read_load(stdout: &[u8]) -> Option<(ProcessSample, LoadSample)> {
    const SCHEMA: &str = "selfopt.load/1";
    let result: LoadResult = serde_json::from_slice(stdout).ok()?;
    let usage = ProcessSample {
        cpu_us: result.cpu_us,
        wall_ns: result.elapsed_ns,
        max_rss: Bytes(result.max_rss),
        involuntary_switches: 0,
    };
    (result.schema == SCHEMA).then_some((usage, result.load))
}

/// What the unchanged server does under load, from its A/A runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadBaseline {
    /// The load.
    pub load: HttpLoad,
    /// What all runs answered alike before the load, by request.
    pub before: Vec<SteadyAnswer>,
    /// What all runs answered alike after the load, by request.
    pub after: Vec<SteadyAnswer>,
    /// Whether all answers to a request under load had the same body, by
    /// request.
    pub steady_bodies: Vec<bool>,
}

/// The parts of an answer that are the same in all runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SteadyAnswer {
    /// The status.
    pub status: Option<u16>,
    /// The `content-type`.
    #[serde(rename = "type")]
    pub content_type: Option<String>,
    /// SHA-256 of the body.
    pub body: Option<Digest>,
}

impl SteadyAnswer {
    /// How an answer differs in a part that is steady.
    fn difference(&self, answer: &HttpAnswer) -> Option<String> {
        if let Some(status) = self.status.filter(|status| *status != answer.status) {
            return Some(format!("status {} instead of {status}", answer.status));
        }
        if let Some(kind) = self.content_type.as_ref().filter(|kind| **kind != answer.content_type)
        {
            return Some(format!("content-type `{}` instead of `{kind}`", answer.content_type));
        }
        self.body.as_ref().filter(|body| **body != answer.body).map(|_| "another body".to_owned())
    }
}

impl LoadBaseline {
    /// From the A/A pairs; `None` where a side has no sample of a load.
    pub fn from_pairs(load: &HttpLoad, pairs: &[PairSample]) -> Option<Self> {
        let samples: Option<Vec<&LoadSample>> = pairs
            .iter()
            .flat_map(|pair| [pair.base_load.as_ref(), pair.candidate_load.as_ref()])
            .collect();
        let samples = samples.filter(|samples| !samples.is_empty())?;
        let requests = load.sent().len();
        let steady = |answers: fn(&LoadSample) -> &Vec<HttpAnswer>| {
            (0..requests)
                .map(|at| {
                    let all: Option<Vec<&HttpAnswer>> =
                        samples.iter().map(|sample| answers(sample).get(at)).collect();
                    let all = all.unwrap_or_default();
                    SteadyAnswer {
                        status: common(all.iter().map(|answer| answer.status)),
                        content_type: common(all.iter().map(|answer| answer.content_type.clone())),
                        body: common(all.iter().map(|answer| answer.body.clone())),
                    }
                })
                .collect()
        };
        let same =
            |at: usize| samples.iter().all(|sample| sample.other_bodies.get(at) == Some(&Some(0)));
        Some(Self {
            load: load.clone(),
            before: steady(|sample| &sample.before),
            after: steady(|sample| &sample.after),
            steady_bodies: (0..requests).map(same).collect(),
        })
    }

    /// How a run of another version behaves otherwise, if it does.
    pub fn difference(&self, sample: &LoadSample) -> Option<String> {
        let requests = self.load.sent();
        if let Some(failure) = sample.failure(self.load.planned()) {
            return Some(failure);
        }
        let sides = [
            (&self.before, &sample.before, "before the load"),
            (&self.after, &sample.after, "after the load"),
        ];
        for (expected, found, when) in sides {
            for (at, request) in requests.iter().enumerate() {
                let (Some(expected), Some(found)) = (expected.get(at), found.get(at)) else {
                    return Some(format!("`{request}` has no answer {when}"));
                };
                if let Some(difference) = expected.difference(found) {
                    return Some(format!("`{request}` is answered with {difference} {when}"));
                }
            }
        }
        requests.iter().enumerate().find_map(|(at, request)| {
            let steady = self.steady_bodies.get(at) == Some(&true);
            let others = sample.other_bodies.get(at).copied().flatten().unwrap_or(u64::MAX);
            (steady && others > 0).then(|| {
                format!("`{request}` is answered with another body under load than by itself")
            })
        })
    }

    /// Requests of which no body can be compared, because it differs from run
    /// to run.
    pub fn unsteady(&self) -> Vec<String> {
        let requests = self.load.sent();
        let bodies = self.before.iter().map(|answer| answer.body.is_none());
        let unsteady = requests.iter().zip(bodies).filter(|(_, unsteady)| *unsteady);
        unsteady.map(|(request, _)| request.to_string()).collect()
    }
}

/// The value that all share.
fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}
