//! A flame graph as HTML: boxes are buttons that zoom, a field searches, a
//! table holds the figures. The script only moves boxes about; without it the
//! page is complete.

use std::fmt::Write as _;

use super::text::{colour, escaped, millis, percent};
use super::{FlameBox, FlameGraph};

/// Rows of the table.
const TABLE_ROWS: usize = 40;
const ROW: usize = 20;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn document(graph: &FlameGraph<'_>) -> String {
    let mut out = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p>{description}</p>
<form role="search"><label>Search <input type="search" id="query" autocomplete="off" placeholder="function or file"></label> <output id="matched" aria-live="polite"></output> <button type="button" id="all">Show all</button></form>
<div id="graph" role="group" aria-label="Flame graph: callers above what they call" data-total="{total}" style="height:{height}px">
"#,
        title = escaped(&graph.title),
        description = escaped(&graph.description()),
        total = graph.total_us,
        height = ROW * graph.rows(),
    );
    for of in &graph.boxes {
        out.push_str(&one(of, graph.total_us));
    }
    out.push_str("</div>\n");
    table(&mut out, graph);
    let _ = write!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn one(of: &FlameBox<'_>, total_us: u64) -> String {
    format!(
        "<button type=\"button\" title=\"{title}\" data-at=\"{}\" data-us=\"{}\" style=\"left:{}%;width:{}%;top:{}px;background:{}\">{}</button>\n",
        of.at_us,
        of.us,
        part(of.at_us, total_us),
        part(of.us, total_us),
        of.depth * ROW,
        colour(of.path),
        escaped(of.function),
        title = escaped(&of.label(total_us)),
    )
}

/// Percent with three digits, as a style takes it.
fn part(us: u64, total_us: u64) -> String {
    let thousandths = u128::from(us) * 100_000 / u128::from(total_us.max(1));
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn table(out: &mut String, graph: &FlameGraph<'_>) {
    let profile = graph.profile;
    out.push_str("<table>\n<caption>Functions of the project, most time of their own first</caption>\n<thead><tr><th scope=\"col\">own code</th><th scope=\"col\">self</th><th scope=\"col\">total</th><th scope=\"col\">samples</th><th scope=\"col\">function</th><th scope=\"col\">place</th></tr></thead>\n<tbody>\n");
    for of in profile.functions.iter().take(TABLE_ROWS) {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><th scope=\"row\">{}</th><td>{}:{}</td></tr>",
            percent(of.self_us, profile.own_us),
            millis(of.self_us),
            millis(of.total_us),
            of.samples,
            escaped(&of.function),
            escaped(&of.path),
            of.line,
        );
    }
    out.push_str("</tbody>\n</table>\n");
}
