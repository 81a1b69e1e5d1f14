//! The service end to end: the real program, its own store, a real project.

mod asking;
mod http;
mod limits;
mod program;
mod restart;
mod start;
