//! Words for what was detected, the same wherever it is shown.

use selfopt_core::{CommandSource, printable};

/// Where a command comes from, as a person says it.
pub const fn source_words(source: CommandSource) -> &'static str {
    match source {
        CommandSource::User => "written in selfopt.toml or as a flag",
        CommandSource::Ci => "a workflow of the CI",
        CommandSource::Script => "a package script as it is",
        CommandSource::ScriptPart => "a part of a package script",
        CommandSource::Lockfile => "follows from the lock file",
        CommandSource::Framework => "a framework's own command",
        CommandSource::Synthesized => "put together; no script says so",
        CommandSource::Folder => "a file with a telling name; no script runs it",
    }
}

/// Text of the repository on one line, without control characters.
pub fn one_line(text: &str) -> String {
    printable(text.as_bytes()).replace(['\n', '\t'], " ")
}
