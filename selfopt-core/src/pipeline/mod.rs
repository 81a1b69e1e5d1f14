//! The pipeline: from a checkout to proved proposals. [`Engine`] is what it is
//! composed of; the dispatcher owns a run's state, its journal and its budget.

mod answers;
mod baseline;
mod candidates;
mod commands;
mod dispatcher;
mod engine;
mod error;
mod event;
mod found;
mod ground;
mod observer;
mod optimize;
mod package;
mod react_compiler;
mod rule_filter;
mod scan;
mod state;
mod suppressing;
mod survey;
mod visit;

pub use answers::ScanMemory;
pub(crate) use baseline::{common_cases, common_output, metric};
pub use candidates::{Before, RuleParts, Scan, opportunities_and_candidates, opportunities_since};
pub(crate) use commands::{benchmark_command, parameters, step_command};
pub use dispatcher::Dispatcher;
pub use engine::{Engine, RunInput};
pub use error::RunError;
pub use event::{FrozenTree, FunctionPairKey, RunEvent};
pub(crate) use ground::Ground;
pub use observer::{NoObserver, Observer};
pub(crate) use package::Figures;
pub use scan::{ScannedFile, scannable_files};
pub use state::{MeasuredOn, RunState};
pub use visit::{Ran, Visit};
