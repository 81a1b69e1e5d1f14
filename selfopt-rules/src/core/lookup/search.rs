//! `list.find((one) => one.key === value)` and kin.

use selfopt_syntax::Node;

use crate::analysis::calls::MethodCall;
use crate::analysis::comments::lost_comment;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::PlainFunction;
use crate::core::membership::{Iteration, iterations_around};
use crate::rule::RuleContext;

/// A search for elements one of whose properties is equal to a value.
#[derive(Debug, Clone)]
pub(in crate::core) struct Lookup<'a> {
    pub(in crate::core) ctx: RuleContext<'a>,
    pub(in crate::core) call: MethodCall<'a>,
    /// The array's name.
    pub(in crate::core) list: Node<'a>,
    /// The callback's parameter.
    pub(in crate::core) element: Node<'a>,
    /// The property's name.
    pub(in crate::core) key: Node<'a>,
    /// What it is compared with.
    pub(in crate::core) value: Node<'a>,
}

impl<'a> Lookup<'a> {
    /// Reads a search by `method`.
    pub(in crate::core) fn of(ctx: RuleContext<'a>, node: Node<'a>, method: &str) -> Option<Self> {
        let call = MethodCall::named(node, &[method])?;
        let list = unwrapped(call.receiver);
        let ([callback], None, false) =
            (&call.arguments[..], call.type_arguments, call.is_optional)
        else {
            return None;
        };
        let function = PlainFunction::of(*callback)?;
        let [parameter] = function.parameters[..] else {
            return None;
        };
        let is_plain = parameter.is_plain && callback.child_by_field("return_type").is_none();
        let test = unwrapped(function.only_value()?);
        if !list.is("identifier") || !is_plain || !test.has_token("===") {
            return None;
        }
        let bindings = ctx.bindings()?;
        let own = bindings.declared_at(parameter.pattern.start())?;
        let key_of = |side: Node<'a>| {
            let member = unwrapped(side).is("member_expression").then(|| unwrapped(side))?;
            let object = member.child_by_field("object").filter(|o| o.is("identifier"))?;
            let is_it = bindings.symbol_of(object) == Some(own)
                && member.child_by_field("optional_chain").is_none();
            member.child_by_field("property").filter(|p| is_it && p.is("property_identifier"))
        };
        let (left, right) = (test.child_by_field("left")?, test.child_by_field("right")?);
        let (key, value) = match (key_of(left), key_of(right)) {
            (Some(key), None) => (key, right),
            (None, Some(key)) => (key, left),
            _ => return None,
        };
        let names_element = value.subtree().any(|inner| {
            inner.is_any(&["identifier", "shorthand_property_identifier"])
                && bindings.symbol_of(inner) == Some(own)
        });
        let element = parameter.pattern;
        let is_clear = !names_element
            && element.text() != list.text()
            && lost_comment(node, &[value]).is_none();
        is_clear.then_some(Self { ctx, call, list, element, key, value })
    }

    /// The loops and callbacks that repeat the search, from the outside in.
    pub(in crate::core) fn iterations(&self) -> Option<Vec<Iteration<'a>>> {
        let bindings = self.ctx.bindings()?;
        let declaration = bindings.symbol(bindings.symbol_of(self.list)?).declaration;
        let is_home = |outer: Node<'_>| outer.span().contains(declaration);
        let iterations = iterations_around(self.ctx, self.call.node, is_home);
        (!iterations.is_empty()).then_some(iterations)
    }
}
