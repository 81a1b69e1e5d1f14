//! The repository's own tasks, run as `cargo xtask <task>`.
//!
//! They replace shell scripts: the same commands on every machine, in continuous integration and by
//! hand. One task, one file.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the person who runs it"
)]

mod calibrate;
mod detect_score;
mod docker;
mod evidence;
mod github_api;
mod isolations;
mod kernels;
mod new_rule;
mod page_packages;
mod runner_image;
mod setup;
mod shell;
mod task;
mod test;
mod tidy;
mod wasm;

use std::process::ExitCode;

use task::Task;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Task::parse(&arguments).and_then(Task::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
