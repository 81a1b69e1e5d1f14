//! The built-in rules of SelfOpt.
//!
//! A rule is one file in its pack's folder, one page in `rulebook/<pack>/` that
//! is also its test, and one line in its pack's list ([`registry`]). Rules
//! borrow the file's snapshot; what several of them need to know about code is
//! in [`analysis`]. The feature `host` (default) puts them behind the core's
//! ports; without it the same sources are built into rule packs.

pub mod analysis;
#[path = "async-io/mod.rs"]
mod async_io;
#[cfg(feature = "host")]
mod builtin;
mod collections;
mod core;
#[path = "dead-code/mod.rs"]
mod dead_code;
mod matching;
#[cfg(feature = "host")]
pub mod pages;
#[cfg(feature = "host")]
pub mod ports;
mod proposal;
mod react;
pub mod registry;
mod rule;
mod server;
#[cfg(feature = "host")]
pub mod sources;
mod strings;

#[cfg(feature = "host")]
pub use builtin::BuiltinRules;
pub use matching::{has_literal, matches};
pub use rule::{
    Applicability, Condition, Fix, Match, Outcome, Proof, Refusal, Rule, RuleContext, RuleMeta,
    SizeWitness,
};
