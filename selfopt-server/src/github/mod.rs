//! GitHub in the service: webhooks become connected repositories, their commits
//! are fetched for runs, and proposals become pull requests.
//!
//! What GitHub sends is kept first and answered, and then handled by
//! [`keep_up`](deliveries::keep_up). It is taken for a reason to look: what is
//! done follows from GitHub's API, so that a delivery that comes twice, late or
//! not at all does no harm.

mod deliveries;
mod error;
mod host;
mod pulls;
mod set_up;
mod settings;

pub(crate) use deliveries::keep_up;
pub(crate) use error::HostError;
pub(crate) use host::GitHub;
pub(crate) use pulls::{keep_published, state_word};
pub use settings::{GitHubSettings, SettingsError};
