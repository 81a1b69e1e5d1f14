//! The command line of SelfOpt: arguments, commands, rendering, exit codes.
//! Data goes to standard output, everything else to standard error.

mod args;
mod commands;
mod compose;
mod error;
mod interrupt;
mod model;
#[cfg(feature = "packs")]
mod packs;
mod patch;
mod place;
mod render;
mod scan_cache;
mod tools;

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};
use selfopt_core::ExitCode;

use crate::args::{Cli, Command};
use crate::error::CliError;

/// Runs the command line and gives the exit code.
pub async fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap prints them to the right stream.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Usage.code() } else { 0 };
        }
    };
    Box::pin(guarded(dispatch(cli))).await.code()
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    cli.common.store_was_named = matches.value_source("store") == Some(ValueSource::CommandLine);
    Ok(cli)
}

/// Runs a command on a task of its own: a panic ends the task and not the
/// process, which can then say so and exit with its documented code.
async fn guarded(
    command: impl Future<Output = Result<ExitCode, CliError>> + Send + 'static,
) -> ExitCode {
    let error = match tokio::spawn(command).await {
        Ok(Ok(code)) => return code,
        Ok(Err(error)) => error,
        Err(_) => CliError::Defect,
    };
    render::error::print(&error);
    error.code()
}

async fn dispatch(cli: Cli) -> Result<ExitCode, CliError> {
    let common = cli.common;
    match cli.command {
        Command::Optimize(args) => Box::pin(commands::optimize::run(&common, args)).await,
        Command::Prove(args) => Box::pin(commands::prove::run(&common, args)).await,
        Command::Baseline(args) => {
            Box::pin(commands::baseline::run(&common, args, tools::Purpose::Proofs)).await
        }
        Command::Noise(args) => Box::pin(commands::noise::run(&common, args)).await,
        Command::Profile(args) => Box::pin(commands::profile::run(&common, args)).await,
        Command::Workload(args) => Box::pin(commands::workload::run(&common, args)).await,
        Command::Detect(args) => commands::detect::run(&common, args).await,
        Command::Init(args) => commands::init::run(&common, &args),
        Command::Scan(args) => commands::scan::run(&common, &args),
        Command::Proposals(args) => commands::proposals::run(&common, args).await,
        Command::Verify(args) => Box::pin(commands::verify::run(&common, args)).await,
        Command::WhyNot(args) => commands::why_not::run(&common, args).await,
        #[cfg(feature = "packs")]
        Command::Pack(args) => commands::pack::run(&common, args),
        Command::Rules(args) => commands::rules::run(&common, &args).await,
        Command::Doctor => commands::doctor::run(&common).await,
        #[cfg(feature = "server")]
        Command::Serve(args) => Box::pin(commands::serve::run(&common, args)).await,
        #[cfg(feature = "server")]
        Command::Worker(args) => Box::pin(commands::serve::work(&common, args)).await,
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => Ok(commands::completions::run(&args)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        let code = guarded(async { panic!("a defect") }).await;
        assert_eq!(code.code(), 70);
    }

    #[test]
    fn a_store_is_repeated_only_when_it_was_on_the_command_line() {
        let flag = |args: &[&str]| {
            let args = ["selfopt"].iter().chain(args).map(OsString::from);
            parse(args).expect("parses").common.store_flag()
        };
        assert_eq!(flag(&["--store", "a", "doctor"]), " --store a");
        assert_eq!(flag(&["doctor", "--store", "a b"]), " --store 'a b'");
        assert_eq!(flag(&["doctor"]), "");
    }
}
