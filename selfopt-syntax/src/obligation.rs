//! The conditions of a sound rewrite, as rules and evidence both name them.
//! They live here, beside edits, because a rule must compile where there is
//! nothing but syntax.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A condition that makes a rewrite sound, and how it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Obligation {
    /// The condition's id, in kebab-case.
    pub id: String,
    /// How it was met.
    pub met_by: MetBy,
}

/// How a proof obligation was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetBy {
    /// The syntax and the bindings show it.
    Syntax,
    /// A declared type shows it.
    Type,
    /// Left to the tests gate.
    Tests,
    /// Left to the benchmark gate.
    Benchmark,
}
