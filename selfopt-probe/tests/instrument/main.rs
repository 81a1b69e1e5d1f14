//! Instrumented files behave as the originals do: parsed by two parsers, run in
//! Node with and without a hook.

mod classes;
mod driver;
mod expose;
mod functions;
mod in_place;
mod mutants;
mod pages;
mod reach;
mod record;
mod strip;
mod touched;
