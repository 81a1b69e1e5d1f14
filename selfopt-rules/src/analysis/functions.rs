//! Functions, their parameters, and the loops around a node.

use selfopt_syntax::Node;

const FUNCTIONS: [&str; 9] = [
    "arrow_function",
    "function_expression",
    "function_declaration",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
    "class_static_block",
    // A field's initializer runs when an instance is made.
    "public_field_definition",
    "field_definition",
];

const LOOPS: [&str; 4] = ["for_statement", "for_in_statement", "while_statement", "do_statement"];

/// Whether the node's code runs apart from the code around it.
pub fn is_function(node: Node<'_>) -> bool {
    node.is_any(&FUNCTIONS)
}

/// The innermost function around a node; `None` at the top level.
pub fn enclosing_function(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|node| is_function(*node))
}

/// Whether both run in the same function, or both at the top level.
pub fn same_function(a: Node<'_>, b: Node<'_>) -> bool {
    enclosing_function(a) == enclosing_function(b)
}

/// Whether this is a loop statement, `for…of` and `for…in` included.
pub fn is_loop(node: Node<'_>) -> bool {
    node.is_any(&LOOPS)
}

/// The loops around a node in its own function, from the inside out. Only those
/// that repeat the node: it is not in the part that runs once.
pub fn loops_around(node: Node<'_>) -> Vec<Node<'_>> {
    let mut loops = Vec::new();
    let mut inner = node;
    for outer in node.ancestors() {
        if is_function(outer) {
            break;
        }
        let runs_once = inner.field() == Some("initializer")
            || (outer.is("for_in_statement") && inner.field() == Some("right"));
        if is_loop(outer) && !runs_once {
            loops.push(outer);
        }
        inner = outer;
    }
    loops
}

/// The `try` statements around a node up to (and without) `limit`.
pub fn tries_around<'a>(node: Node<'a>, limit: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    node.ancestors()
        .take_while(move |outer| *outer != limit)
        .filter(|outer| outer.is("try_statement"))
}

/// A plain function: neither `async` nor a generator.
#[derive(Debug, Clone)]
pub struct PlainFunction<'a> {
    /// The function.
    pub node: Node<'a>,
    /// Its parameters in order.
    pub parameters: Vec<Parameter<'a>>,
    /// The block, or an arrow's expression.
    pub body: Node<'a>,
}

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter<'a> {
    /// The identifier or destructuring pattern.
    pub pattern: Node<'a>,
    /// Its declared type.
    pub type_node: Option<Node<'a>>,
    /// Whether it is only a name: no default, no rest, no destructuring.
    pub is_plain: bool,
}

impl<'a> PlainFunction<'a> {
    /// Reads an arrow function or function expression.
    pub fn of(node: Node<'a>) -> Option<Self> {
        if !node.is_any(&["arrow_function", "function_expression"]) || node.has_token("async") {
            return None;
        }
        let body = node.child_by_field("body")?;
        let parameters = match node.child_by_field("parameter") {
            Some(only) => vec![parameter(only)],
            None => node.child_by_field("parameters")?.items().map(parameter).collect(),
        };
        Some(Self { node, parameters, body })
    }

    /// Whether the body is an expression.
    pub fn is_expression_bodied(&self) -> bool {
        !self.body.is("statement_block")
    }

    /// The `return` statements of this function, not of functions inside it.
    pub fn returns(&self) -> Vec<Node<'a>> {
        let is_own = |node: &Node<'a>| enclosing_function(*node) == Some(self.node);
        self.body.subtree().filter(|node| node.is("return_statement")).filter(is_own).collect()
    }

    /// The expression of an arrow function, or what the only statement returns.
    pub fn only_value(&self) -> Option<Node<'a>> {
        if self.is_expression_bodied() {
            return Some(self.body);
        }
        let mut statements = self.body.items();
        let only = statements.next().filter(|statement| statement.is("return_statement"))?;
        statements.next().is_none().then(|| only.items().next())?
    }

    /// Whether a node belongs to this function and not to one inside it.
    pub fn owns(&self, node: Node<'a>) -> bool {
        enclosing_function(node) == Some(self.node)
    }
}

/// A parameter in TypeScript's grammar (wrapped) or JavaScript's (bare).
fn parameter(node: Node<'_>) -> Parameter<'_> {
    if node.is_any(&["required_parameter", "optional_parameter"]) {
        let pattern = node.child_by_field("pattern").unwrap_or(node);
        let type_node =
            node.child_by_field("type").and_then(|annotation| annotation.items().next());
        let is_plain = pattern.is("identifier") && node.child_by_field("value").is_none();
        return Parameter { pattern, type_node, is_plain };
    }
    let pattern = if node.is("assignment_pattern") {
        node.child_by_field("left").unwrap_or(node)
    } else {
        node
    };
    Parameter { pattern, type_node: None, is_plain: node.is("identifier") }
}

/// Whether control never runs past the end of the block.
pub fn always_leaves(block: Node<'_>) -> bool {
    let Some(last) = block.items().last() else {
        return false;
    };
    match last.kind() {
        "return_statement" | "throw_statement" => true,
        "statement_block" => always_leaves(last),
        "if_statement" => {
            let leaves = |branch: Option<Node<'_>>| branch.is_some_and(branch_leaves);
            leaves(last.child_by_field("consequence")) && leaves(last.child_by_field("alternative"))
        }
        _ => false,
    }
}

fn branch_leaves(branch: Node<'_>) -> bool {
    match branch.kind() {
        "return_statement" | "throw_statement" => true,
        // `else if` chains nest in the clause.
        _ => always_leaves(branch),
    }
}
