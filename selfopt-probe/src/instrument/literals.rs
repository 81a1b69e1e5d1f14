//! The texts and numbers that functions name: what code compares with, splits
//! at or looks for is where two versions of it differ.

use std::collections::BTreeSet;

use selfopt_syntax::{Node, SourceFile};

use super::functions::{FunctionAt, node_of};

/// Longer texts are messages rather than something to look for.
const LONGEST: usize = 24;
/// Of each kind at most so many.
const MOST: usize = 48;
/// What means something in a pattern, and nothing in a text that it fits.
const OPERATORS: &str = "\\^$.*+?()[]{}|";

/// What functions name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Literals {
    /// Texts: strings, and the characters and runs of characters of patterns.
    pub texts: BTreeSet<String>,
    /// Numbers, as they are written.
    pub numbers: BTreeSet<String>,
}

impl Literals {
    /// Adds what a function names, and the top-level constants that it uses.
    pub fn add(&mut self, file: &SourceFile, function: &FunctionAt) {
        let Some(node) = node_of(file, function) else { return };
        self.within(node);
        let used: BTreeSet<&str> =
            node.subtree().filter(|inner| inner.is("identifier")).map(Node::text).collect();
        for statement in file.tree.root().children() {
            let declared = statement.subtree().filter(|inner| inner.is("variable_declarator"));
            for constant in declared.filter(|one| is_used(*one, &used)) {
                if let Some(value) = constant.child_by_field("value").filter(|one| is_plain(*one)) {
                    self.within(value);
                }
            }
        }
    }

    fn within(&mut self, node: Node<'_>) {
        for inner in node.subtree() {
            match inner.kind() {
                "string" => self.text(inner.text().trim_matches(['"', '\'']), false),
                "regex" => self.pattern(inner.text()),
                "number" if self.numbers.len() < MOST => {
                    self.numbers.insert(inner.text().replace('_', ""));
                }
                _ => {}
            }
        }
    }

    /// The pattern's characters one by one, and those that stand together.
    fn pattern(&mut self, regex: &str) {
        let inside = regex.rfind('/').and_then(|end| regex.get(1..end)).unwrap_or_default();
        for character in inside.chars().filter(|one| !one.is_alphanumeric()) {
            self.text(character.encode_utf8(&mut [0; 4]), true);
        }
        for run in inside.split(|one: char| OPERATORS.contains(one)) {
            if run.chars().nth(1).is_some() {
                self.text(run, true);
            }
        }
    }

    /// Escapes of strings are left out: what they stand for is for an engine
    /// to say.
    fn text(&mut self, text: &str, is_pattern: bool) {
        let is_fit = !text.is_empty()
            && text.chars().count() <= LONGEST
            && (is_pattern || !text.contains('\\'));
        if is_fit && self.texts.len() < MOST {
            self.texts.insert(text.to_owned());
        }
    }
}

fn is_used(declarator: Node<'_>, used: &BTreeSet<&str>) -> bool {
    declarator.child_by_field("name").is_some_and(|name| used.contains(name.text()))
}

/// Whether a value is data, with no function in it.
fn is_plain(value: Node<'_>) -> bool {
    !value.subtree().any(|inner| inner.child_by_field("body").is_some())
}

#[cfg(test)]
mod tests {
    use super::super::functions::functions;
    use super::super::source::source;
    use super::*;

    fn of(text: &str, name: &str) -> Literals {
        let file = source("src/a.ts", text).unwrap();
        let all = functions(&file);
        let function = all.iter().find(|one| one.name == name).unwrap();
        let mut literals = Literals::default();
        literals.add(&file, function);
        literals
    }

    #[test]
    fn strings_numbers_and_patterns_of_a_function_and_its_constants() {
        let text = "const PLAIN = /^[\\w!#-]*$/;\nconst OTHER = /@/;\nconst LIMIT = 1_000;\n\
            export function f(s: string) { if (PLAIN.test(s) || s.length > LIMIT) return s + 'px'; return s.replace(/%2f/gi, \"/\"); }\n\
            export function g() { return ';'; }\n";
        let found = of(text, "f");
        let has = |one: &str| found.texts.contains(one);
        assert!(["#", "!", "-", "%", "%2f", "px", "/"].into_iter().all(has), "{found:?}");
        assert!(!has("@") && !has(";"), "{found:?}");
        assert!(found.numbers.contains("1000"));
    }

    #[test]
    fn messages_escapes_and_what_is_in_functions_are_left_out() {
        let text = "const table = { f: () => 'inside' };\n\
            function f() { throw new Error('a message that is far too long to look for' + '\\n' + table); }\n";
        assert_eq!(of(text, "f"), Literals::default());
    }
}
