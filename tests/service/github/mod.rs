//! The service as a GitHub App: the real program, the fake GitHub, real commits.

mod clicks;
mod connecting;
mod hooks;
mod measured;
mod world;
