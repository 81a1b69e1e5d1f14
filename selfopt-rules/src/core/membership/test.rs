//! `hay.includes(x)` and what compares `hay.indexOf(x)` with nothing found.

use selfopt_syntax::{Edit, Node, Span};

use crate::analysis::calls::MethodCall;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::searches::found_comparison;

/// An expression that says whether an array holds a value.
#[derive(Debug, Clone)]
pub(in crate::core) struct Test<'a> {
    pub(in crate::core) call: MethodCall<'a>,
    /// The array's name.
    pub(in crate::core) name: Node<'a>,
    /// The call, or the comparison around it.
    pub(in crate::core) whole: Node<'a>,
    /// Whether it is true when the array does not hold the value.
    is_negated: bool,
}

impl<'a> Test<'a> {
    /// Reads the test whose call this is.
    pub(in crate::core) fn of(node: Node<'a>) -> Option<Self> {
        let call = MethodCall::named(node, &["includes", "indexOf"])?;
        let name = unwrapped(call.receiver);
        if !name.is("identifier") {
            return None;
        }
        let (whole, is_negated) = match call.name {
            "includes" => (node, false),
            "indexOf" => found_comparison(node)?,
            _ => return None,
        };
        Some(Self { call, name, whole, is_negated })
    }

    pub(in crate::core) fn is_index_of(&self) -> bool {
        self.call.name == "indexOf"
    }

    /// What is searched, with its type assertions.
    pub(in crate::core) fn haystack(&self) -> Node<'a> {
        let mut node = self.call.receiver;
        while let Some(inner) =
            node.is("parenthesized_expression").then(|| node.items().next()).flatten()
        {
            node = inner;
        }
        node
    }

    /// Asks the `Set` of this name instead.
    pub(in crate::core) fn ask(&self, set_name: &str) -> Vec<Edit> {
        let call = wrapped(self.call.node);
        let (whole, inner) = (self.whole.span(), call.span());
        let asked = Span::new(self.call.receiver.start(), self.call.property.end());
        let mut edits = vec![Edit::replace(asked, format!("{set_name}.has"))];
        let not = if self.is_negated { "!" } else { "" };
        if whole.start < inner.start {
            edits.push(Edit::replace(Span::new(whole.start, inner.start), not));
        } else if self.is_negated {
            edits.push(Edit::insert(whole.start, not));
        }
        if whole.end > inner.end {
            edits.push(Edit::delete(Span::new(inner.end, whole.end)));
        }
        edits
    }
}
