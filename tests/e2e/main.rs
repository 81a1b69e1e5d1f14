//! End-to-end tests: the real program on real projects.

mod bad_input;
mod init;
mod measured;
mod packages;
mod project;
mod scan;
mod selfopt;
