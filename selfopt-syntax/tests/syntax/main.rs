//! Tests of the crate's public interface, on real parsers.
#![cfg(feature = "parse")]

mod bindings;
mod diffs;
mod edits;
mod snapshots;
mod trees;
mod witnesses;

use selfopt_syntax::{Language, SourceFile, parse};

fn typescript(text: &str) -> SourceFile {
    parse("a.ts", Language::TypeScript, text)
}
