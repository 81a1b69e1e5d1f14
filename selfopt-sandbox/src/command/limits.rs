//! The shell that sets a command's resource limits and then becomes it, or
//! watches over it.

use std::fmt::Write as _;

use selfopt_core::CommandLimits;

/// The shell, on every system that has one.
pub(crate) const SHELL: &str = "/bin/sh";

/// RLIMIT_NPROC counts threads. A Node process has about eleven, most other
/// processes one.
pub(crate) const THREADS_OF_A_PROCESS: u64 = 8;

/// POSIX counts `ulimit -f` in blocks of this many bytes.
const BLOCK: u64 = 512;

/// Whose namespaces the command runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namespaces {
    /// The host's. Its processes cannot be limited in number: the kernel
    /// counts all those of a user together, and those of root not at all.
    Host,
    /// Its own. The shell is the first process of the process namespace: it
    /// stays, adopts what is orphaned and waits for it, so that the time of
    /// orphans is counted too.
    Own,
}

/// The arguments that make the shell run `cmd` under its limits.
pub(crate) fn shell_arguments(
    cmd: &str,
    limits: &CommandLimits,
    namespaces: Namespaces,
) -> [String; 4] {
    // A limit that the host has set lower already cannot be raised, and then
    // the lower one holds.
    let mut script = format!(
        "ulimit -c 0 2>/dev/null; ulimit -f {} 2>/dev/null; ulimit -n {} 2>/dev/null; ",
        limits.file_size.0 / BLOCK,
        limits.open_files,
    );
    let rest = match namespaces {
        Namespaces::Host => write!(script, "exec {SHELL} -c \"$1\""),
        Namespaces::Own => {
            // bash, zsh and busybox call it `-u`; in dash it is `-p`.
            let threads = u64::from(limits.processes) * THREADS_OF_A_PROCESS;
            write!(
                script,
                "ulimit -u {threads} 2>/dev/null || ulimit -p {threads} 2>/dev/null; \
                 {SHELL} -c \"$1\"; exit $?"
            )
        }
    };
    rest.expect("writing to a string cannot fail");
    ["-c".to_owned(), script, "sh".to_owned(), cmd.to_owned()]
}
