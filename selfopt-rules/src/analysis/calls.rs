//! Method calls and calls of well-known globals.

use selfopt_syntax::Node;

use super::expressions::unwrapped;
use crate::rule::RuleContext;

/// `receiver.name(arguments)`.
#[derive(Debug, Clone)]
pub struct MethodCall<'a> {
    /// The call.
    pub node: Node<'a>,
    /// What the method is called on.
    pub receiver: Node<'a>,
    /// The method's name.
    pub name: &'a str,
    /// The node of the name.
    pub property: Node<'a>,
    /// The arguments, without comments.
    pub arguments: Vec<Node<'a>>,
    /// Explicit type arguments, if any: `<T>`.
    pub type_arguments: Option<Node<'a>>,
    /// Whether `?.` stands in it.
    pub is_optional: bool,
}

impl<'a> MethodCall<'a> {
    /// Reads a call of a method by name. Tagged templates are no calls here.
    pub fn of(node: Node<'a>) -> Option<Self> {
        Self::read(node, |_| true)
    }

    /// Reads a call of one of these methods. Nearly all calls are of others, and
    /// of those no more than the name is read.
    pub fn named(node: Node<'a>, names: &[&str]) -> Option<Self> {
        Self::read(node, |name| names.contains(&name))
    }

    fn read(node: Node<'a>, is_wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let function = node.is("call_expression").then(|| node.child_by_field("function"))??;
        if !function.is("member_expression") {
            return None;
        }
        let property =
            function.child_by_field("property").filter(|p| p.is("property_identifier"))?;
        let name = property.text();
        if !is_wanted(name) {
            return None;
        }
        let arguments = node.child_by_field("arguments").filter(|list| list.is("arguments"))?;
        Some(Self {
            node,
            receiver: function.child_by_field("object")?,
            name,
            property,
            arguments: arguments.items().collect(),
            type_arguments: node.child_by_field("type_arguments"),
            is_optional: function.child_by_field("optional_chain").is_some()
                || node.has_token("?.")
                || node.children().any(|child| child.is("optional_chain")),
        })
    }

    /// Whether any argument is a spread.
    pub fn has_spread(&self) -> bool {
        self.arguments.iter().any(|argument| argument.is("spread_element"))
    }
}

/// Whether the call is `object.name(…)` of the host's global `object`, as in
/// `Object.keys(…)`.
pub fn is_global_method(
    ctx: RuleContext<'_>,
    call: &MethodCall<'_>,
    object: &str,
    name: &str,
) -> bool {
    call.name == name
        && ctx
            .bindings()
            .is_some_and(|bindings| bindings.is_global(unwrapped(call.receiver), object))
}

/// Whether the node calls or constructs the host's global function `name`.
pub fn is_global_call(ctx: RuleContext<'_>, node: Node<'_>, name: &str) -> bool {
    let field = if node.is("new_expression") { "constructor" } else { "function" };
    node.child_by_field(field).is_some_and(|callee| {
        ctx.bindings().is_some_and(|bindings| bindings.is_global(callee, name))
    })
}
