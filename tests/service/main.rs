//! The service end to end: the real program, its own store, a real project.

mod http;
mod program;
mod restart;
mod start;
