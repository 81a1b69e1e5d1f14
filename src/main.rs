//! The `selfopt` program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ExitCode::from(selfopt_cli::run(std::env::args_os()).await)
}
