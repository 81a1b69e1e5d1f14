//! The pipeline on a scripted sandbox: real store, real files, real statistics,
//! but commands that take the time that the test says. So every outcome can be
//! produced on purpose, and a run can be stopped after every single event.

mod budget;
mod cases;
mod fixture;
mod http;
mod install;
mod model;
mod outcomes;
mod resume;
mod sandbox;
mod verification;
mod visit;
mod work_tree;
