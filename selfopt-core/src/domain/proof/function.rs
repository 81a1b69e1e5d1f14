//! The functions that a change touches, and how each can be judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a change touches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Touches {
    /// The functions, in the order of files and lines.
    pub functions: Vec<TouchedFunction>,
    /// What lies outside of every function and is more than an added
    /// declaration, in one sentence.
    pub outside: Option<String>,
}

/// A function that a change touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TouchedFunction {
    /// Its number in the candidate, from 0.
    pub id: u32,
    /// The file, relative to the project root.
    pub path: String,
    /// Its name in the file: `parse`, `Graph.walk`, `outer/inner`.
    pub name: String,
    /// 1-based line in the base.
    pub line: u32,
    /// How it can be judged.
    pub judged: Judged,
}

/// How a function can be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub enum Judged {
    /// On recorded copies of its inputs, apart from the project's tests.
    Detached,
    /// Beside the base while the tests run, on live inputs.
    InPlace {
        /// Why not detached.
        why: String,
    },
    /// Not at all.
    NotAtAll {
        /// Why.
        why: String,
    },
}

impl Touches {
    /// The function with this number.
    pub fn function(&self, id: u32) -> Option<&TouchedFunction> {
        self.functions.iter().find(|function| function.id == id)
    }
}
