//! The host's errors as [`SandboxError`]s: a full disk is its own case, since
//! the user can do something about it.

use std::io;
use std::path::Path;

use selfopt_core::SandboxError;

/// The error of doing something with a path: `failed("write", path)(error)`.
pub(crate) fn failed<'a>(
    doing: &'a str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> SandboxError + 'a {
    move |source| match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            SandboxError::DiskFull { doing: progressive(doing), path: path.display().to_string() }
        }
        _ => SandboxError::Io { doing: format!("{doing} `{}`", path.display()), source },
    }
}

/// An error that is nobody's in particular.
pub(crate) fn other(message: impl Into<String>) -> SandboxError {
    SandboxError::Other { message: message.into() }
}

/// Runs blocking work off the asynchronous threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(other(format!("a blocking task of the sandbox ended early: {error}"))),
    }
}

/// `copy` becomes `copying`, `write` becomes `writing`.
fn progressive(verb: &str) -> String {
    let (first, rest) = verb.split_once(' ').map_or((verb, None), |(a, b)| (a, Some(b)));
    let stem = first.strip_suffix('e').unwrap_or(first);
    rest.map_or_else(|| format!("{stem}ing"), |rest| format!("{stem}ing {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart() {
        let path = Path::new("/data/work");
        let error = failed("copy", path)(io::ErrorKind::StorageFull.into());
        assert_eq!(error.to_string(), "no space left while copying");
        assert!(error.hint().is_some_and(|hint| hint.contains("/data/work")));
        let error = failed("write", path)(io::ErrorKind::NotFound.into());
        assert_eq!(error.to_string(), "failed to write `/data/work`");
    }
}
