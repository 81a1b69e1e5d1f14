//! What the baseline says of a server under load.

use super::{BaselineJob, note};
use crate::digest::Digest;
use crate::domain::{BenchmarkBaseline, LoadBaseline, LoadSample};
use crate::gates::Reading;
use crate::pipeline::{Dispatcher, RunError};

/// Below this share of a processor a server mostly waits: what it costs beside
/// the requests is then much of what is measured.
const IDLE_PERCENT: u64 = 5;

impl BaselineJob<'_> {
    /// Identifies the benchmark: its command, and the load that is put on it.
    pub(super) fn bench_id(&self, measured_cmd: &str) -> String {
        let directory = self.project.working_directory.as_bytes();
        let load = self.project.load().and_then(crate::domain::HttpLoad::request);
        let parts = [directory, measured_cmd.as_bytes()];
        let load = load.as_ref().map(String::as_bytes);
        Digest::of_parts(parts.into_iter().chain(load)).prefix(16).to_owned()
    }

    /// Why a run of the server is no benchmark, if it is none.
    pub(super) fn not_served(&self, reading: &Reading) -> Option<String> {
        self.lost(reading.load.as_ref()?)
    }

    /// What the unchanged server does not serve.
    pub(super) fn lost(&self, sample: &LoadSample) -> Option<String> {
        let load = self.project.load()?;
        let failure = sample.failure(load.planned())?;
        Some(format!(
            "{failure} by the unchanged server ({load}): lower `http.rate` or correct `http.requests`"
        ))
    }

    /// What a person should know of a server as a benchmark.
    pub(super) async fn warn_of_load(
        &self,
        dispatcher: &mut Dispatcher,
        bench: &BenchmarkBaseline,
        load: &LoadBaseline,
    ) -> Result<(), RunError> {
        let unsteady = load.unsteady();
        if !unsteady.is_empty() {
            note(dispatcher, &format!("the answers to `{}` differ from run to run of the same code: their bodies are not compared", unsteady.join("`, `"))).await?;
        }
        let wall_us = bench.median_wall_ns / 1000;
        if bench.median_cpu_us.saturating_mul(100) < wall_us.saturating_mul(IDLE_PERCENT) {
            note(dispatcher, &format!("the server uses {} us of CPU a request and idles most of the time: a higher `http.rate` measures the requests more exactly", bench.median_cpu_us / load.load.planned().max(1))).await?;
        }
        Ok(())
    }
}
