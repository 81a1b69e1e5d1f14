//! A profile as a table: whose time it was, and what was not seen.

use std::fmt::Write as _;

use selfopt_core::paths::PathClass;
use selfopt_probe::profile::{FunctionShare, Lost, Profile};

use super::explain::{code, one_line};
use super::grid::table;
use super::markdown::of_command;
use super::style::{BAD, BOLD, DIM, NAME, WARNING, micros, pad, plural};
use super::summary;
use crate::commands::profile::ProfileDocument;

/// Characters of a name that fit into the table.
const NAME_CHARS: usize = 36;

const NOT_SEEN: &str = "not seen: what native addons do (it counts as their caller's time), child programs that are not Node, and Node processes that are given an environment of their own; waiting inside of a synchronous call looks like work";

pub(crate) fn human(document: &ProfileDocument, top: usize) -> String {
    let mut out = String::from("\n");
    if let Some(pause) = &document.paused {
        summary::stopped(&mut out, pause);
    }
    if let Some(nothing) = &document.nothing {
        let _ = writeln!(out, "{WARNING}no profile{WARNING:#}: {}", one_line(nothing));
    }
    if let Some(profile) = seen(document) {
        let _ = writeln!(
            out,
            "{BOLD}{:>8} {:>12} {:>12} {:>8}  {} place{BOLD:#}",
            "own code",
            "self",
            "total",
            "samples",
            pad("function", NAME_CHARS)
        );
        for share in rows(profile, top) {
            let [own, own_time, total, samples] = figures(share);
            let _ = writeln!(
                out,
                "{own:>8} {own_time:>12} {total:>12} {samples:>8}  {NAME}{}{NAME:#} {}{}",
                pad(&shortened(&share.function), NAME_CHARS),
                place(share),
                kind(share).map(|kind| format!(" {DIM}({kind}){DIM:#}")).unwrap_or_default(),
            );
        }
        for line in notes(profile, top) {
            let _ = writeln!(out, "{DIM}{line}{DIM:#}");
        }
        for line in lost(&profile.lost) {
            let _ = writeln!(out, "{BAD}incomplete{BAD:#}: {line}");
        }
    }
    summary::exit(&mut out, &document.exit);
    out
}

pub(crate) fn markdown(document: &ProfileDocument, top: usize) -> String {
    let mut out = of_command("profile", document.command.as_ref(), document.paused.as_ref());
    if let Some(nothing) = &document.nothing {
        let _ = writeln!(out, "No profile: {}\n", one_line(nothing));
    }
    if let Some(profile) = seen(document) {
        let lines = rows(profile, top).map(|share| {
            let [own, own_time, total, samples] = figures(share);
            [own, own_time, total, samples, code(&share.function), code(&place(share))]
        });
        let header = [">own code", ">self", ">total", ">samples", "function", "place"];
        let _ = writeln!(out, "{}", table(header, lines));
        for line in notes(profile, top).into_iter().chain(lost(&profile.lost)) {
            let _ = writeln!(out, "- {line}");
        }
    }
    out
}

/// The profile, where there is something to show.
fn seen(document: &ProfileDocument) -> Option<&Profile> {
    document.profile.as_ref().filter(|_| document.nothing.is_none())
}

/// The functions of the table: those that were on top of the stack at all.
fn rows(profile: &Profile, top: usize) -> impl Iterator<Item = &FunctionShare> {
    profile.functions.iter().filter(|share| share.self_us > 0).take(top)
}

/// The share of own code, the time on top of the stack, that of all that it
/// called too, and how often it was seen.
fn figures(share: &FunctionShare) -> [String; 4] {
    [
        format!("{:.1} %", share.self_share.percent()),
        micros(share.self_us),
        micros(share.total_us),
        share.samples.to_string(),
    ]
}

fn place(share: &FunctionShare) -> String {
    one_line(&format!("{}:{}", share.path, share.line))
}

/// A word for what does not ship.
fn kind(share: &FunctionShare) -> Option<&'static str> {
    match share.class {
        PathClass::Test => Some("test"),
        PathClass::Benchmark => Some("benchmark"),
        _ => None,
    }
}

fn shortened(name: &str) -> String {
    let name = one_line(name);
    match name.char_indices().nth(NAME_CHARS - 1) {
        Some((end, _)) if name.chars().count() > NAME_CHARS => format!("{}…", &name[..end]),
        _ => name,
    }
}

/// How much of everything the table covers.
fn notes(profile: &Profile, top: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let with_time = profile.functions.iter().filter(|share| share.self_us > 0).count();
    if with_time > top {
        lines.push(format!("{} more; `--top N` shows them", with_time - top));
    }
    let not_shipped: u64 =
        profile.functions.iter().filter(|share| kind(share).is_some()).map(|of| of.self_us).sum();
    let in_tests = match not_shipped {
        0 => String::new(),
        us => format!(", {} of it in tests and benchmarks", percent(us, profile.own_us)),
    };
    lines.push(format!(
        "own code: {} of {} seen in {} ({}){in_tests}; with what it called {}",
        micros(profile.own_us),
        micros(profile.all_us),
        plural(count(profile.processes), "process or thread", "processes and threads"),
        percent(profile.own_us, profile.all_us),
        percent(profile.beneath_us, profile.all_us),
    ));
    let rest = profile.elsewhere;
    let parts = [
        (rest.dependencies_us, "packages and tools"),
        (rest.node_us, "Node"),
        (rest.engine_us, "the engine"),
        (rest.collector_us, "garbage collection"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(us, _)| *us > 0)
        .map(|(us, what)| format!("{what} {}", percent(*us, profile.all_us)))
        .collect();
    if !parts.is_empty() {
        lines.push(format!("elsewhere: {}", parts.join(", ")));
    }
    lines.push(NOT_SEEN.to_owned());
    lines
}

fn lost(lost: &Lost) -> Vec<String> {
    let mut lines = Vec::new();
    if lost.slices > 0 {
        let stopped = match count(lost.stopped) {
            0 => String::new(),
            n => {
                format!(", after which {} no longer seen", plural(n, "thread was", "threads were"))
            }
        };
        lines.push(format!(
            "a limit on size kept out {}{stopped}; profile a shorter command",
            micros(lost.us)
        ));
    }
    if lost.unreadable > 0 {
        let n = plural(count(lost.unreadable), "file", "files");
        lines.push(format!("{n} of the profile could not be read"));
    }
    lines
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or_default();
    format!("{}.{} %", tenths / 10, tenths % 10)
}
