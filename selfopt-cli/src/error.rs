//! Errors as a person reads them: what happened, why, what to do, and the exit
//! code.

use selfopt_compose::ComposeError;
use selfopt_core::config::ConfigError;
use selfopt_core::evidence::BundleError;
use selfopt_core::pipeline::RunError;
use selfopt_core::workspace::UnknownPackage;
use selfopt_core::{ExitCode, SandboxError, StoreError};
use selfopt_probe::recorder::RecordError;
use selfopt_sandbox::ToolError;
use selfopt_sandbox::checkout::{CheckoutError, PatchError};
use thiserror::Error;

/// A command that did not do what was asked.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The checkout cannot be used.
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The run could not go on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The package asked for is not there.
    #[error(transparent)]
    Package(#[from] UnknownPackage),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A tool of the project is not to be had.
    #[error(transparent)]
    Tools(#[from] ToolError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The patch was not applied.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// A function cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A rule pack cannot be used.
    #[cfg(feature = "packs")]
    #[error("the rule pack `{name}` cannot be used")]
    Pack {
        /// Its file or id.
        name: String,
        /// Why.
        #[source]
        error: selfopt_plugin_host::PackError,
    },
    /// The rule packs cannot be used together.
    #[cfg(feature = "packs")]
    #[error(transparent)]
    Packs(#[from] selfopt_plugin_host::PackError),
    /// The service could not start.
    #[cfg(feature = "server")]
    #[error(transparent)]
    Service(#[from] selfopt_server::ServiceError),
    /// Wrong usage.
    #[error("{what}")]
    Usage {
        /// What.
        what: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The host failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A panic; its own message is already on standard error.
    #[error("selfopt stopped at a defect of its own")]
    Defect,
    /// A result could not be written as JSON.
    #[error("failed to write the result as JSON")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hint: Some(hint.into()) }
    }

    #[cfg(feature = "packs")]
    pub(crate) fn pack(name: String, error: selfopt_plugin_host::PackError) -> Self {
        Self::Pack { name, error }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Checkout(error @ CheckoutError::Dirty { .. }) => {
                Some(format!("{}; or `--allow-dirty` to work on the last commit", error.hint()))
            }
            Self::Checkout(error) => Some(error.hint()),
            Self::Run(error) => error.hint(),
            Self::Package(error) => Some(error.hint()),
            Self::Sandbox(error) => error.hint(),
            Self::Tools(error) => error.hint(),
            Self::Store(error) => error.hint().map(str::to_owned),
            Self::Patch(error) => Some(error.hint()),
            Self::Record(error) => error.hint(),
            Self::Config(_) => Some("`selfopt schema config` prints what is allowed".into()),
            Self::Bundle(_) => Some(
                "give a `bundle-….tar` as `selfopt optimize` wrote it, or a proposal's id".into(),
            ),
            #[cfg(feature = "packs")]
            Self::Pack { error, .. } | Self::Packs(error) => Some(error.hint()),
            #[cfg(feature = "server")]
            Self::Service(error) => error.hint(),
            Self::Usage { hint, .. } => hint.clone(),
            Self::Defect => Some(format!(
                "please report it with the lines above: {}/issues",
                env!("CARGO_PKG_REPOSITORY")
            )),
            Self::Io { .. } | Self::Json(_) => None,
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Checkout(CheckoutError::Git { .. } | CheckoutError::Io { .. }) => {
                ExitCode::Internal
            }
            Self::Run(RunError::Cancelled) => ExitCode::Interrupted,
            Self::Tools(ToolError::Io { .. }) => ExitCode::Internal,
            Self::Checkout(_)
            | Self::Tools(_)
            | Self::Config(_)
            | Self::Package(_)
            | Self::Patch(PatchError::Conflicts { .. })
            | Self::Usage { .. }
            | Self::Record(_)
            | Self::Sandbox(SandboxError::Unavailable { .. } | SandboxError::BelowPolicy { .. })
            | Self::Run(
                RunError::Config(_)
                | RunError::Parameters(_)
                | RunError::UnknownPackage(_)
                | RunError::Model(_)
                | RunError::Workload { .. }
                | RunError::SeveralProjects { .. }
                | RunError::Sandbox(
                    SandboxError::Unavailable { .. } | SandboxError::BelowPolicy { .. },
                ),
            ) => ExitCode::Usage,
            #[cfg(feature = "server")]
            Self::Service(
                selfopt_server::ServiceError::NotLoopback(_)
                | selfopt_server::ServiceError::GitHub(_)
                | selfopt_server::ServiceError::Budget(_)
                | selfopt_server::ServiceError::Isolation(
                    SandboxError::Unavailable { .. } | SandboxError::BelowPolicy { .. },
                ),
            ) => ExitCode::Usage,
            #[cfg(feature = "packs")]
            Self::Pack { .. } | Self::Packs(_) => ExitCode::Usage,
            Self::Bundle(_) => ExitCode::EvidenceInvalid,
            _ => ExitCode::Internal,
        }
    }
}

impl From<ComposeError> for CliError {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::Config(error) => Self::Config(error),
            ComposeError::Refused { what, hint } => Self::Usage { what, hint: Some(hint) },
            ComposeError::Io { doing, source } => Self::Io { doing, source },
            other => Self::Usage { what: other.to_string(), hint: other.hint().map(str::to_owned) },
        }
    }
}
