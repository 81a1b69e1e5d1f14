//! Writes the statements that take the place of a step.

use selfopt_syntax::{Node, Span};

use super::Copying;
use super::step::Step;
use crate::analysis::expressions::unwrapped;
use crate::analysis::layout::{Layout, moved};
use crate::rule::RuleContext;

/// Writes in the file's style for one accumulator.
pub(super) struct Writer<'w, 'a> {
    pub(super) copying: &'w dyn Copying,
    pub(super) ctx: RuleContext<'a>,
    pub(super) layout: &'w Layout,
    pub(super) name: &'w str,
}

impl Writer<'_, '_> {
    /// The lines of a step at `indent`, each indented but without line ends.
    pub(super) fn step(&self, step: &Step<'_>, indent: &str) -> Vec<String> {
        let semicolon = self.layout.semicolon;
        match step {
            Step::Keep(_) | Step::Held(..) | Step::Other(_) => Vec::new(),
            Step::Copy(copy) => self
                .copying
                .statements(self.ctx, copy, self.name, indent)
                .into_iter()
                .map(|statement| format!("{indent}{statement}{semicolon}"))
                .collect(),
            Step::Choice { condition, then, otherwise } => {
                let deeper = format!("{indent}{}", self.layout.indent);
                let (then, otherwise) = (self.step(then, &deeper), self.step(otherwise, &deeper));
                let positive = moved(self.ctx.file, unwrapped(*condition), indent);
                let (head, first, second) = match (then.is_empty(), otherwise.is_empty()) {
                    (true, false) => (negated(*condition, &positive), otherwise, then),
                    _ => (positive, then, otherwise),
                };
                let mut lines = vec![format!("{indent}if ({head}) {{")];
                lines.extend(first);
                if !second.is_empty() {
                    lines.push(format!("{indent}}} else {{"));
                    lines.extend(second);
                }
                lines.push(format!("{indent}}}"));
                lines
            }
        }
    }

    /// The lines in place of a statement of a block: on one line where the
    /// statement shares its line with what comes before it.
    pub(super) fn statements(&self, lines: &[String], replaced: Node<'_>) -> String {
        let file = self.ctx.file;
        let line = file.line_index().line_span(file.line(replaced.start()));
        let before =
            line.map_or("", |line| Span::new(line.start, replaced.start()).text(&file.text));
        if before.trim().is_empty() || self.layout.semicolon.is_empty() {
            return lines.join(self.layout.newline).trim_start().to_owned();
        }
        lines.iter().map(|line| line.trim_start()).collect::<Vec<_>>().join(" ")
    }

    /// A block with the lines, its braces where a line is indented by `indent`.
    pub(super) fn block(&self, lines: &[String], indent: &str) -> String {
        let newline = self.layout.newline;
        format!("{{{newline}{}{newline}{indent}}}", lines.join(newline))
    }
}

/// The opposite of a condition.
fn negated(condition: Node<'_>, text: &str) -> String {
    let node = unwrapped(condition);
    if node.is("unary_expression")
        && node.has_token("!")
        && let Some(argument) = node.child_by_field("argument")
    {
        return unwrapped(argument).text().to_owned();
    }
    for (operator, opposite) in [("===", "!=="), ("!==", "==="), ("==", "!="), ("!=", "==")] {
        if node.is("binary_expression")
            && node.has_token(operator)
            && let (Some(left), Some(right)) =
                (node.child_by_field("left"), node.child_by_field("right"))
        {
            return format!("{} {opposite} {}", left.text(), right.text());
        }
    }
    let binds_tightly = [
        "identifier",
        "member_expression",
        "subscript_expression",
        "call_expression",
        "true",
        "false",
    ];
    if node.is_any(&binds_tightly) { format!("!{text}") } else { format!("!({text})") }
}
