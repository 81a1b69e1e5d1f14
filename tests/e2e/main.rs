//! End-to-end tests: the real program on real projects.

mod bad_input;
mod benchmark;
mod ci;
mod http;
mod init;
mod machine;
mod measured;
mod model;
mod packages;
mod profile;
mod project;
mod prove;
mod scan;
mod selfopt;
mod workload;
