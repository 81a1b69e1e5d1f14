//! SelfOpt as a GitHub App: authentication, webhooks, checkouts and pull
//! requests.
//!
//! [`App`] holds the private key and hands out [`Repository`]s, each with a
//! token of its own that reaches this repository alone. A [`Repository`] is a
//! [`selfopt_core::Forge`], and makes [`checkout`]s. [`webhook`] judges what
//! GitHub sends. Time comes in through [`selfopt_core::Clock`] and [`Pause`],
//! so that tests wait for nothing.
//!
//! Tokens live in memory. They are in no error, log, address or file.

mod app;
mod check_run;
pub mod checkout;
mod endpoints;
mod error;
mod git_data;
mod pace;
mod publish;
mod pulls;
mod rate;
mod repository;
mod secret;
mod token;
mod transport;
pub mod webhook;

pub use app::{App, AppSettings};
pub use check_run::{CheckConclusion, CheckReport};
pub use endpoints::Endpoints;
pub use error::GitHubError;
pub use pace::{Pause, TokioPause};
pub use repository::{About, Repository, RepositoryName};
pub use secret::Secret;
pub use token::{Checks, InstallationId};
