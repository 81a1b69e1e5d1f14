//! `fuse-filter-map`: an array is made between `filter` and `map`, only for
//! the second of them to go through it.

use selfopt_syntax::{Edit, MetBy, Node, Span};

use super::less_often::{Met, RECEIVER_IS_ARRAY, prove_array};
use crate::analysis::calls::MethodCall;
use crate::analysis::comments::lost_comment;
use crate::analysis::dense::has_no_holes;
use crate::analysis::expressions::unwrapped;
use crate::analysis::functions::PlainFunction;
use crate::analysis::layout::{Layout, indent_at};
use crate::analysis::names::fresh_name;
use crate::analysis::purity::pure_callback;
use crate::analysis::strings::is_string;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static CALLBACKS_ONLY_COMPUTE: Condition = Condition::new(
    "callbacks-only-compute",
    "Both callbacks do nothing but compute, come to an end and do not throw: one loop calls them \
     in turns, the two methods one after the other.",
    MetBy::Syntax,
);
static NO_HOLES: Condition = Condition::new(
    "no-holes",
    "The array has no holes: both methods skip them, a loop does not.",
    MetBy::Syntax,
);
static TYPE_IS_KNOWN: Condition = Condition::new(
    "type-is-known",
    "In TypeScript, the type of the new array is written there or is that of strings.",
    MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "fuse-filter-map",
    pack: "collections",
    version: "0.2.0",
    title: "array made between `filter` and `map`",
    why: "The first method makes and fills an array that only the second goes through.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &[".filter("],
    risk: 2,
    typical_speedup: 2.14,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[&RECEIVER_IS_ARRAY, &CALLBACKS_ONLY_COMPUTE, &NO_HOLES, &TYPE_IS_KNOWN],
};

/// See `rulebook/collections/fuse-filter-map.md`.
pub(crate) struct FuseFilterMap;

impl Rule for FuseFilterMap {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let chain = Chain::of(node)?;
        let target = Target::of(ctx, node)?;
        if lost_comment(target.statement, &[chain.first.receiver]).is_some() {
            return None;
        }
        let outcome = fix(ctx, &chain, &target)?.into();
        Some(Match {
            span: node.span(),
            outcome,
            message: format!(
                "`{}` makes an array, only for `{}` to go through it",
                chain.first.name, chain.second.name
            ),
        })
    }
}

/// `list.filter(p).map(f)` or `list.map(f).filter(p)`.
struct Chain<'a> {
    first: MethodCall<'a>,
    second: MethodCall<'a>,
}

impl<'a> Chain<'a> {
    fn of(node: Node<'a>) -> Option<Self> {
        let second = MethodCall::named(node, &["map", "filter"])?;
        let first = MethodCall::named(unwrapped(second.receiver), &["map", "filter"])?;
        let is_plain = |call: &MethodCall<'_>| {
            call.arguments.len() == 1 && call.type_arguments.is_none() && !call.is_optional
        };
        // Three of them are for another day.
        let is_longer = MethodCall::named(unwrapped(first.receiver), &["map", "filter"]).is_some();
        let is_it = first.name != second.name && is_plain(&first) && is_plain(&second);
        (is_it && !is_longer).then_some(Self { first, second })
    }
}

/// The statement whose value the new array is.
struct Target<'a> {
    statement: Node<'a>,
    /// The array's name.
    name: String,
    /// Its declared type.
    declared: Option<Node<'a>>,
    is_return: bool,
}

impl<'a> Target<'a> {
    fn of(ctx: RuleContext<'a>, chain: Node<'a>) -> Option<Self> {
        let parent = chain.parent()?;
        let annotation =
            |node: Node<'a>, field| node.child_by_field(field).and_then(|a| a.items().next());
        let is_in_block = |node: Node<'a>| {
            node.parent().is_some_and(|p| p.is_any(&["statement_block", "program"]))
        };
        if parent.is("return_statement") {
            let function = crate::analysis::functions::enclosing_function(parent)?;
            return is_in_block(parent).then(|| Self {
                statement: parent,
                name: fresh_name(ctx.file, "result"),
                declared: annotation(function, "return_type"),
                is_return: true,
            });
        }
        let statement = parent.parent().filter(|s| s.is("lexical_declaration"))?;
        let name = parent.child_by_field("name").filter(|name| name.is("identifier"))?;
        let is_alone = statement.items().count() == 1 && statement.has_token("const");
        (is_alone && is_in_block(statement)).then(|| Self {
            statement,
            name: name.text().to_owned(),
            declared: annotation(parent, "type"),
            is_return: false,
        })
    }
}

/// The rewrite, or the one condition that is in its way. `None` where no loop
/// can be written, and where a person could not help with a word: several
/// conditions are not shown, or a callback calls what nobody here knows.
fn fix<'a>(ctx: RuleContext<'a>, chain: &Chain<'a>, target: &Target<'a>) -> Option<Proof<Fix>> {
    let (filter, map) = if chain.first.name == "filter" {
        (&chain.first, &chain.second)
    } else {
        (&chain.second, &chain.first)
    };
    let mapped = Callback::of(map)?;
    let is_boolean = ctx.bindings().is_some_and(|b| b.is_global(filter.arguments[0], "Boolean"));
    let kept = if is_boolean { None } else { Some(Callback::of(filter)?) };
    let list = chain.first.receiver;
    let looped = Looped { ctx, list, mapped, kept, target };
    let lines = if chain.first.name == "filter" { looped.filtered() } else { looped.mapped() }?;
    let types = prove_type(ctx, target, mapped.body);
    let mut met: Vec<Met> = Vec::new();
    let mut missing = Vec::new();
    for callback in [filter.arguments[0], map.arguments[0]] {
        match pure_callback(ctx, callback) {
            Ok(met_by) => met.push((&CALLBACKS_ONLY_COMPUTE, met_by)),
            Err(_) if !changes_something(callback) => return None,
            Err(at) => missing.push(Refusal::new(&CALLBACKS_ONLY_COMPUTE, at.node, at.reason)),
        }
    }
    match prove_array(ctx, &chain.first).and_then(|is_list| Ok([is_list, prove_dense(ctx, list)?]))
    {
        Ok(shown) => met.extend(shown),
        Err(refusal) => missing.push(refusal),
    }
    missing.extend(types.as_ref().err().cloned());
    let types = match (missing.pop(), types) {
        (Some(refusal), _) => return missing.is_empty().then_some(Err(refusal)),
        (None, types) => types.ok()?,
    };
    let Layout { newline, semicolon, .. } = Layout::of(ctx.file);
    let indent = indent_at(ctx.file, target.statement.start());
    let name = &target.name;
    let mut all = vec![format!("const {name}{types} = []{semicolon}")];
    all.extend(lines);
    if target.is_return {
        all.push(format!("return {name}{semicolon}"));
    }
    let text = all.join(&format!("{newline}{indent}"));
    let edits = vec![Edit::replace(target.statement.span(), text)];
    Some(Ok(Fix { title: "Go through the array once".to_owned(), edits, met }))
}

fn prove_dense<'a>(ctx: RuleContext<'a>, list: Node<'a>) -> Proof<Met> {
    let dense = has_no_holes(ctx, list).ok_or_else(|| {
        let reason = format!("nothing shows that `{}` has no holes", list.text());
        Refusal::new(&NO_HOLES, list, reason)
    })?;
    Ok((&NO_HOLES, dense))
}

/// Whether a callback does so in plain sight: then the order of the calls is
/// worth a look.
fn changes_something(callback: Node<'_>) -> bool {
    let methods = ["add", "delete", "pop", "push", "set", "shift", "splice", "unshift"];
    callback.subtree().any(|node| {
        node.is_any(&[
            "assignment_expression",
            "augmented_assignment_expression",
            "update_expression",
        ]) || MethodCall::named(node, &methods).is_some()
    })
}

/// `(one) => expression`, on one line.
#[derive(Clone, Copy)]
struct Callback<'a> {
    parameter: Node<'a>,
    body: Node<'a>,
}

impl<'a> Callback<'a> {
    fn of(call: &MethodCall<'a>) -> Option<Self> {
        let callback = call.arguments[0];
        let function = PlainFunction::of(callback).filter(|f| f.node.is("arrow_function"))?;
        let [parameter] = function.parameters[..] else {
            return None;
        };
        let body = function.is_expression_bodied().then_some(function.body)?;
        let inner = unwrapped(body);
        let is_object = inner.is("object") && body.is("parenthesized_expression");
        let body = if is_object { inner } else { body };
        let is_plain = parameter.is_plain
            && callback.child_by_field("return_type").is_none()
            && !body.text().contains('\n');
        is_plain.then_some(Self { parameter: parameter.pattern, body })
    }

    /// Its expression with another name for the element.
    fn of_name(&self, ctx: RuleContext<'a>, name: &str) -> Option<String> {
        let own = self.parameter.text();
        if own == name {
            return Some(self.body.text().to_owned());
        }
        let bindings = ctx.bindings()?;
        let id = bindings.declared_at(self.parameter.start())?;
        if mentions(self.body, name) {
            return None;
        }
        let mut text = String::new();
        let mut from = self.body.start();
        for reference in bindings.references(id) {
            if ctx.file.tree.smallest_containing(reference.span).is("shorthand_property_identifier")
            {
                return None;
            }
            text.push_str(Span::new(from, reference.span.start).text(&ctx.file.text));
            text.push_str(name);
            from = reference.span.end;
        }
        text.push_str(Span::new(from, self.body.end()).text(&ctx.file.text));
        Some(text)
    }
}

struct Looped<'p, 'a> {
    ctx: RuleContext<'a>,
    list: Node<'a>,
    mapped: Callback<'a>,
    /// None for `filter(Boolean)`.
    kept: Option<Callback<'a>>,
    target: &'p Target<'a>,
}

impl Looped<'_, '_> {
    /// `filter` first.
    fn filtered(&self) -> Option<Vec<String>> {
        let name = self.mapped.parameter.text();
        self.is_free(name).then_some(())?;
        let condition = match &self.kept {
            Some(kept) => kept.of_name(self.ctx, name)?,
            None => name.to_owned(),
        };
        let Layout { indent, semicolon, .. } = Layout::of(self.ctx.file);
        let (list, out, value) = (self.list.text(), &self.target.name, self.mapped.body.text());
        Some(vec![
            format!("for (const {name} of {list}) {{"),
            format!("{indent}if ({condition}) {out}.push({value}){semicolon}"),
            "}".to_owned(),
        ])
    }

    /// `map` first.
    fn mapped(&self) -> Option<Vec<String>> {
        let name = self.mapped.parameter.text();
        self.is_free(name).then_some(())?;
        let own = self.kept.as_ref().map(|kept| kept.parameter.text());
        let value = match own.filter(|own| *own != name && *own != self.target.name) {
            Some(own) => own.to_owned(),
            None => fresh_name(self.ctx.file, "value"),
        };
        if mentions(self.mapped.body, &value) {
            return None;
        }
        let condition = match &self.kept {
            Some(kept) => kept.of_name(self.ctx, &value)?,
            None => value.clone(),
        };
        let Layout { indent, semicolon, .. } = Layout::of(self.ctx.file);
        let (list, out, made) = (self.list.text(), &self.target.name, self.mapped.body.text());
        Some(vec![
            format!("for (const {name} of {list}) {{"),
            format!("{indent}const {value} = {made}{semicolon}"),
            format!("{indent}if ({condition}) {out}.push({value}){semicolon}"),
            "}".to_owned(),
        ])
    }

    /// The element's name is neither the new array's nor one of the receiver,
    /// and the receiver has a line.
    fn is_free(&self, name: &str) -> bool {
        let out = &self.target.name;
        let parts = [Some(self.mapped.body), self.kept.map(|kept| kept.body)];
        name != out
            && !mentions(self.list, name)
            && !self.list.text().contains('\n')
            && !parts.into_iter().flatten().any(|body| mentions(body, out))
    }
}

/// Whether the name stands for a variable anywhere in the code.
fn mentions(code: Node<'_>, name: &str) -> bool {
    let kinds =
        ["identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"];
    code.subtree().any(|node| node.is_any(&kinds) && node.text() == name)
}

/// The annotation of the new array.
fn prove_type<'a>(ctx: RuleContext<'a>, target: &Target<'a>, value: Node<'a>) -> Proof<String> {
    if !ctx.file.language.is_typescript() {
        return Ok(String::new());
    }
    let can_push = |node: &Node<'a>| {
        node.is("array_type") || (node.is("generic_type") && node.text().starts_with("Array<"))
    };
    if let Some(declared) = target.declared {
        if can_push(&declared) {
            return Ok(format!(": {}", declared.text()));
        }
    } else if is_string(ctx, value).is_some() {
        return Ok(": string[]".to_owned());
    }
    let reason = "nothing shows which type the new array has";
    Err(Refusal::new(&TYPE_IS_KNOWN, target.declared.unwrap_or(value), reason))
}
