//! The service of SelfOpt: an API, the workers behind it, and what keeps their
//! time. It only composes: what a run is, the core says; what is kept, the
//! store says.
//!
//! [`Service`] opens everything and gives a [`router`](Service::router) and
//! [`workers`](Service::worker), for a program of its own or to be built into
//! another. [`serve`] runs them until it is told to stop. Invariants: nothing
//! is kept here that a dying process would lose; how repository code is kept
//! apart is the operator's to say, and never the repository's.

mod app;
mod auth;
mod document;
mod domain;
mod extract;
mod folder;
mod github;
mod idempotency;
mod isolation;
mod layers;
mod problem;
mod routes;
mod secrets;
mod serve;
mod service;
mod signer;
mod source;
mod stop;
mod timekeeper;
mod worker;

pub use document::openapi;
pub use github::{GitHubSettings, SettingsError};
pub use isolation::ServerIsolation;
pub use serve::{serve, work};
pub use service::{Checked, Service, ServiceError, ServiceOptions};
pub use stop::Stop;
pub use worker::Worker;
