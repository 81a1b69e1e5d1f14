//! The seams: what an embedder can replace. Detector, Scanner and
//! `PatchTemplate` have one required method each, are synchronous and pure;
//! Gate, Sandbox and Store do their work elsewhere and are asynchronous, with
//! no runtime in their signatures.

mod cancel;
mod clock;
mod detector;
mod forge;
mod hosting;
mod links;
mod model;
mod outcome;
mod page;
mod policy;
mod probe;
mod run_queue;
mod sandbox;
mod scanner;
mod service;
mod source_tree;
mod store;
mod tokens;
mod turn;
mod user_reads;

pub use cancel::CancelFlag;
pub use clock::Clock;
pub use detector::{Claim, Detector, Fact};
pub use forge::{
    FileUpdate, Forge, ForgeError, MAX_PULL_REQUEST_FILES, Publication, PullRequest,
    PullRequestDraft, PullRequestState,
};
pub use hosting::*;
pub use links::ArtifactLinks;
pub use model::*;
pub use outcome::*;
pub use page::{Cursor, Page, PageError, PageRequest};
pub use policy::{GUARANTEES, Policy, Unmet};
pub use probe::{
    FunctionPlace, Lab, MutantLimits, PairOrder, Probe, Study, SurveyRequest, Versions,
};
pub use run_queue::*;
pub use sandbox::*;
pub use scanner::{PatchTemplate, Scanner};
pub use service::*;
pub use source_tree::{MemoryTree, SourceTree, TreeEntry, TreeError};
pub use store::*;
pub use tokens::{ApiToken, ApiTokens, TokenScope};
pub use turn::Turn;
pub use user_reads::*;
