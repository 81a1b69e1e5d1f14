//! The functions of a file with their numbers.

use schemars::JsonSchema;
use selfopt_syntax::{Node, SourceFile};
use serde::{Deserialize, Serialize};

use super::flow::{Step, is_decision, is_function, is_nested, is_repeated, step};
use super::logic;

/// A function and how complex it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionShape {
    /// What it is called; absent where it has no name.
    pub name: Option<String>,
    /// Its first line, from 1.
    pub line: u32,
    /// Its last line, from 1.
    pub end_line: u32,
    /// Decisions plus one, without functions inside of it.
    pub cyclomatic: u32,
    /// Cognitive complexity, with functions inside of it.
    pub cognitive: u32,
    /// Loops inside of each other, at most; callbacks for each element count.
    pub loop_depth: u32,
}

impl FunctionShape {
    /// Lines from the first to the last.
    pub fn lines(&self) -> u32 {
        self.end_line - self.line + 1
    }
}

/// A function while the tree is walked.
struct Open {
    /// The function around it, as an index.
    outer: Option<usize>,
    /// The reader's level and the loops at which it begins.
    nesting: u32,
    loops: u32,
    calls_itself: bool,
    shape: FunctionShape,
}

/// What holds at a node.
#[derive(Clone, Copy, Default)]
struct Level {
    nesting: u32,
    loops: u32,
    /// The innermost function, as an index plus one.
    function: u32,
}

/// The functions of a file, in the order in which they begin.
pub fn functions(file: &SourceFile) -> Vec<FunctionShape> {
    let mut levels = vec![Level::default(); file.tree.len()];
    let mut found: Vec<Open> = Vec::new();
    // Parents come before their children.
    for node in file.tree.root().subtree() {
        let parent = node.parent();
        let around = parent.map_or_else(Level::default, |parent| levels[parent.id().index()]);
        let mut level = around;
        if let Some(parent) = parent {
            level.nesting += u32::from(is_nested(node, parent));
            level.loops += u32::from(is_repeated(node, parent));
        }
        if is_function(node) {
            level = begin(&mut found, file, node, level);
        } else if level.function > 0 {
            count(&mut found, node, level);
        }
        levels[node.id().index()] = level;
    }
    let finished = found.into_iter().map(|open| {
        let mut shape = open.shape;
        shape.cognitive += u32::from(open.calls_itself);
        shape
    });
    finished.collect()
}

fn begin(found: &mut Vec<Open>, file: &SourceFile, node: Node<'_>, around: Level) -> Level {
    let outer = (around.function as usize).checked_sub(1);
    // A function inside of another is one level deeper.
    let nesting = around.nesting + u32::from(outer.is_some());
    raise_loops(found, around);
    found.push(Open {
        outer,
        nesting,
        loops: around.loops,
        calls_itself: false,
        shape: FunctionShape {
            name: name(node).map(str::to_owned),
            line: file.line(node.start()),
            end_line: file.line(node.end()),
            cyclomatic: 1,
            cognitive: 0,
            loop_depth: 0,
        },
    });
    Level { nesting, function: u32::try_from(found.len()).unwrap_or(u32::MAX), ..around }
}

fn count(found: &mut [Open], node: Node<'_>, level: Level) {
    let own = level.function as usize - 1;
    let runs = logic::runs(node);
    let is_logical = u32::from(logic::operator(node).is_some());
    found[own].shape.cyclomatic += u32::from(is_decision(node)) + is_logical;
    raise_loops(found, level);
    if node.is("call_expression") {
        let called = node.child_by_field("function").filter(|called| called.is("identifier"));
        if called.is_some_and(|called| found[own].shape.name.as_deref() == Some(called.text())) {
            found[own].calls_itself = true;
        }
    }
    let step = step(node);
    if step == Step::None && runs == 0 {
        return;
    }
    let mut at = Some(own);
    while let Some(open) = at.and_then(|at| found.get_mut(at)) {
        open.shape.cognitive += runs
            + match step {
                Step::None => 0,
                Step::Flat => 1,
                Step::Nested => 1 + level.nesting - open.nesting,
            };
        at = open.outer;
    }
}

/// The functions around a place have loops at least as deep as those around it.
fn raise_loops(found: &mut [Open], level: Level) {
    let mut at = (level.function as usize).checked_sub(1);
    while let Some(open) = at.and_then(|at| found.get_mut(at)) {
        let depth = level.loops - open.loops;
        if depth <= open.shape.loop_depth {
            break;
        }
        open.shape.loop_depth = depth;
        at = open.outer;
    }
}

/// What a function is called, by itself or by what it is assigned to.
pub(super) fn name(function: Node<'_>) -> Option<&str> {
    let own = function.child_by_field("name").map(Node::text);
    own.or_else(|| {
        let holder = function.parent()?;
        let field = match holder.kind() {
            "variable_declarator" | "public_field_definition" => "name",
            "field_definition" => "property",
            "pair" => "key",
            "assignment_expression" => "left",
            _ => return None,
        };
        let name = holder.child_by_field(field)?;
        (name != function).then(|| name.text())
    })
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{Language, parse};

    use super::*;

    /// `name cyclomatic cognitive loops` of each function.
    fn check(text: &str) -> Vec<String> {
        let file = parse("a.ts".to_owned(), Language::TypeScript, text.to_owned());
        let line = |shape: FunctionShape| {
            let FunctionShape { name, cyclomatic, cognitive, loop_depth, .. } = shape;
            format!("{} {cyclomatic} {cognitive} {loop_depth}", name.unwrap_or_default())
        };
        functions(&file).into_iter().map(line).collect()
    }

    #[test]
    fn the_examples_of_the_definition() {
        let primes = "function sumOfPrimes(max) { let total = 0;\n\
            OUT: for (let i = 1; i <= max; ++i) { for (let j = 2; j < i; ++j) {\n\
            if (i % j === 0) { continue OUT; } } total += i; } return total; }";
        assert_eq!(check(primes), ["sumOfPrimes 4 7 2"]);
        let words = "function getWords(n) { switch (n) { case 1: return 'one';\n\
            case 2: return 'a couple'; case 3: return 'a few'; default: return 'lots'; } }";
        assert_eq!(check(words), ["getWords 4 1 0"]);
        let tries = "function f() { try { if (a) { for (;;) { while (b) {} } } }\n\
            catch (e) { if (c) {} } }";
        assert_eq!(check(tries), ["f 6 9 2"]);
    }

    #[test]
    fn runs_of_logical_operators_are_counted() {
        for (condition, runs) in [
            ("a && b && c", 1),
            ("a && b || c && d", 3),
            ("a || b && c || d", 3),
            ("a && b && c || d || e && f", 3),
            ("a && !(b && c)", 2),
            ("a && (b && c)", 1),
        ] {
            let text = format!("function f() {{ return {condition}; }}");
            let n_operators = condition.matches("&&").count() + condition.matches("||").count();
            assert_eq!(check(&text), [format!("f {} {runs} 0", n_operators + 1)], "{condition}");
        }
    }

    #[test]
    fn else_counts_without_its_level() {
        let text = "function f() { if (a) {} else if (b) { if (c) {} } else { if (d) {} } }";
        assert_eq!(check(text), ["f 5 7 0"]);
    }

    #[test]
    fn a_function_inside_counts_in_both() {
        let text = "const f = (xs) => { for (const x of xs) { x.map((y) => y ? 1 : 2); } };";
        assert_eq!(check(text), ["f 2 4 2", " 2 1 0"]);
    }

    #[test]
    fn recursion_counts_once() {
        assert_eq!(check("function f(n) { return f(n - 1) + f(n - 2); }"), ["f 1 1 0"]);
    }

    #[test]
    fn broken_code_has_functions_too() {
        assert_eq!(check("function f() { if (a) {} }\n)))\n"), ["f 2 1 0"]);
    }
}
