//! The shell that sets a command's resource limits and then becomes it.

use selfopt_core::CommandLimits;

/// The shell, on every system that has one.
pub(crate) const SHELL: &str = "/bin/sh";

/// RLIMIT_NPROC counts threads, and a Node process has about eleven.
const THREADS_OF_A_PROCESS: u64 = 16;

/// POSIX counts `ulimit -f` in blocks of this many bytes.
const BLOCK: u64 = 512;

/// Whether the number of processes can be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessLimit {
    /// The user namespace is the command's own, so the count is too.
    OwnUser,
    /// The kernel counts all processes of the user together, and those of
    /// root not at all.
    SharedUser,
}

/// The arguments that make the shell run `cmd` under its limits: the limits
/// are set, then the shell is replaced by the one that runs the command.
pub(crate) fn shell_arguments(
    cmd: &str,
    limits: &CommandLimits,
    processes: ProcessLimit,
) -> [String; 4] {
    // A limit that the host has set lower already cannot be raised, and then
    // the lower one holds.
    let mut script = format!(
        "ulimit -c 0 2>/dev/null; ulimit -f {} 2>/dev/null; ulimit -n {} 2>/dev/null; ",
        limits.file_size.0 / BLOCK,
        limits.open_files,
    );
    if processes == ProcessLimit::OwnUser {
        // bash, zsh and busybox call it `-u`; in dash it is `-p`.
        let threads = u64::from(limits.processes) * THREADS_OF_A_PROCESS;
        script.push_str(&format!(
            "ulimit -u {threads} 2>/dev/null || ulimit -p {threads} 2>/dev/null; "
        ));
    }
    script.push_str(&format!("exec {SHELL} -c \"$1\""));
    ["-c".to_owned(), script, "sh".to_owned(), cmd.to_owned()]
}
