//! The command line of SelfOpt: arguments, commands, rendering, exit codes.
//! Data goes to standard output, everything else to standard error.

mod args;
mod commands;
mod compose;
mod error;
mod host;
mod interrupt;
mod lock;
mod place;
mod render;

use std::ffi::OsString;

use clap::Parser as _;
use selfopt_core::ExitCode;

use crate::args::{Cli, Command};
use crate::error::CliError;

/// Runs the command line and gives the exit code.
pub async fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap prints them to the right stream.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Usage.code() } else { 0 };
        }
    };
    match dispatch(cli).await {
        Ok(code) => code.code(),
        Err(error) => {
            render::error::print(&error);
            error.code().code()
        }
    }
}

async fn dispatch(cli: Cli) -> Result<ExitCode, CliError> {
    let common = cli.common;
    match cli.command {
        Command::Optimize(args) => commands::optimize::run(&common, args).await,
        Command::Baseline(args) => commands::baseline::run(&common, args).await,
        Command::Detect(args) => commands::detect::run(&common, args).await,
        Command::Scan(args) => commands::scan::run(&common, &args),
        Command::Proposals(args) => commands::proposals::run(&common, args).await,
        Command::Verify(args) => commands::verify::run(&common, args).await,
        Command::WhyNot(args) => commands::why_not::run(&common, args).await,
        Command::Doctor => commands::doctor::run(&common).await,
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => Ok(commands::completions::run(&args)),
    }
}
