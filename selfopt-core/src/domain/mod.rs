//! The words of SelfOpt as types: project, baseline, opportunity, candidate,
//! attempt, verdict, proposal, run. Plain data; every one can be written to
//! JSON and read back.

mod attempt;
mod baseline;
mod case;
mod http;
mod ids;
mod load;
mod model;
mod network;
mod opportunity;
mod project;
mod proof;
mod run;
mod run_request;
mod sample;
mod units;
mod work_tree;

pub use attempt::*;
pub use baseline::*;
pub use case::*;
pub use http::*;
pub use ids::*;
pub use load::*;
pub use model::*;
pub use network::*;
pub use opportunity::*;
pub use project::*;
pub use proof::*;
pub use run::*;
pub use run_request::*;
pub use sample::*;
pub use units::*;
pub use work_tree::*;
