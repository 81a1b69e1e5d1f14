//! The service end to end: the real program, its own store, a real project.

mod asking;
mod github;
mod http;
mod limits;
mod program;
mod restart;
mod start;

// The GitHub that keeps state and holds requests to its own description.
#[path = "../../selfopt-github/tests/github/contract.rs"]
mod contract;
#[expect(dead_code, reason = "its own tests use the rest")]
#[path = "../../selfopt-github/tests/github/fake/mod.rs"]
mod fake;
#[expect(dead_code, reason = "its own tests use the rest")]
#[path = "../../selfopt-github/tests/github/git_server.rs"]
mod git_server;
#[expect(dead_code, reason = "its own tests use the rest")]
#[path = "../../selfopt-github/tests/github/time.rs"]
mod time;
