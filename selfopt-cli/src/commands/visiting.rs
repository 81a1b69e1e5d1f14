//! What commands have in common that run something in the project as it is,
//! and judge nothing: `profile` and `workload`.

use std::path::Path;

use selfopt_core::pipeline::{RunError, Visit};
use selfopt_core::report::ExitReport;
use selfopt_core::{CollectLimits, CollectedFile, ExitCode, SandboxError};
use selfopt_sandbox::checkout::{self, Checkout, CheckoutError, CheckoutOptions, DirtyPolicy};

use crate::args::{RunArgs, shell_word};
use crate::error::CliError;

/// The last commit, which the working tree must not differ from but in files
/// that are `ours`: what an earlier run of the command wrote is no change of
/// the project.
pub(super) fn clean(run: &RunArgs, ours: impl Fn(&Path) -> bool) -> Result<Checkout, CliError> {
    let options = CheckoutOptions { dirty: DirtyPolicy::Allow };
    let mut checkout = checkout::open(&run.path, &options)?;
    let root = checkout.root.clone();
    checkout.dirty.retain(|path| !ours(&root.join(path)));
    if !checkout.dirty.is_empty() && !run.options.allow_dirty {
        return Err(CheckoutError::Dirty { root, paths: checkout.dirty }.into());
    }
    Ok(checkout)
}

/// The words behind `--` as a line of a shell.
pub(super) fn command_line(words: &[String]) -> Result<String, CliError> {
    let cmd = match words {
        [line] => line.clone(),
        words => words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" "),
    };
    if cmd.trim().is_empty() {
        return Err(CliError::usage("an empty command was given", "write it after `--`"));
    }
    Ok(cmd)
}

/// What to do about a command of the user that is red.
pub(super) fn red_hint(visit: &Visit) -> String {
    format!(
        "make it end with exit code 0 on a fresh clone: it ran in `{}` of the last commit, after install and build, without a network",
        visit.project().working_directory
    )
}

/// Takes files out of the workspace; the inner `Err` says what is too much.
pub(super) async fn collect(
    visit: &mut Visit,
    globs: &[String],
    limits: CollectLimits,
) -> Result<Result<Vec<CollectedFile>, String>, CliError> {
    match visit.collect(globs, limits).await {
        Ok(files) => Ok(Ok(files)),
        Err(RunError::Sandbox(SandboxError::TooMuch { what })) => Ok(Err(what)),
        Err(error) => Err(error.into()),
    }
}

/// An exit code with what it means for this command: when it succeeded, and
/// when it found nothing.
pub(super) fn exit_report(code: ExitCode, success: &str, nothing: &str) -> ExitReport {
    let known = || ExitCode::TABLE.iter().find(|(known, _)| *known == code);
    let meaning = match code {
        ExitCode::NothingFound => nothing,
        ExitCode::Success => success,
        _ => known().map_or("", |(_, meaning)| meaning),
    };
    ExitReport { code, meaning: meaning.to_owned() }
}
