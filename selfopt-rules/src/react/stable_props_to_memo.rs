//! `stable-props-to-memo`: a component inside `memo` gets functions or objects
//! that are new in every render.

use selfopt_syntax::{Edit, MetBy, Node};

use super::memo::{
    Component, DEPENDENCIES_ARE_COMPLETE, DEPENDENCIES_ARE_KEPT, HOOK_AT_TOP, Hooks,
    MAKING_LEAVES_NO_TRACE, Memo, NOTHING_CHANGES_IN_PLACE, REACT_IS_IMPORTED, Statements,
    dependencies, is_kept, is_reacts, together, traceless,
};
use crate::analysis::expressions::{constant_value, unwrapped};
use crate::analysis::names::fresh_name;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static ALL_PROPS_ARE_KEPT: Condition = Condition::new(
    "all-props-are-kept",
    "All other props are the same from render to render, too; with one new prop, `memo` renders \
     anyway. Elements between the tags are such a prop.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "stable-props-to-memo",
    pack: "react",
    version: "0.1.0",
    title: "props of a memoized component made anew in every render",
    why: "`memo` compares props by identity, so that the component renders every time after all.",
    applicability: Applicability::NeedsProof,
    kinds: &["jsx_self_closing_element", "jsx_opening_element"],
    literals: &["memo("],
    risk: 2,
    typical_speedup: 4.32,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &REACT_IS_IMPORTED,
        &HOOK_AT_TOP,
        &ALL_PROPS_ARE_KEPT,
        &MAKING_LEAVES_NO_TRACE,
        &DEPENDENCIES_ARE_COMPLETE,
        &DEPENDENCIES_ARE_KEPT,
        &NOTHING_CHANGES_IN_PLACE,
    ],
};

/// See `rulebook/react/stable-props-to-memo.md`.
pub(crate) struct StablePropsToMemo;

impl Rule for StablePropsToMemo {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let name = node.child_by_field("name").filter(|name| name.is("identifier"))?;
        if !is_memoized(ctx, name) {
            return None;
        }
        let attributes = || node.items().filter(|item| item.is("jsx_attribute"));
        let new: Vec<_> = attributes().filter_map(Prop::made_here).collect();
        let component = Component::of(ctx, node).or_else(|| around(ctx, node))?;
        let first = new.first()?;
        Some(Match {
            span: node.span(),
            message: format!(
                "`{}` is a new {} for `{}` in every render",
                first.name,
                first.noun(),
                name.text()
            ),
            outcome: fix(ctx, component, node, name.text(), &new).into(),
        })
    }
}

/// The component whose callback makes the element.
fn around<'a>(ctx: RuleContext<'a>, node: Node<'a>) -> Option<Component<'a>> {
    node.ancestors().find_map(|outer| Component::of(ctx, outer))
}

/// `const Row = memo(…)`, compared prop by prop.
fn is_memoized<'a>(ctx: RuleContext<'a>, name: Node<'a>) -> bool {
    let is_it = || {
        let call = unwrapped(constant_value(ctx, name)?);
        let callee = call.child_by_field("function").filter(|_| call.is("call_expression"))?;
        let is_alone = call.child_by_field("arguments")?.items().count() == 1;
        Some(is_alone && is_reacts(ctx, callee, "memo"))
    };
    is_it() == Some(true)
}

/// A prop whose value is made where it is handed over.
struct Prop<'a> {
    name: &'a str,
    braces: Node<'a>,
    value: Node<'a>,
}

impl<'a> Prop<'a> {
    fn made_here(attribute: Node<'a>) -> Option<Self> {
        let mut parts = attribute.items();
        let name = parts.next()?.text();
        let braces = parts.next().filter(|value| value.is("jsx_expression"))?;
        let value = unwrapped(braces.items().next()?);
        let is_new = value.is_any(&["object", "array", "arrow_function"]);
        (is_new && !["key", "ref"].contains(&name)).then_some(Self { name, braces, value })
    }

    fn is_function(&self) -> bool {
        self.value.is("arrow_function")
    }

    fn noun(&self) -> &'static str {
        match self.value.kind() {
            "object" => "object",
            "array" => "array",
            _ => "function",
        }
    }

    fn hook(&self) -> &'static str {
        if self.is_function() { "useCallback" } else { "useMemo" }
    }

    /// `onPick` → `handlePick`, `style` of `Row` → `rowStyle`.
    fn variable(&self, ctx: RuleContext<'a>, element: &str) -> String {
        let event = self.name.strip_prefix("on").filter(|e| e.starts_with(char::is_uppercase));
        let base = match event.filter(|_| self.is_function()) {
            Some(event) => format!("handle{event}"),
            None => format!("{}{}", recased(element, char::to_ascii_lowercase), {
                recased(self.name, char::to_ascii_uppercase)
            }),
        };
        let base: String = base.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
        fresh_name(ctx.file, &base)
    }
}

fn recased(name: &str, case: fn(&char) -> char) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| case(&first)).into_iter().chain(chars).collect()
}

fn fix<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    element: Node<'a>,
    name: &str,
    new: &[Prop<'a>],
) -> Proof<Fix> {
    component.statement_of(element)?;
    prove_others(ctx, component, element, new)?;
    let mut hooks: Vec<&str> = new.iter().map(Prop::hook).collect();
    hooks.sort_unstable();
    hooks.dedup();
    let hooks = Hooks::of(ctx, element, &hooks)?;
    let mut leaves_no_trace = MetBy::Syntax;
    let mut memos = Vec::new();
    let mut edits = Vec::new();
    for prop in new {
        let met_by = traceless(ctx, prop.value)?;
        leaves_no_trace = if leaves_no_trace == MetBy::Syntax { met_by } else { leaves_no_trace };
        let variable = prop.variable(ctx, name);
        edits.push(Edit::replace(prop.braces.span(), format!("{{{variable}}}")));
        memos.push(Memo {
            name: variable,
            callee: hooks.callee(prop.hook()),
            value: prop.value,
            dependencies: dependencies(ctx, component, prop.value)?,
            is_callback: prop.is_function(),
        });
    }
    edits.extend(Statements::before(ctx, element)?.edits(ctx, &memos)?);
    edits.extend(hooks.import);
    Ok(Fix {
        title: format!("Hand `{name}` the same props while nothing changes"),
        edits: together(edits),
        met: vec![(&MAKING_LEAVES_NO_TRACE, leaves_no_trace)],
    })
}

/// The props that are not made here.
fn prove_others<'a>(
    ctx: RuleContext<'a>,
    component: Component<'a>,
    element: Node<'a>,
    new: &[Prop<'a>],
) -> Proof {
    let refuse = |at: Node<'a>, reason: String| Err(Refusal::new(&ALL_PROPS_ARE_KEPT, at, reason));
    if element.is("jsx_opening_element") {
        let is_child = |part: Node<'_>| match part.kind() {
            "jsx_opening_element" | "jsx_closing_element" => false,
            "jsx_text" => !part.text().trim().is_empty(),
            _ => true,
        };
        let has_children = element.parent().is_some_and(|whole| whole.items().any(is_child));
        if has_children {
            return refuse(element, "what stands between its tags is made anew".to_owned());
        }
    }
    for item in element.items().filter(|item| item.field() == Some("attribute")) {
        if item.is("jsx_expression") {
            return refuse(item, format!("nothing shows what is in `{}`", item.text()));
        }
        let value = match item.items().nth(1) {
            Some(braces) if braces.is("jsx_expression") => braces.items().next(),
            other => other.filter(|value| !value.is("string")),
        };
        let Some(value) = value else {
            continue;
        };
        let is_new = new.iter().any(|prop| prop.value == unwrapped(value));
        let is_key = item.items().next().is_some_and(|name| name.text() == "key");
        if !is_new && !is_key && !is_kept(ctx, component, value) {
            let shown = value.text().lines().next().unwrap_or_default();
            return refuse(value, format!("nothing shows that `{shown}` is kept"));
        }
    }
    Ok(())
}
