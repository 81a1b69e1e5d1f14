//! The App against a GitHub on loopback that keeps state, and that holds every
//! request and every answer to GitHub's own description of its API.

mod checkout;
mod checks;
mod contract;
mod fake;
mod faults;
mod git_server;
mod kills;
mod publish;
mod secrets;
mod time;
mod tokens;
mod webhooks;
mod world;
