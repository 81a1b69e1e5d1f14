//! Numbers as people read them.

use crate::domain::{Ratio, WorkloadRole};
use crate::report::{ProposalReport, WorkloadReport, time};
use crate::statistics::Metric;

/// `12.3 %`.
pub(super) fn percent(ratio: Ratio) -> String {
    format!("{:.1} %", ratio.percent())
}

/// What the proposal's figures are times of.
pub(super) fn measured(proposal: &ProposalReport) -> String {
    let clock = match proposal.metric {
        Metric::Cpu => "CPU time",
        Metric::Wall => "elapsed time",
    };
    let of = if deciding(proposal).is_some_and(|one| one.call_ns.is_some()) {
        "a call"
    } else if proposal.operation_ns.is_some() {
        "an operation of the benchmark"
    } else if proposal.load.is_some() {
        "a request"
    } else {
        "a process of the benchmark"
    };
    format!("{clock} of {of}")
}

/// Before and after.
#[expect(clippy::cast_precision_loss, reason = "53 bits are more than a clock resolves")]
pub(super) fn before_and_after(proposal: &ProposalReport) -> [String; 2] {
    let request = || Some(proposal.load.as_ref()?.request_ns.map(|nanos| nanos as f64));
    let call = deciding(proposal).and_then(|one| one.call_ns);
    let process = || [proposal.before_us, proposal.after_us].map(|micros| micros as f64 * 1e3);
    call.or(proposal.operation_ns).or_else(request).unwrap_or_else(process).map(time)
}

/// The workload that carries the proposal.
pub(super) fn deciding(proposal: &ProposalReport) -> Option<&WorkloadReport> {
    let all = || {
        let workloads = proposal.proof.iter().flat_map(|proof| &proof.workloads);
        workloads.filter(|one| one.role == WorkloadRole::Decides)
    };
    all().find(|one| one.gain == Some(proposal.gain)).or_else(|| all().next())
}

/// `src/a.js:Graph.walk` is `Graph.walk`.
pub(super) fn name(function: &str) -> &str {
    function.rsplit(':').next().unwrap_or_default()
}
