//! Choosing a backend by what works here.

use std::path::PathBuf;
use std::sync::Arc;

use selfopt_core::{Isolation, Policy, Sandbox, SandboxError};

use crate::backend::LocalSandbox;
use crate::failure::blocking;

/// The isolation asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IsolationChoice {
    /// The strongest that works here.
    #[default]
    Auto,
    /// Plain processes.
    Process,
    /// bubblewrap, or an error that says why not.
    Bubblewrap,
    /// Docker containers, or an error that says why not.
    Docker,
    /// Jobs of a Kubernetes cluster, or an error that says why not. Never taken
    /// unasked.
    Kubernetes,
}

/// A sandbox that keeps its workspaces in `base_dir`, and what it enforces.
/// `Auto` takes bubblewrap, where it does not work Docker, and where that does
/// not work either plain processes. It says why in [`Isolation::fallback`];
/// the caller shows it, and the gaps.
pub async fn choose(
    choice: IsolationChoice,
    base_dir: impl Into<PathBuf>,
) -> Result<(Arc<dyn Sandbox>, Isolation), SandboxError> {
    let (sandbox, isolation) = choose_local(choice, base_dir, &Policy::none()).await?;
    Ok((Arc::new(sandbox), isolation))
}

/// The same as [`choose`], for a sandbox that is still to be given a tool
/// chain, and that meets a policy: `Auto` passes over what does not.
pub async fn choose_local(
    choice: IsolationChoice,
    base_dir: impl Into<PathBuf>,
    policy: &Policy,
) -> Result<(LocalSandbox, Isolation), SandboxError> {
    let base_dir = base_dir.into();
    match choice {
        IsolationChoice::Process => probed(LocalSandbox::process(base_dir)?, policy).await,
        IsolationChoice::Bubblewrap => probed(LocalSandbox::bubblewrap(base_dir)?, policy).await,
        IsolationChoice::Docker => probed(docker(base_dir)?, policy).await,
        IsolationChoice::Kubernetes => {
            // It asks a cluster, and waits.
            let sandbox = blocking(move || kubernetes(base_dir)).await?;
            probed(sandbox, policy).await
        }
        IsolationChoice::Auto => {
            let mut why = Vec::new();
            // Of all that is too weak, the strongest is what one wants to hear of.
            let mut nearest = None;
            let stronger: [fn(PathBuf) -> Result<LocalSandbox, SandboxError>; 2] =
                [|base_dir| LocalSandbox::bubblewrap(base_dir), docker];
            for open in stronger {
                let opened = match open(base_dir.clone()) {
                    Ok(sandbox) => probed(sandbox.instead_of_stronger(&why), policy).await,
                    Err(error) => Err(error),
                };
                match opened {
                    Err(SandboxError::Unavailable { backend, reason, hint }) => {
                        why.push(format!("{backend} was not used: {reason}; {hint}"));
                    }
                    Err(error @ SandboxError::BelowPolicy { .. }) => {
                        why.push(error.to_string());
                        nearest.get_or_insert(error);
                    }
                    result => return result,
                }
            }
            let process = LocalSandbox::process(base_dir)?.instead_of_stronger(&why);
            match probed(process, policy).await {
                Err(error @ SandboxError::BelowPolicy { .. }) => Err(nearest.unwrap_or(error)),
                result => result,
            }
        }
    }
}

#[cfg(all(feature = "docker", target_os = "linux"))]
fn docker(base_dir: PathBuf) -> Result<LocalSandbox, SandboxError> {
    LocalSandbox::docker(base_dir)
}

#[cfg(not(all(feature = "docker", target_os = "linux")))]
fn docker(_base_dir: PathBuf) -> Result<LocalSandbox, SandboxError> {
    Err(SandboxError::Unavailable {
        backend: "docker".to_owned(),
        reason: "this program was built without it".to_owned(),
        hint: "on Linux, build it with the feature `docker`: `cargo install selfopt --features docker`".to_owned(),
    })
}

#[cfg(all(feature = "kubernetes", target_os = "linux"))]
fn kubernetes(base_dir: PathBuf) -> Result<LocalSandbox, SandboxError> {
    LocalSandbox::kubernetes(base_dir, &crate::KubernetesOptions::from_environment()?)
}

#[cfg(not(all(feature = "kubernetes", target_os = "linux")))]
fn kubernetes(_base_dir: PathBuf) -> Result<LocalSandbox, SandboxError> {
    Err(SandboxError::Unavailable {
        backend: "kubernetes".to_owned(),
        reason: "this program was built without it".to_owned(),
        hint: "on Linux, build it with the feature `kubernetes`: `cargo install selfopt --features kubernetes`".to_owned(),
    })
}

async fn probed(
    sandbox: LocalSandbox,
    policy: &Policy,
) -> Result<(LocalSandbox, Isolation), SandboxError> {
    let isolation = sandbox.probe().await?;
    policy.check(&isolation)?;
    Ok((sandbox, isolation))
}
