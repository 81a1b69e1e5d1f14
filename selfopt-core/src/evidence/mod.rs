//! The evidence bundle: everything that a proposal rests on, in one archive
//! named after its own digest, and the check that recomputes every verdict
//! from it.

mod bundle;
mod consistency;
mod replay;
mod verify;

pub use bundle::{
    BUNDLE_SCHEMA, Bundle, BundleError, BundleParts, CandidateEvidence, Manifest, pack, unpack,
};
pub use replay::{Replay, ReplayError};
pub use verify::{Check, VERIFY_SCHEMA, VerifyReport, verify};
