//! What stands around a place.

use schemars::JsonSchema;
use selfopt_syntax::{Node, SourceFile, Span};
use serde::{Deserialize, Serialize};

use super::flow::{is_function, is_repeated};
use super::functions::FunctionShape;

/// What stands around a place: it orders opportunities of the same promise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Surroundings {
    /// Loops around the place, callbacks for each element included, in this
    /// function and in those around it that are such callbacks.
    pub loops: u32,
    /// The innermost function with a name, or the innermost one.
    pub function: Option<FunctionShape>,
}

/// What stands around `span`. `functions` are those of the file.
pub fn surroundings(file: &SourceFile, functions: &[FunctionShape], span: Span) -> Surroundings {
    let place = file.tree.smallest_containing(span);
    let mut loops = 0;
    let mut inner = place;
    for outer in place.ancestors() {
        if is_repeated(inner, outer) {
            loops += 1;
        } else if is_function(inner) {
            break;
        }
        inner = outer;
    }
    Surroundings { loops, function: function_around(file, functions, place) }
}

fn function_around(
    file: &SourceFile,
    functions: &[FunctionShape],
    place: Node<'_>,
) -> Option<FunctionShape> {
    let around = || place.ancestors().filter(|node| is_function(*node));
    let shape = |node: Node<'_>| {
        let (line, end_line) = (file.line(node.start()), file.line(node.end()));
        let name = super::functions::name(node);
        functions
            .iter()
            .find(|of| (of.line, of.end_line, of.name.as_deref()) == (line, end_line, name))
            .cloned()
    };
    let named = around().find(|node| super::functions::name(*node).is_some());
    named.or_else(|| around().next()).and_then(shape)
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{Language, parse};

    use super::super::functions;
    use super::*;

    /// Loops around `HERE`, and the function.
    fn check(text: &str) -> (u32, Option<String>) {
        let file = parse("a.ts".to_owned(), Language::TypeScript, text.to_owned());
        let start = u32::try_from(text.find("HERE").unwrap()).unwrap();
        let around = surroundings(&file, &functions(&file), Span::new(start, start + 4));
        (around.loops, around.function.and_then(|function| function.name))
    }

    #[test]
    fn loops_and_callbacks_for_each_element_count() {
        let f = Some("f".to_owned());
        assert_eq!(check("function f() { for (const a of b) { a.map((c) => HERE); } }"), (2, f));
        assert_eq!(check("for (const a of HERE) {}"), (0, None));
        assert_eq!(check("while (HERE) {}"), (1, None));
    }

    #[test]
    fn what_is_called_elsewhere_stands_in_no_loop() {
        let text = "for (;;) { on(\"x\", () => HERE); }";
        assert_eq!(check(text), (0, None));
        assert_eq!(check("for (;;) { function g() { HERE; } }"), (0, Some("g".to_owned())));
    }
}
