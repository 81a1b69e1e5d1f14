//! What a change is about, in a few words.

use std::collections::BTreeSet;
use std::ops::Range;

use selfopt_core::ChangedFile;
use selfopt_syntax::{FileChange, Language, Node, Span, parse, unified};

/// Functions that a title names.
const NAMED: usize = 3;

/// The file, and the functions in which lines of it change.
pub(super) fn title(file: &ChangedFile) -> String {
    let functions = functions(file);
    match functions.len() {
        0 => format!("Change {}", file.path),
        1..=NAMED => format!("Change {} in {}", functions.join(", "), file.path),
        more => format!("Change {more} functions in {}", file.path),
    }
}

/// The bytes of the text before that change, without what both texts have in
/// common at their ends.
pub(super) fn changed(before: &str, after: &str) -> Range<u32> {
    let same = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let start = same(&mut before.bytes(), &mut after.bytes());
    let rest = before.len().min(after.len()) - start;
    let end = same(&mut before.bytes().rev(), &mut after.bytes().rev()).min(rest);
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    offset(start)..offset(before.len() - end)
}

/// Names of the outermost named functions that hold changed lines, or lie on
/// one, sorted by place.
fn functions(file: &ChangedFile) -> Vec<String> {
    let Some(language) = Language::from_path(&file.path) else {
        return Vec::new();
    };
    let source = parse(file.path.as_str(), language, file.before.as_str());
    let mut names: Vec<String> = Vec::new();
    for span in changed_lines(file) {
        let inside = source.tree.smallest_containing(span);
        let around = std::iter::once(inside).chain(inside.ancestors());
        let within = || {
            let is_within = |node: &Node<'_>| span.start <= node.start() && node.end() <= span.end;
            inside.descendants().filter(is_within).find_map(name)
        };
        if let Some(name) = around.filter_map(name).last().or_else(within)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// The spans of the lines before that change, without their indentation; for
/// added lines, that of the line above.
fn changed_lines(file: &ChangedFile) -> Vec<Span> {
    let change = FileChange { path: &file.path, before: &file.before, after: &file.after };
    let mut numbers = BTreeSet::new();
    let mut line = 0_usize;
    for text in unified(&[change]).lines().skip_while(|text| !text.starts_with("@@ ")) {
        let start = text.strip_prefix("@@ -").and_then(|rest| rest.split([',', ' ']).next());
        match (start, text.as_bytes().first()) {
            (Some(start), _) => line = start.parse().unwrap_or(0),
            (None, Some(b'+')) => {
                numbers.insert(line.saturating_sub(1));
            }
            (None, Some(b'-')) => {
                numbers.insert(line);
                line += 1;
            }
            _ => line += 1,
        }
    }
    let mut at = 0;
    let mut spans = Vec::new();
    for (number, text) in (1..).zip(file.before.split_inclusive('\n')) {
        let code = text.trim();
        if numbers.contains(&number) && !code.is_empty() {
            let from = at + text.len() - text.trim_start().len();
            let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            spans.push(Span { start: offset(from), end: offset(from + code.len()) });
        }
        at += text.len();
    }
    spans
}

/// The name of a function, from itself or from what holds it.
fn name(node: Node<'_>) -> Option<String> {
    let own = || Some(node.child_by_field("name")?.text().to_owned());
    if node.is_any(&["function_declaration", "generator_function_declaration"]) {
        return own();
    }
    if node.is("method_definition") {
        let class = node.ancestors().find(|around| around.is_any(&["class_declaration", "class"]));
        let class = class.and_then(|class| Some(class.child_by_field("name")?.text()));
        let name = own()?;
        return Some(class.map_or(name.clone(), |class| format!("{class}.{name}")));
    }
    if !node.is_any(&["arrow_function", "function_expression", "generator_function"]) {
        return None;
    }
    let holder = node.parent()?;
    let field = match holder.kind() {
        "variable_declarator" => "name",
        "pair" => "key",
        "assignment_expression" => "left",
        "field_definition" | "public_field_definition" => "property",
        _ => return own(),
    };
    let of_holder = holder.child_by_field(field).or_else(|| holder.child_by_field("name"));
    of_holder.map(|name| name.text().to_owned()).or_else(own)
}
