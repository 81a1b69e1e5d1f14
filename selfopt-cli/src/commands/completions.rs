//! `selfopt completions`: for bash, zsh, fish, elvish and PowerShell.

use clap::CommandFactory as _;
use selfopt_core::ExitCode;

use crate::args::{Cli, CompletionsArgs};
use crate::error::CliError;
use crate::render;

pub(crate) fn run(args: &CompletionsArgs) -> Result<ExitCode, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "selfopt", &mut script);
    render::text(&String::from_utf8_lossy(&script));
    Ok(ExitCode::Success)
}
