//! Rule packs as WebAssembly components, behind the core's ports.
//!
//! A pack is code of a stranger. It gets one file at a time, as data, in an
//! instance of its own, and can do nothing but answer or write a line to a log
//! of bounded size. Fuel decides how much it may compute, so that the result is
//! the same on every machine; a deadline behind it ends what fuel does not
//! count. What it answers is checked against the file before anyone uses it.

mod bindings;
mod cache;
mod call;
mod convert;
mod describe;
mod engine;
mod error;
mod failure;
mod gate;
mod inspect;
mod limits;
mod options;
mod pack;
mod packs;
mod validate;

pub use cache::CompiledCache;
pub use describe::{PackInfo, PackRule};
pub use engine::PackHost;
pub use error::PackError;
pub use failure::{CallFailure, FailureKind, Phase};
pub use inspect::{INTERFACE, Inspection, InterfaceVersion, WIT, inspect};
pub use limits::Limits;
pub use pack::{LogLine, RulePack};
pub use packs::{PackFailures, PackReport, RulePacks};
