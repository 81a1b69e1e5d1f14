//! A flame graph as SVG.

use std::fmt::Write as _;

use super::text::{colour, cut, escaped};
use super::{FlameBox, FlameGraph};

const WIDTH: u64 = 1200;
const ROW: usize = 18;
const HEAD: usize = 52;
/// Width of a character of the 11 px font, in hundredths of a pixel.
const CHAR: u64 = 670;

pub(super) fn document(graph: &FlameGraph<'_>) -> String {
    let height = HEAD + ROW * graph.rows() + 8;
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title description" font-family="ui-monospace, monospace" font-size="11">
<title id="title">{title}</title>
<desc id="description">{description}</desc>
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="20" font-size="15">{title}</text>
<text x="8" y="38" font-size="10" fill="#555">{description}</text>
"##,
        title = escaped(&graph.title),
        description = escaped(&graph.description()),
    );
    for of in &graph.boxes {
        out.push_str(&one(of, graph.total_us));
    }
    out.push_str("</svg>\n");
    out
}

fn one(of: &FlameBox<'_>, total_us: u64) -> String {
    let x = scaled(of.at_us, total_us);
    let width = scaled(of.at_us + of.us, total_us) - x;
    let y = HEAD + ROW * of.depth;
    let mut out = format!(
        "<g><title>{}</title><rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{}\" stroke=\"#fff\" stroke-width=\"0.5\"/>",
        escaped(&of.label(total_us)),
        pixels(x),
        pixels(width),
        ROW - 1,
        colour(of.path),
    );
    let chars = usize::try_from(width.saturating_sub(600) / CHAR).unwrap_or_default();
    if chars >= 3 {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" fill=\"#111\">{}</text>",
            pixels(x + 300),
            y + 12,
            escaped(&cut(of.function, chars))
        );
    }
    out.push_str("</g>\n");
    out
}

/// Hundredths of a pixel of a moment.
fn scaled(us: u64, total_us: u64) -> u64 {
    let hundredths = u128::from(us) * u128::from(WIDTH) * 100 / u128::from(total_us.max(1));
    u64::try_from(hundredths).unwrap_or(WIDTH * 100)
}

fn pixels(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
