//! A program that is not there, or a script that no package has.

use super::words::{is_warning, npm_error};
use super::{Diagnosis, Red, diagnosis};
use crate::ports::StepStatus;

/// Programs that no package manager installs.
const OF_THE_SYSTEM: [&str; 16] = [
    "bash",
    "cargo",
    "cmake",
    "curl",
    "docker",
    "docker-compose",
    "g++",
    "gcc",
    "git",
    "go",
    "java",
    "make",
    "psql",
    "python",
    "python3",
    "wget",
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    if let Some(line) = missing_script(red) {
        return Some(diagnosis(
            "`package.json` has no such script",
            "name one that is there in selfopt.toml, under `[commands]`",
            line,
        ));
    }
    let (program, line) = missing_program(red)?;
    let way_out = if OF_THE_SYSTEM.contains(&program) {
        format!(
            "install `{program}` where the project's commands run, or name a command that does without it"
        )
    } else {
        format!(
            "make `{program}` a dependency of the package that uses it, and let the install command install development dependencies"
        )
    };
    Some(diagnosis(format!("the program `{program}` is not there"), way_out, line))
}

fn missing_script<'a>(red: &Red<'a>) -> Option<&'a str> {
    red.find(|line| {
        npm_error(line).is_some_and(|said| said.to_lowercase().starts_with("missing script: "))
            || line.contains("ERR_PNPM_NO_SCRIPT")
            || line.starts_with("error: Script not found \"")
            || line.contains("Couldn't find a script named \"")
    })
}

fn missing_program<'a>(red: &Red<'a>) -> Option<(&'a str, &'a str)> {
    let said_by_tool = red.lines.iter().find_map(|line| Some((of_tool(line)?, *line)));
    // A shell goes on after a program that it did not find; only where that
    // was the end is it the reason.
    let is_end = red.step.status == StepStatus::Exited { code: 127 }
        || red.find(|line| npm_error(line).is_some_and(|said| said == "code 127")).is_some()
        || red.has_any(&["exit code 127", "Exit status 127", "Command failed with exit code 127"])
        || red.find(|line| npm_error(line).is_some_and(|said| said == "code ELIFECYCLE")).is_some()
            && red.has_any(&["npm ERR! errno ENOENT", "npm ERR! syscall spawn"])
        || red.lines.iter().filter(|line| !line.trim().is_empty()).count() <= 12;
    let said_by_shell = || red.lines.iter().find_map(|line| Some((of_shell(line)?, *line)));
    said_by_tool.or_else(|| if is_end { said_by_shell() } else { None })
}

/// `sh: 1: jest: not found`, `sh: line 1: jest: command not found`.
fn of_shell(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = ["sh: ", "/bin/sh: ", "bash: ", "/bin/bash: ", "dash: "]
        .iter()
        .find_map(|shell| line.strip_prefix(shell))?;
    let rest =
        rest.strip_suffix(": not found").or_else(|| rest.strip_suffix(": command not found"))?;
    is_program(rest.rsplit(": ").next()?)
}

/// Words of Node, npx, Yarn and pnpm.
fn of_tool(line: &str) -> Option<&str> {
    let line = line.trim();
    if is_warning(line) {
        return None;
    }
    if let Some(rest) = line.strip_prefix("Error: spawn ") {
        return is_program(rest.strip_suffix(" ENOENT")?);
    }
    if let Some((_, rest)) =
        line.split_once("npx canceled due to missing packages and no YES option: [\"")
    {
        let package = rest.split('"').next()?;
        let end = package.get(1..)?.find('@').map_or(package.len(), |at| at + 1);
        return is_program(package.get(..end)?);
    }
    let quoted = line
        .strip_prefix("error Command \"")
        .or_else(|| {
            line.split_once("ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL")
                .and_then(|(_, rest)| rest.trim().strip_prefix("Command \""))
        })
        .and_then(|rest| rest.split_once("\" not found"));
    if let Some((program, _)) = quoted {
        return is_program(program);
    }
    is_program(line.strip_prefix("command not found: ")?)
}

fn is_program(name: &str) -> Option<&str> {
    let fits = !name.is_empty()
        && name.len() <= 100
        && name.chars().all(|c| c.is_alphanumeric() || "@/._+-".contains(c));
    fits.then_some(name)
}
