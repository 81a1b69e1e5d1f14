//! Opportunities with the code they are about.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use selfopt_core::SourceTree;
use selfopt_core::complexity::Surroundings;
use selfopt_core::report::OpportunityReport;

use super::style::{BOLD, DIM, NAME, plural};

/// All opportunities: those with a patch as code frames, the declined ones
/// with the condition that was not met.
pub(crate) fn opportunities(
    found: &[OpportunityReport],
    tree: &dyn SourceTree,
    files: usize,
) -> String {
    let mut out = String::new();
    let (with_patch, declined): (Vec<_>, Vec<_>) =
        found.iter().partition(|report| report.declined.is_none());
    for report in &with_patch {
        out.push_str(&frame(report, tree));
        out.push('\n');
    }
    if !declined.is_empty() {
        let _ = writeln!(out, "{BOLD}left alone{BOLD:#}");
        for report in &declined {
            out.push_str(&left_alone(report));
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{} in {}: {} with a patch, {} left alone",
        plural(found.len(), "opportunity", "opportunities"),
        plural(files, "file", "files"),
        with_patch.len(),
        declined.len()
    );
    out
}

/// One line for a place that looks like the pattern and is not safe to rewrite.
pub(super) fn left_alone(report: &OpportunityReport) -> String {
    let (reason, line) = report.declined.as_ref().map_or((String::new(), None), |declined| {
        (format!("{} ({})", declined.reason, declined.obligation), declined.line)
    });
    let where_ = line
        .filter(|line| *line != report.line)
        .map(|line| format!(", line {line}"))
        .unwrap_or_default();
    format!(
        "  {NAME}{}{NAME:#} {}:{}\n    {DIM}{reason}{where_}{DIM:#}\n",
        report.rule, report.path, report.line
    )
}

/// A place with its code: what is wrong, where, why it costs.
pub(crate) fn frame(report: &OpportunityReport, tree: &dyn SourceTree) -> String {
    let Some(text) = tree.text(&report.path) else {
        return format!("{}:{}: {}\n", report.path, report.line, report.message);
    };
    let (first, source) = window(&text, report);
    let span = underlined(&source, first, report);
    let title = format!("{} [{}]", report.message, report.rule);
    let around = around(report);
    let mut group = Level::WARNING
        .primary_title(&title)
        .element(
            Snippet::source(source.as_str())
                .line_start(first as usize)
                .path(&report.path)
                .annotation(AnnotationKind::Primary.span(span)),
        )
        .element(Level::NOTE.message(&report.why));
    if let Some(around) = &around {
        group = group.element(Level::NOTE.message(around));
    }
    if let Some(patch) = &report.patch_title {
        group = group.element(Level::HELP.message(patch));
    }
    let mut frame = Renderer::styled().render(&[group]);
    frame.push('\n');
    frame
}

/// Why it ranks before others of the same promise, where it does.
fn around(report: &OpportunityReport) -> Option<String> {
    let Surroundings { loops, function } = &report.surroundings;
    if *loops < 2 {
        return None;
    }
    let place = function.as_ref().and_then(|function| {
        let name = function.name.as_deref()?;
        Some(format!(" of `{name}` (cognitive complexity {})", function.cognitive))
    });
    Some(format!("it is inside of {loops} loops{}", place.unwrap_or_default()))
}

/// Lines of code that a frame shows in full.
const SHOWN: u32 = 8;

/// Whether only the first line of the span is underlined: a bracket down the
/// side of a page of code points at nothing.
fn is_long(report: &OpportunityReport) -> bool {
    report.end_line - report.line >= SHOWN
}

/// The lines of the span, or of its beginning, and the number of the first.
fn window(text: &str, report: &OpportunityReport) -> (u32, String) {
    let last = if is_long(report) { report.line + 2 } else { report.end_line };
    let lines: Vec<&str> = text
        .lines()
        .skip(report.line.saturating_sub(1) as usize)
        .take((last + 1 - report.line) as usize)
        .collect();
    (report.line, lines.join("\n"))
}

/// The byte range of the underlined part of the span inside its window.
fn underlined(source: &str, first: u32, report: &OpportunityReport) -> Range<usize> {
    let span = span(source, first, report);
    let end = source[span.start..].find('\n').map_or(source.len(), |at| span.start + at);
    if is_long(report) { span.start..end } else { span }
}

/// The byte range of the span in a text that begins with the line `first`.
pub(super) fn span(source: &str, first: u32, report: &OpportunityReport) -> Range<usize> {
    let at = |line: u32, column: u32| {
        let mut start = 0;
        for (index, text) in source.split('\n').enumerate() {
            if index as u64 == u64::from(line - first) {
                let within = text.char_indices().nth(column.saturating_sub(1) as usize);
                return start + within.map_or(text.len(), |(at, _)| at);
            }
            start += text.len() + 1;
        }
        source.len()
    };
    let start = at(report.line, report.column).min(source.len());
    let end = at(report.end_line, report.end_column).min(source.len());
    start..end.max(start)
}
