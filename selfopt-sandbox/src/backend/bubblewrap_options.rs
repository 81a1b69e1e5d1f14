//! What can be chosen about bubblewrap.

use std::path::PathBuf;

/// Choices for bubblewrap; by default the host's programs on all cores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BubblewrapOptions {
    /// The root directory of an unpacked image whose programs are used; the
    /// host's when absent.
    pub root: Option<PathBuf>,
    /// The cores that commands are held to, as the kernel writes lists of them
    /// (`0-3,6`); all when absent. It takes a control group, without which the
    /// guarantee `cpu` says so.
    pub cores: Option<String>,
}
