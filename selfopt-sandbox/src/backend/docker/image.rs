//! The runner image.

use selfopt_core::SandboxError;

use super::daemon::{Daemon, unavailable};

/// Names another image.
const VARIABLE: &str = "SELFOPT_RUNNER_IMAGE";
const DEFAULT: &str = "selfopt-runner:latest";

/// The version of what process 1 and we say to each other.
const LABEL: &str = "selfopt.runner";
const VERSION: &str = "1";

/// An image of this machine.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub name: String,
    /// The hash of its configuration, and with it of its layers.
    pub id: String,
    /// Names of variables that it would set.
    pub variables: Vec<String>,
}

impl Image {
    /// Finds it and looks whether it is one of ours.
    pub(super) fn find(daemon: &Daemon) -> Result<Self, SandboxError> {
        let name = std::env::var(VARIABLE).unwrap_or_else(|_| DEFAULT.to_owned());
        let Some(found) = daemon.image(&name)? else {
            return Err(missing(&name));
        };
        let config = found.config.unwrap_or_default();
        let label = config.labels.and_then(|mut labels| labels.remove(LABEL));
        if label.as_deref() != Some(VERSION) {
            return Err(unavailable(
                format!(
                    "the image `{name}` is no runner image of this version: its label `{LABEL}` is {}",
                    label.as_deref().unwrap_or("not there")
                ),
                build_hint(&name),
            ));
        }
        let variables = config.env.unwrap_or_default();
        let names = variables.iter().filter_map(|one| Some(one.split_once('=')?.0.to_owned()));
        Ok(Self { id: found.id.unwrap_or_default(), variables: names.collect(), name })
    }
}

/// The error for an image that is not there.
pub(super) fn missing(name: &str) -> SandboxError {
    unavailable(format!("the runner image `{name}` is not there"), build_hint(name))
}

fn build_hint(name: &str) -> String {
    format!(
        "build it in a checkout of SelfOpt: `cargo xtask runner-image`, or `DOCKER_BUILDKIT=0 docker build --tag {name} images/runner`; or name another one with `{VARIABLE}`"
    )
}
