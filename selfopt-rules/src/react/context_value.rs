//! `context-value`: a provider hands on an object that is new in every render.

use selfopt_syntax::{Edit, Node};

use super::memo::{
    Component, DEPENDENCIES_ARE_COMPLETE, DEPENDENCIES_ARE_KEPT, HOOK_AT_TOP, Hooks,
    MAKING_LEAVES_NO_TRACE, Memo, NOTHING_CHANGES_IN_PLACE, REACT_IS_IMPORTED, Statements,
    dependencies, together, traceless,
};
use crate::analysis::expressions::unwrapped;
use crate::analysis::names::fresh_name;
use crate::rule::{Applicability, Fix, Match, Proof, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "context-value",
    pack: "react",
    version: "0.1.0",
    title: "value of a context made anew in every render",
    why: "All that read the context render again whenever the provider does, though the value \
          says the same.",
    applicability: Applicability::NeedsProof,
    kinds: &["jsx_attribute"],
    literals: &[".Provider"],
    risk: 2,
    typical_speedup: 64.0,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &REACT_IS_IMPORTED,
        &HOOK_AT_TOP,
        &MAKING_LEAVES_NO_TRACE,
        &DEPENDENCIES_ARE_COMPLETE,
        &DEPENDENCIES_ARE_KEPT,
        &NOTHING_CHANGES_IN_PLACE,
    ],
};

/// See `rulebook/react/context-value.md`.
pub(crate) struct ContextValue;

impl Rule for ContextValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let mut parts = node.items();
        parts.next().filter(|name| name.text() == "value")?;
        let braces = parts.next().filter(|value| value.is("jsx_expression"))?;
        let value = unwrapped(braces.items().next()?);
        let context = node.parent()?.child_by_field("name")?.text().strip_suffix(".Provider")?;
        let is_made = value.is_any(&["object", "array", "arrow_function"]);
        let component = Component::of(ctx, node).filter(|_| is_made)?;
        Some(Match {
            span: value.span(),
            message: format!("the value of `{context}` is a new one in every render"),
            outcome: fix(ctx, component, braces, value, context).into(),
        })
    }
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    braces: Node<'a>,
    value: Node<'a>,
    context: &str,
) -> Proof<Fix> {
    component.statement_of(braces)?;
    let is_callback = value.is("arrow_function");
    let hook = if is_callback { "useCallback" } else { "useMemo" };
    let hooks = Hooks::of(ctx, value, &[hook])?;
    let leaves_no_trace = traceless(ctx, value)?;
    let name = fresh_name(ctx.file, &value_name(context));
    let memo = Memo {
        name: name.clone(),
        callee: hooks.callee(hook),
        value,
        dependencies: dependencies(ctx, component, value)?,
        is_callback,
    };
    let mut edits = Statements::before(ctx, value)?.edits(ctx, &[memo])?;
    edits.push(Edit::replace(braces.span(), format!("{{{name}}}")));
    edits.extend(hooks.import);
    Ok(Fix {
        title: "Make the value of the context again only when it changes".to_owned(),
        edits: together(edits),
        met: vec![(&MAKING_LEAVES_NO_TRACE, leaves_no_trace)],
    })
}

/// `Auth.Context` → `authValue`, `AuthContext` → `authValue`.
fn value_name(context: &str) -> String {
    let mut parts = context.split('.').map(|part| part.strip_suffix("Context").unwrap_or(part));
    let base = parts.rfind(|part| !part.is_empty()).unwrap_or("context");
    let (first, rest) = base.split_at(base.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}Value", first.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_called_after_their_context() {
        assert_eq!(value_name("AuthContext"), "authValue");
        assert_eq!(value_name("Theme"), "themeValue");
        assert_eq!(value_name("Shop.Context"), "shopValue");
        assert_eq!(value_name("Context"), "contextValue");
    }
}
