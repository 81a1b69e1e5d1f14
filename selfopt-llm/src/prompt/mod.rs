//! What a model is told: fixed instructions, and a JSON document of data.
//!
//! A change of the instructions or of the document's form is a new version.

mod context;
mod screen;
mod secrets;

use selfopt_core::{FailedPatch, PatchAsk, ProfileLine, Sizes};
use selfopt_syntax::Language;
use serde::Serialize;
use thiserror::Error;

use crate::request::{Message, Role};
use context::Excerpt;
use screen::Screen;
pub use secrets::holds_secret;
pub(crate) use secrets::redacted;

/// The version of instructions and document.
pub const PROMPT_VERSION: &str = "2";

const SYSTEM: &str = include_str!("v2/system.md");

/// Bytes of the function that is asked about, at most.
const MAX_TARGET_BYTES: usize = 16 * 1024;

/// Bytes of the whole document, at most.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// Why nothing is asked about a function.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unasked {
    /// Its file is not for others to see.
    #[error("`{path}` is not sent: {why}")]
    Withheld {
        /// The file.
        path: String,
        /// Why.
        why: &'static str,
    },
    /// It is not there.
    #[error("`{path}` does not hold `{name}` where it was recorded")]
    Missing {
        /// The file.
        path: String,
        /// The function.
        name: String,
    },
    /// It is too much.
    #[error("`{path}:{name}` is too long to ask about")]
    TooLong {
        /// The file.
        path: String,
        /// The function.
        name: String,
    },
}

/// The document. Its fields are the form of the prompt.
#[derive(Serialize)]
struct Document<'a> {
    candidates: u32,
    target: Target<'a>,
    context: &'a [Excerpt],
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<&'a FailedPatch>,
}

#[derive(Serialize)]
struct Target<'a> {
    path: &'a str,
    name: &'a str,
    line: u32,
    code: &'a str,
    calls: u64,
    elements: Option<Sizes>,
    inputs: &'a [String],
    profile: &'a [ProfileLine],
    nesting: u32,
}

/// What a model is told about a target. The same files, configuration and
/// target give the same messages.
pub(crate) fn prompt(ask: &PatchAsk<'_>) -> Result<Vec<Message>, Unasked> {
    let target = ask.target;
    let (path, name) = (target.path.clone(), target.name.clone());
    let screen = Screen::new(ask.tree, ask.config);
    if let Some(why) = screen.withholds(&path) {
        return Err(Unasked::Withheld { path, why });
    }
    let missing = || Unasked::Missing { path: path.clone(), name: name.clone() };
    let language = Language::from_path(&path).ok_or_else(missing)?;
    let text = ask.tree.text(&path).ok_or_else(missing)?;
    let code = target.span.get(&text).filter(|code| !code.is_empty()).ok_or_else(missing)?;
    if code.len() > MAX_TARGET_BYTES {
        return Err(Unasked::TooLong { path, name });
    }
    let shown = ask.repair.map(|failed| failed.message.as_str()).unwrap_or_default();
    if holds_secret(code) || holds_secret(shown) {
        return Err(Unasked::Withheld { path, why: "it looks as if it held a secret" });
    }
    let mut excerpts = context::gather(&context::Ground {
        tree: ask.tree,
        screen: &screen,
        path: &target.path,
        language,
        text: &text,
        target: target.span,
    });
    loop {
        let document = Document {
            candidates: if ask.repair.is_some() { 1 } else { ask.config.model.candidates },
            target: Target {
                path: &target.path,
                name: &target.name,
                line: target.line,
                code,
                calls: target.calls,
                elements: target.elements,
                inputs: &target.inputs,
                profile: &target.profile,
                nesting: target.complexity,
            },
            context: &excerpts,
            failed: ask.repair,
        };
        let json = serde_json::to_string_pretty(&document).unwrap_or_default();
        if json.len() <= MAX_DOCUMENT_BYTES {
            return Ok(vec![
                Message { role: Role::System, content: SYSTEM.to_owned() },
                Message { role: Role::User, content: json },
            ]);
        }
        if excerpts.pop().is_none() {
            return Err(Unasked::TooLong { path, name });
        }
    }
}

#[cfg(test)]
mod tests;
