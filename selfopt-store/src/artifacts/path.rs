//! Which paths an artifact may have.

use std::path::{Component, Path};

use selfopt_core::StoreError;
use thiserror::Error;

/// Whether an artifact may be written twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// The newest content counts.
    Replaced,
    /// A bundle or a patch beneath `proposals/`: evidence, written once.
    CreatedOnce,
}

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArtifactPathError {
    /// It could lead out of the store.
    #[error("an artifact's path is relative, without `.`, `..` or empty parts")]
    NotBeneath,
    /// It would not mean the same everywhere.
    #[error("an artifact's path has no backslashes, colons or control characters")]
    Characters,
    /// It belongs to no run and no proposal.
    #[error(
        "an artifact lies at `repos/REPO/runs/RUN/NAME` or `repos/REPO/proposals/PROPOSAL/NAME`"
    )]
    Layout,
}

/// The same with the port's error.
pub(super) fn checked(path: &str) -> Result<Keeping, StoreError> {
    check(path).map_err(|source| StoreError::Failed {
        doing: format!("use `{}` as an artifact's path", path.escape_debug()),
        source: source.into(),
    })
}

/// Checks a path before it touches the file system or the network.
fn check(path: &str) -> Result<Keeping, ArtifactPathError> {
    let forbidden = |c: char| matches!(c, '\\' | ':') || c.is_control();
    if path.contains(forbidden) {
        return Err(ArtifactPathError::Characters);
    }
    let parts: Vec<_> = path.split('/').collect();
    if parts.iter().any(|part| !is_name(part)) {
        return Err(ArtifactPathError::NotBeneath);
    }
    match parts.as_slice() {
        ["repos", _, "proposals", _, .., name] if is_evidence(name) => Ok(Keeping::CreatedOnce),
        ["repos", _, "runs" | "proposals", _, _, ..] => Ok(Keeping::Replaced),
        _ => Err(ArtifactPathError::Layout),
    }
}

/// A bundle's name carries its digest, and a patch is part of its proposal's
/// id. Logs and figures of a proposal that was proved anew are replaced.
fn is_evidence(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "tar" || extension == "patch")
}

/// As this platform understands it, not only as it reads.
fn is_name(part: &str) -> bool {
    let mut components = Path::new(part).components();
    matches!(components.next(), Some(Component::Normal(name)) if name == part)
        && components.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_layout() {
        for (path, expected) in [
            ("repos/r/runs/1/baseline.json", Ok(Keeping::Replaced)),
            ("repos/r/runs/1/gates/bench ü.json", Ok(Keeping::Replaced)),
            ("repos/r/proposals/p/diff.patch", Ok(Keeping::CreatedOnce)),
            ("repos/r/proposals/p/bundle-1.tar", Ok(Keeping::CreatedOnce)),
            ("repos/r/proposals/p/logs.txt", Ok(Keeping::Replaced)),
            ("repos/r/proposals/diff.patch", Err(ArtifactPathError::Layout)),
            ("repos/r/runs/1/diff.patch", Ok(Keeping::Replaced)),
            ("repos/r/runs/1", Err(ArtifactPathError::Layout)),
            ("repos/r/other/1/x", Err(ArtifactPathError::Layout)),
            ("baseline.json", Err(ArtifactPathError::Layout)),
            ("", Err(ArtifactPathError::NotBeneath)),
            ("/repos/r/runs/1/x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/1/", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs//x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/./x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/proposals/p/../../runs/1/x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/1/..", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/1/a\\..\\b", Err(ArtifactPathError::Characters)),
            ("C:/repos/r/runs/1/x", Err(ArtifactPathError::Characters)),
            ("repos/r/runs/1/a\nb", Err(ArtifactPathError::Characters)),
            ("repos/r/runs/1/a\0b", Err(ArtifactPathError::Characters)),
            ("repos/r/runs/1/a\u{85}b", Err(ArtifactPathError::Characters)),
        ] {
            assert_eq!(check(path), expected, "{path:?}");
        }
    }
}
