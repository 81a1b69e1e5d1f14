//! The App against a GitHub on loopback that keeps state, and that holds every
//! request and every answer to GitHub's own description of its API.

mod about;
mod checkout;
mod checks;
mod contract;
mod fake;
mod faults;
mod git_server;
mod kills;
mod publish;
mod refusals;
mod secrets;
mod time;
mod tokens;
mod webhooks;
mod world;
