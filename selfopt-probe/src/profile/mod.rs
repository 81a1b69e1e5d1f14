//! CPU profiles: reads the slices that `runtime/profile.cjs` wrote inside of a
//! sandbox, attributes time to the project's own functions, and draws them as
//! a flame graph.
//!
//! What was sampled is what the thread was doing, so time in which a function
//! waits inside of a synchronous call counts as its time. Everything that is
//! read here was written by the project's own processes: it is bounded and
//! never trusted.

mod calls;
mod flame;
mod merge;
mod place;
mod request;
mod shares;
mod slice;
mod source_maps;
mod weights;

pub use calls::{CallNode, CallTree};
pub use flame::FlameGraph;
pub use merge::{Merger, Recording};
pub use request::ProfileRequest;
pub use shares::{Elsewhere, FunctionShare, Lost, Profile, share_of};
pub use slice::SliceError;
pub use source_maps::SourceMaps;
