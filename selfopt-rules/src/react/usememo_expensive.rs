//! `usememo-expensive`: a list is sorted or gone through in every render.

use selfopt_syntax::{Edit, MetBy, Node};

use super::hook::{called_name, is_hook_name};
use super::memo::{
    Component, DEPENDENCIES_ARE_COMPLETE, DEPENDENCIES_ARE_KEPT, HOOK_AT_TOP, Hooks,
    MAKING_LEAVES_NO_TRACE, NOTHING_CHANGES_IN_PLACE, REACT_IS_IMPORTED, change_of_value,
    dependencies, imports_react,
};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::calls::MethodCall;
use crate::analysis::effect_free::effect_free;
use crate::analysis::expressions::{unwrapped, wrapped};
use crate::analysis::primitives::is_primitive;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static STAYS_IN_COMPONENT: Condition = Condition::new(
    "result-is-only-shown",
    "The result is looked at, shown, handed to components, or taken by hooks as a dependency: \
     from now on, several renders see the same one.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "usememo-expensive",
    pack: "react",
    version: "0.1.0",
    title: "list sorted or gone through in every render",
    why: "A component renders for many reasons, and most of them leave this list alone.",
    applicability: Applicability::NeedsProof,
    kinds: &["variable_declarator"],
    literals: &[".sort(", ".toSorted(", ".filter(", ".reduce("],
    risk: 2,
    typical_speedup: 33.06,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &REACT_IS_IMPORTED,
        &HOOK_AT_TOP,
        &MAKING_LEAVES_NO_TRACE,
        &DEPENDENCIES_ARE_COMPLETE,
        &DEPENDENCIES_ARE_KEPT,
        &NOTHING_CHANGES_IN_PLACE,
        &STAYS_IN_COMPONENT,
    ],
};

/// See `rulebook/react/usememo-expensive.md`.
pub(crate) struct UsememoExpensive;

impl Rule for UsememoExpensive {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let value = node.child_by_field("value")?;
        let name = node.child_by_field("name").filter(|name| name.is("identifier"))?;
        let method = costly_method(value)?;
        let component = Component::of(ctx, node)?;
        // What renders only because its props changed computes nothing twice.
        let is_it = component.has_hook_of_its_own() && !calls_hook(value) && imports_react(ctx);
        is_it.then(|| Match {
            span: value.span(),
            message: format!(
                "`{}` goes through a list with `{method}` in every render",
                name.text()
            ),
            outcome: fix(ctx, component, name, value).into(),
        })
    }
}

/// The method that makes the value, or one of the chain before it, if it goes
/// through a list and costs more than remembering.
fn costly_method(value: Node<'_>) -> Option<&str> {
    let mut node = unwrapped(value);
    while let Some(call) = MethodCall::of(node) {
        if ["sort", "toSorted", "filter", "reduce"].contains(&call.name) {
            return Some(call.name);
        }
        node = unwrapped(call.receiver);
    }
    None
}

fn calls_hook(value: Node<'_>) -> bool {
    value
        .subtree()
        .filter(|node| node.is("call_expression"))
        .filter_map(|call| called_name(call.child_by_field("function")?))
        .any(is_hook_name)
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    name: Node<'a>,
    value: Node<'a>,
) -> Proof<Fix> {
    component.statement_of(value)?;
    let hooks = Hooks::of(ctx, value, &["useMemo"])?;
    let found = effect_free(ctx, value).map_err(|at| {
        let shown = at.text().lines().next().unwrap_or_default();
        let reason = format!("nothing shows that `{shown}` leaves no trace");
        Refusal::new(&MAKING_LEAVES_NO_TRACE, at, reason)
    })?;
    let dependencies = dependencies(ctx, component, value)?;
    if is_primitive(ctx, value).is_none() {
        prove_result(ctx, name)?;
    }
    let head = format!("{}(() => ", hooks.callee("useMemo"));
    let mut edits = vec![
        Edit::insert(value.start(), head),
        Edit::insert(value.end(), format!(", [{}])", dependencies.join(", "))),
    ];
    edits.extend(hooks.import);
    Ok(Fix {
        title: "Go through the list again only when it changes".to_owned(),
        edits,
        met: vec![(&MAKING_LEAVES_NO_TRACE, found.met_by)],
    })
}

/// Nothing changes the result, or could.
fn prove_result<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> Proof {
    let refuse = |at: Node<'a>, reason: String| Err(Refusal::new(&STAYS_IN_COMPONENT, at, reason));
    let Some((bindings, id)) = ctx.bindings().and_then(|b| Some((b, b.symbol_of(name)?))) else {
        return refuse(name, "the names are not resolved".to_owned());
    };
    if let Some(change) = change_of_value(ctx, id) {
        let reason = format!("`{}` is changed in place", name.text());
        return Err(Refusal::new(&NOTHING_CHANGES_IN_PLACE, change, reason));
    }
    for reference in bindings.references(id).filter(|reference| reference.usage.is_read()) {
        let at = ctx.file.tree.smallest_containing(reference.span);
        if array_use(ctx, at) != ArrayUse::Read && !is_shown(at) {
            return refuse(at, format!("`{}` goes to other code here", name.text()));
        }
    }
    Ok(())
}

/// `{list}` among elements, `prop={list}`, or `[list]` as a hook's dependencies.
fn is_shown(at: Node<'_>) -> bool {
    let value = wrapped(at);
    let Some(parent) = value.parent() else {
        return false;
    };
    let is_dependency = || {
        let call = parent.parent().filter(|list| list.is("arguments"))?.parent()?;
        called_name(call.child_by_field("function")?).map(is_hook_name)
    };
    parent.is("jsx_expression") || (parent.is("array") && is_dependency() == Some(true))
}
