//! What a recording kept, as a table.

use std::fmt::Write as _;

use selfopt_core::{Provenance, Unseen};
use selfopt_probe::recorder::KeptFunction;

use super::explain::{code, one_line};
use super::grid::table;
use super::markdown::of_command;
use super::style::{BAD, BOLD, DIM, NAME, WARNING, pad};
use super::summary;
use crate::commands::workload::WorkloadDocument;

pub(crate) fn human(document: &WorkloadDocument) -> String {
    let mut out = String::from("\n");
    if let Some(pause) = &document.paused {
        summary::stopped(&mut out, pause);
    }
    let functions = &document.functions;
    if !functions.is_empty() {
        let width = functions.iter().map(|one| one.name.chars().count()).max().unwrap_or_default();
        let header = format!("{}  {:>8} {:>8}  elements", pad("function", width), "calls", "kept");
        let _ = writeln!(out, "{BOLD}{header}{BOLD:#}");
        for one in functions {
            let name = pad(&one.name, width);
            let _ = writeln!(
                out,
                "{NAME}{name}{NAME:#}  {:>8} {:>8}  {}",
                one.seen,
                one.kept,
                sizes(one)
            );
            for line in lost(one) {
                let _ = writeln!(out, "  {BAD}not kept{BAD:#}: {line}");
            }
        }
    }
    match (&document.file, &document.workload) {
        (Some(file), workload) => {
            let _ = writeln!(out, "\nwritten: {file}");
            let _ = writeln!(out, "{DIM}{}{DIM:#}", next(workload.as_deref()));
        }
        (None, _) if document.paused.is_none() => {
            let _ = writeln!(out, "{WARNING}nothing written{WARNING:#}: {}", why_nothing(document));
        }
        (None, _) => {}
    }
    summary::exit(&mut out, &document.exit);
    out
}

pub(crate) fn markdown(document: &WorkloadDocument) -> String {
    let (ran, paused) = (document.command.as_ref(), document.paused.as_ref());
    let mut out = of_command("recorded calls", ran, paused);
    if paused.is_some() {
        return out;
    }
    let rows = document.functions.iter().map(|one| {
        let (seen, kept) = (one.seen.to_string(), one.kept.to_string());
        [code(&one.name), seen, kept, sizes(one), lost(one).join("; ")]
    });
    out.push_str(&table(["function", ">calls", ">kept", "elements", "not kept"], rows));
    match &document.file {
        Some(file) => {
            let _ =
                writeln!(out, "\nWritten: {}. {}", code(file), next(document.workload.as_deref()));
        }
        None => {
            let _ = writeln!(out, "\nNothing written: {}", why_nothing(document));
        }
    }
    out
}

fn sizes(one: &KeptFunction) -> String {
    one.elements.map_or_else(|| "-".to_owned(), |sizes| sizes.to_string())
}

/// What was called and is not in the file.
fn lost(one: &KeptFunction) -> Vec<String> {
    let mut lines: Vec<String> = one
        .not_copyable
        .iter()
        .map(|(reason, n)| format!("{n} calls cannot be copied ({})", one_line(reason)))
        .collect();
    if one.constructor_calls > 0 {
        lines.push(format!("{} calls as a constructor", one.constructor_calls));
    }
    lines
}

/// What the file is for.
fn next(workload: Option<&str>) -> String {
    match workload {
        Some(path) => format!(
            "next: commit it, then `selfopt prove PATCH --workload {path}`, or `workloads = [\"{path}\"]` under `[proof]` in selfopt.toml"
        ),
        None => {
            "next: move it into the project and commit it: workloads are part of what is proved"
                .to_owned()
        }
    }
}

fn why_nothing(document: &WorkloadDocument) -> String {
    if document.functions.iter().all(|one| one.seen == 0) {
        let cmd = document.command.as_ref().map_or_else(String::new, |ran| one_line(&ran.cmd));
        let from = Provenance::Example { cmd };
        let why = document.functions.iter().find_map(|one| one.unseen.as_ref());
        return why.unwrap_or(&Unseen::NotCalled).clause(&from);
    }
    "no call could be copied: functions that take live objects are judged in the test process"
        .to_owned()
}
