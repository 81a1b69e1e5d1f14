//! The built-in rules of SelfOpt.
//!
//! A rule is one file in its pack's folder, one page in `rulebook/<pack>/` that
//! is also its test, and one line in the [`registry`]. Rules borrow the file's
//! snapshot; what several of them need to know about code is in [`analysis`].

pub mod analysis;
mod builtin;
mod core;
pub mod registry;
mod rule;
mod strings;

pub use builtin::BuiltinRules;
pub use rule::{
    Applicability, Condition, Fix, Match, Outcome, Proof, Refusal, Rule, RuleContext, RuleMeta,
    SizeWitness,
};
