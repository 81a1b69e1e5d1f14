//! What a pull request says, as text alone: title, branch, commit message and
//! a body that answers what maintainers ask before they merge a change for
//! speed. Nothing here knows a vendor or does input or output; a
//! [`crate::ports::Forge`] publishes what is made here.
//!
//! Everything that comes from a repository or a model (paths, titles, reasons,
//! commands) passes through [`markdown`], so that it can neither leave its
//! place nor notify anybody.

mod body;
mod branch;
mod figures;
mod limits;
pub mod markdown;
mod marker;
mod onboarding;
mod subject;

pub use branch::{BRANCH_PREFIX, Fingerprint};
pub use limits::{Allowance, PullRequestLimits};
pub use marker::Marker;
pub use onboarding::{ONBOARDING_BRANCH, Onboarding};
pub use subject::Subject;

#[cfg(test)]
mod tests;
