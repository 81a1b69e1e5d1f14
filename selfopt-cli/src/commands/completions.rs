//! `selfopt completions`: for bash, zsh, fish, elvish and PowerShell.

use clap::CommandFactory as _;
use selfopt_core::ExitCode;

use crate::args::{Cli, CompletionsArgs};
use crate::render;

pub(crate) fn run(args: &CompletionsArgs) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "selfopt", &mut script);
    render::text(&String::from_utf8_lossy(&script));
    ExitCode::Success
}
