//! What runs in the sandbox, in which order, to judge the functions that a
//! candidate changes.
//!
//! ```text
//! touched functions ─▶ reach     probes in the candidate, one run of the tests
//!                   ─▶ compare   recorders in the base, one run of the tests;
//!                                both versions bundled, calls replayed
//!                   ─▶ pairs     two fresh processes in lock-step on the calls
//!                   ─▶ mutants   bundled and replayed, then tested
//! ```
//! Functions whose inputs cannot be copied run beside the base in the test
//! process instead (`in_place`).

mod bundles;
mod detaching;
mod failure;
mod files;
mod heat;
mod hooked;
mod in_place;
mod mutating;
mod reaching;
mod recording;
mod remembering;
mod replaying;
mod results;
mod room;
mod runtime;
mod side_by_side;
mod sources;
mod study;
mod survey;
mod timing;
mod unchecked;
mod workloads;

use async_trait::async_trait;
use selfopt_core::config::Config;
use selfopt_core::pipeline::RunError;
use selfopt_core::{
    Candidate, FunctionPlace, Heat, Lab, Probe, SourceTree, Study, Survey, SurveyRequest,
};

pub(crate) use bundles::Format;
pub(crate) use failure::reason;
pub(crate) use files::unknown as unknown_function;
pub(crate) use hooked::Loaded;
pub(crate) use room::{Room, Script};
pub(crate) use runtime::{PRELOAD, Place};
pub(crate) use sources::{announced, registered, with_registration};
pub(crate) use timing::{Timed, pair as timing_pair};
pub(crate) use unchecked::unchecked;

use study::FunctionStudy;

/// Looks into functions with Node in the sandbox.
#[derive(Debug, Clone, Copy, Default)]
pub struct NodeProbe;

#[async_trait]
impl Probe for NodeProbe {
    fn study(&self, candidate: &Candidate, seed: u64) -> Box<dyn Study> {
        Box::new(FunctionStudy::new(candidate, seed))
    }

    async fn heat(&self, lab: &mut dyn Lab) -> Result<Option<Heat>, RunError> {
        heat::heat(lab).await
    }

    fn functions(&self, tree: &dyn SourceTree, config: &Config) -> Vec<FunctionPlace> {
        survey::places(tree, config)
    }

    async fn survey(&self, lab: &mut dyn Lab, request: &SurveyRequest) -> Result<Survey, RunError> {
        survey::survey(lab, request).await
    }
}
