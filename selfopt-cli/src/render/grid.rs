//! Tables of Markdown.

use super::explain::one_line;

/// Stands before the name of a column of numbers, which are aligned at their
/// ends.
const NUMBERS: char = '>';

/// A table: the names of its columns (`>calls` for one of numbers) and its
/// rows. No text can leave its cell.
pub(super) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let names = header.map(|name| name.trim_start_matches(NUMBERS).to_owned());
    let rule = header.map(|name| if name.starts_with(NUMBERS) { "---:" } else { "---" });
    let mut out = format!("{}|{}|\n", line(&names), rule.join("|"));
    for row in rows {
        out.push_str(&line(&row));
    }
    out
}

fn line<const N: usize>(cells: &[String; N]) -> String {
    let mut out = String::from("|");
    for text in cells {
        let text = cell(text);
        if !text.is_empty() {
            out.push(' ');
        }
        out.push_str(&text);
        out.push_str(" |");
    }
    out.push('\n');
    out
}

/// Text that stays inside its table cell.
pub(super) fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_what_it_is_given() {
        let rows = [["a|b".to_owned(), "7".to_owned()], ["two\nlines".to_owned(), String::new()]];
        assert_eq!(
            table(["name", ">calls"], rows),
            "| name | calls |\n|---|---:|\n| a\\|b | 7 |\n| two lines | |\n"
        );
    }
}
