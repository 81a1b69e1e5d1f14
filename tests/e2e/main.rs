//! End-to-end tests: the real program on real projects.

mod bad_input;
mod measured;
mod project;
mod scan;
mod selfopt;
