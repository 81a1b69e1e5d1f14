//! Makes a file record the calls of chosen functions.

use selfopt_syntax::SourceFile;
use serde::{Deserialize, Serialize};

use super::functions::FunctionAt;
use super::hook::Hook;
use super::refusal::Refusal;
use super::splice::Splices;
use super::wrap;

/// A function that is to be instrumented under a number.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The number that the hook gets.
    pub id: u32,
    /// The function, read from the text that is instrumented.
    pub function: &'a FunctionAt,
}

/// A function that was instrumented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its number.
    pub id: u32,
    /// It keeps the caller's `this` whatever it is called with, because it uses
    /// `super`: it cannot be run on a copy of `this`.
    pub live_this_only: bool,
}

/// An instrumented file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrumented {
    /// Its text. Unchanged when nothing could be instrumented.
    pub text: String,
    /// What is instrumented, in the order of the targets.
    pub sites: Vec<Site>,
    /// What is not, and why.
    pub refused: Vec<(u32, Refusal)>,
}

/// Wraps each target so that its calls go through the hook.
pub fn record(file: &SourceFile, targets: &[Target<'_>]) -> Instrumented {
    let mut sites = Vec::new();
    let mut refused = Vec::new();
    let hook = match Hook::of(file, &[]) {
        Ok(hook) => hook,
        Err(refusal) => {
            let refused = targets.iter().map(|target| (target.id, refusal)).collect();
            return Instrumented { text: file.text.to_string(), sites, refused };
        }
    };
    let mut splices = Splices::default();
    for target in targets {
        match wrap::wrap(&mut splices, file, &hook, target, None) {
            Ok(site) => sites.push(site),
            Err(refusal) => refused.push((target.id, refusal)),
        }
    }
    if sites.is_empty() {
        return Instrumented { text: file.text.to_string(), sites, refused };
    }
    hook.mark(&mut splices, file);
    Instrumented { text: splices.apply(&file.text), sites, refused }
}
