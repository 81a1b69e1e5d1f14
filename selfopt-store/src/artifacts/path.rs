//! Which paths an artifact may have.

use std::path::{Component, Path};

use thiserror::Error;

/// What a path is beneath decides whether it may be written twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// Beneath `runs/`: the newest content counts.
    Replaced,
    /// Beneath `proposals/`: evidence, written once.
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

/// Checks a path before it touches the file system.
pub(super) fn check(path: &str) -> Result<Keeping, ArtifactPathError> {
    let forbidden = |c: char| matches!(c, '\\' | ':') || c.is_control();
    if path.contains(forbidden) {
        return Err(ArtifactPathError::Characters);
    }
    let parts: Vec<_> = path.split('/').collect();
    if parts.iter().any(|part| !is_name(part)) {
        return Err(ArtifactPathError::NotBeneath);
    }
    match parts.as_slice() {
        ["repos", _, "runs", _, _, ..] => Ok(Keeping::Replaced),
        ["repos", _, "proposals", _, _, ..] => Ok(Keeping::CreatedOnce),
        _ => Err(ArtifactPathError::Layout),
    }
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
            ("repos/r/runs/1", Err(ArtifactPathError::Layout)),
            ("repos/r/other/1/x", Err(ArtifactPathError::Layout)),
            ("baseline.json", Err(ArtifactPathError::Layout)),
            ("", Err(ArtifactPathError::NotBeneath)),
            ("/repos/r/runs/1/x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/1/", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs//x", Err(ArtifactPathError::NotBeneath)),
            ("repos/r/runs/./x", Err(ArtifactPathError::NotBeneath)),
            (
                "repos/r/proposals/p/../../runs/1/x",
                Err(ArtifactPathError::NotBeneath),
            ),
            ("repos/r/runs/1/..", Err(ArtifactPathError::NotBeneath)),
            (
                "repos/r/runs/1/a\\..\\b",
                Err(ArtifactPathError::Characters),
            ),
            ("C:/repos/r/runs/1/x", Err(ArtifactPathError::Characters)),
            ("repos/r/runs/1/a\nb", Err(ArtifactPathError::Characters)),
            ("repos/r/runs/1/a\0b", Err(ArtifactPathError::Characters)),
            (
                "repos/r/runs/1/a\u{85}b",
                Err(ArtifactPathError::Characters),
            ),
        ] {
            assert_eq!(check(path), expected, "{path:?}");
        }
    }
}
