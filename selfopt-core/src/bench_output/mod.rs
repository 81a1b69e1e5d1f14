//! Reads what benchmark tools print: the named figures of one run, and which
//! lines are not the tool's. Pure functions on bounded text; one file per tool.
//! `docs/reference/benchmarks.md` says what is read.

mod benchmark_js;
mod decimal;
mod document;
mod json;
mod mitata;
mod reader;
mod rest;
mod tinybench;
mod vitest_4;
mod vitest_5;
mod vitest_row;

pub use decimal::steps;
pub use document::DOCUMENT_SCHEMA;
pub use reader::{BenchOutput, read};

#[cfg(test)]
mod tests;
