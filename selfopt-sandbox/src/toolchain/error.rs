//! Why a tool could not be had.

use std::io;

use thiserror::Error;

/// A tool that a project needs and that is not to be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ToolError {
    /// It is not on the host, and could not be obtained.
    #[error("{needed} is needed{} and could not be obtained", place(asked_by.as_deref()))]
    Unobtainable {
        /// The tool and its version: `Node 22`.
        needed: String,
        /// Where the project says so, if that is one line.
        asked_by: Option<String>,
        /// What the host has instead, or nothing.
        host: Option<String>,
        /// Why.
        #[source]
        source: NpmError,
    },
    /// It is not on the host, and nothing may be obtained.
    #[error("{needed} is needed and is not on this machine")]
    NotOnHost {
        /// The tool and its version.
        needed: String,
    },
    /// What was downloaded is not what was promised.
    #[error("{tool} from the registry is not what {promised_by} promises: expected {expected}")]
    Integrity {
        /// The tool and its version.
        tool: String,
        /// Who promised.
        promised_by: &'static str,
        /// The hash.
        expected: String,
    },
    /// The package cannot be used.
    #[error("the package of {tool} was refused: {reason}")]
    Package {
        /// The tool and its version.
        tool: String,
        /// Why.
        reason: String,
    },
    /// The host failed.
    #[error("failed to {doing}")]
    Io {
        /// What was being done, with the path.
        doing: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

impl ToolError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unobtainable { needed, source, host, .. } => {
                let advice = source.advice();
                Some(match host {
                    Some(host) => format!(
                        "{advice}, install {needed} yourself, or `--tools host` to run with {host}"
                    ),
                    None => format!("{advice}, or install {needed} yourself"),
                })
            }
            Self::NotOnHost { needed } => {
                Some(format!("install {needed}, or let it be obtained with `--tools auto`"))
            }
            Self::Integrity { promised_by: "the registry", .. } => Some(
                "try again; if it stays, a proxy between here and the registry changes files"
                    .to_owned(),
            ),
            Self::Integrity { .. } => Some(
                "correct the hash in the `packageManager` field of package.json, or leave it out"
                    .to_owned(),
            ),
            Self::Package { tool, .. } => {
                Some(format!("install {tool} yourself and run with `--tools host`"))
            }
            Self::Io { .. } => None,
        }
    }
}

fn place(asked_by: Option<&str>) -> String {
    asked_by.map(|place| format!(" (`{place}`)")).unwrap_or_default()
}

/// Why the npm client gave nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NpmError {
    /// There is none.
    #[error("`npm` was not found on the `PATH`")]
    NoClient,
    /// The registry cannot be reached.
    #[error("npm cannot reach its registry ({code})")]
    Offline {
        /// npm's code.
        code: String,
    },
    /// npm did not end in time.
    #[error("npm gave no answer within {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The registry does not have it.
    #[error("the registry has no `{spec}`")]
    NotFound {
        /// Package and range.
        spec: String,
    },
    /// There is no package for this platform.
    #[error("the registry has no build for {platform}")]
    NoBuild {
        /// Operating system and processor.
        platform: String,
    },
    /// Anything else.
    #[error("npm failed: {message}")]
    Failed {
        /// What npm said.
        message: String,
    },
}

impl NpmError {
    /// Whether another day may have another answer.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Offline { .. } | Self::TimedOut { .. })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::NoClient => "install npm, which obtains it",
            Self::Offline { .. } | Self::TimedOut { .. } => {
                "run once with a network (it is kept for later runs; `npm ping` says whether the registry answers)"
            }
            Self::NotFound { .. } | Self::NoBuild { .. } => {
                "correct the version that the project asks for"
            }
            Self::Failed { .. } => "see what `npm ping` says",
        }
    }
}

/// The error of doing something with a path: `failed("write", path)(error)`.
pub(super) fn failed<'a>(
    doing: &'a str,
    path: &'a std::path::Path,
) -> impl FnOnce(io::Error) -> ToolError + 'a {
    move |source| ToolError::Io { doing: format!("{doing} `{}`", path.display()), source }
}
