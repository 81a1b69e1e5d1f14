//! What is found out about the functions that a candidate changes.

mod equivalence;
mod function;
mod heat;
mod reach;
mod survey;
mod unseen;
mod workload;

pub use equivalence::{
    Counterexample, FunctionEquivalence, Mutant, MutantFate, Origin, Replayed, Tally,
};
pub use function::{Judged, TouchedFunction, Touches};
pub use heat::{FunctionHeat, Heat};
pub use reach::{Reach, ReachedLine};
pub use survey::{CallShares, Overhead, Survey, SurveyedFunction, Way};
pub(crate) use unseen::UNSEEN_PLACES;
pub use unseen::Unseen;
pub use workload::{
    Allocated, Block, FunctionPair, PairFailure, Provenance, Sizes, Workload, WorkloadRole,
};
