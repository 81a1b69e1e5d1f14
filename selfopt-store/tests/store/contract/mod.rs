//! What every store promises, by noun. Each function is one promise.

pub(crate) mod artifacts;
pub(crate) mod attempts;
pub(crate) mod baselines;
pub(crate) mod journal;
pub(crate) mod opportunities;
pub(crate) mod proposals;
pub(crate) mod repositories;
pub(crate) mod runs;
pub(crate) mod service;
pub(crate) mod spending;
pub(crate) mod user_reads;
pub(crate) mod writers;
