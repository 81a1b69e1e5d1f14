//! Choosing a backend by what works here.

use std::path::PathBuf;
use std::sync::Arc;

use selfopt_core::{Isolation, Sandbox, SandboxError};

use crate::backend::LocalSandbox;

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
}

/// A sandbox that keeps its workspaces in `base_dir`, and what it enforces.
/// `Auto` falls back to plain processes and says why in [`Isolation::fallback`];
/// the caller shows it, and the gaps.
pub async fn choose(
    choice: IsolationChoice,
    base_dir: impl Into<PathBuf>,
) -> Result<(Arc<dyn Sandbox>, Isolation), SandboxError> {
    let (sandbox, isolation) = choose_local(choice, base_dir).await?;
    Ok((Arc::new(sandbox), isolation))
}

/// The same as [`choose`], for a sandbox that is still to be given a tool
/// chain.
pub async fn choose_local(
    choice: IsolationChoice,
    base_dir: impl Into<PathBuf>,
) -> Result<(LocalSandbox, Isolation), SandboxError> {
    let base_dir = base_dir.into();
    match choice {
        IsolationChoice::Process => probed(LocalSandbox::process(base_dir)?).await,
        IsolationChoice::Bubblewrap => probed(LocalSandbox::bubblewrap(base_dir)?).await,
        IsolationChoice::Auto => {
            let bubblewrap = match LocalSandbox::bubblewrap(base_dir.clone()) {
                Ok(sandbox) => probed(sandbox).await,
                Err(error) => Err(error),
            };
            match bubblewrap {
                Err(SandboxError::Unavailable { backend, reason, hint }) => {
                    let why = format!("{backend} was not used: {reason}; {hint}");
                    probed(LocalSandbox::process(base_dir)?.instead_of_stronger(why)).await
                }
                result => result,
            }
        }
    }
}

async fn probed(sandbox: LocalSandbox) -> Result<(LocalSandbox, Isolation), SandboxError> {
    let isolation = sandbox.probe().await?;
    Ok((sandbox, isolation))
}
