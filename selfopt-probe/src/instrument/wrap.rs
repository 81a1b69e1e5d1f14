//! The text around one function that sends its calls through the hook.
//!
//! `function f(P) {B}` becomes
//! `function f($p0) {const $b=function f(P) {B};const $h=HOOK;return $h?…:…;}`:
//! the text of the function is kept in one piece and runs exactly once a call,
//! parameters included; the function around it has the same name, `length`,
//! strictness and nature, and parameters without effect.

use selfopt_syntax::{Node, ReferenceUse, SourceFile, Span, SymbolKind};

use super::functions::{FunctionAt, FunctionKind, holder, is_stable, node_of};
use super::hook::Hook;
use super::record::{Site, Target};
use super::refusal::Refusal;
use super::splice::Splices;

/// The other version of a function, for running both in place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Other<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) function: &'a FunctionAt,
}

/// Wraps one function, beside its other version when there is one.
pub(super) fn wrap(
    splices: &mut Splices,
    file: &SourceFile,
    hook: &Hook,
    target: &Target<'_>,
    other: Option<Other<'_>>,
) -> Result<Site, Refusal> {
    let function = target.function;
    let refusals = [Some(function), other.map(|other| other.function)];
    if let Some(refusal) = refusals.into_iter().flatten().find_map(|f| f.refusal) {
        return Err(refusal);
    }
    let node = node_of(file, function).ok_or(Refusal::NotFound)?;
    let version = Version { file, node, function };
    let other = other
        .map(|other| {
            let node = node_of(other.file, other.function).ok_or(Refusal::NotFound)?;
            Ok(Version { file: other.file, node, function: other.function })
        })
        .transpose()?;
    if function.kind == FunctionKind::Arrow {
        wrap_arrow(splices, hook, target, version, other);
    } else {
        wrap_body(splices, hook, target, version, other);
    }
    let uses_super = |version: Version<'_>| version.function.uses.super_;
    let live_this_only = function.kind != FunctionKind::Arrow
        && (uses_super(version) || other.is_some_and(uses_super));
    Ok(Site { id: target.id, live_this_only })
}

/// One version of a function in its own file.
#[derive(Debug, Clone, Copy)]
struct Version<'a> {
    file: &'a SourceFile,
    node: Node<'a>,
    function: &'a FunctionAt,
}

fn wrap_body(
    splices: &mut Splices,
    hook: &Hook,
    target: &Target<'_>,
    base: Version<'_>,
    other: Option<Version<'_>>,
) {
    let FunctionAt { is_async, is_generator, kind, body, length, .. } = *base.function;
    let any = hook.any();
    let [b, c, h, p] = ["b", "c", "h", "p"].map(|stem| hook.name(stem));
    let parameters: Vec<_> = (0..length).map(|n| format!("{p}{n}{any}")).collect();
    let (parameters, directives) = (parameters.join(","), directives(base));
    let before = format!("({parameters}){{{directives}const {b}={}", head(base));

    let candidate = other.map_or_else(String::new, |other| {
        let mut text = signature_and_body(other).to_owned();
        if let Some(at) = arrow_at(other) {
            text.insert_str((at - signature_start(other.node)) as usize, "=>");
        }
        format!("const {c}={}{text};", head(other))
    });
    let (version, method) = match other {
        Some(_) => (format!("{b},{c}"), "pair"),
        None if is_generator => (b.clone(), "generator"),
        None => (b.clone(), "call"),
    };
    let can_be_constructed = !is_async
        && !is_generator
        && matches!(kind, FunctionKind::Declaration | FunctionKind::Expression);
    let new_target = match (can_be_constructed, method) {
        (_, "generator") => "",
        (true, _) => ",new.target",
        (false, _) => ",void 0",
    };
    let id = target.id;
    let outcome = format!(
        "({h}?{h}.{method}({id},this,arguments,{version}{new_target}):{b}.apply(this,arguments))"
    );
    let give = match (is_generator, is_async) {
        (true, _) => "yield* ",
        (false, true) => "await ",
        (false, false) => "",
    };
    let expression = &hook.expression;
    let after = format!(";{candidate}const {h}={expression};return {give}{outcome};}}");
    splices.wrap(Span::new(signature_start(base.node), body.end), before, after);
    if let Some(at) = arrow_at(base) {
        splices.behind(at, "=>");
    }
}

fn wrap_arrow(
    splices: &mut Splices,
    hook: &Hook,
    target: &Target<'_>,
    base: Version<'_>,
    other: Option<Version<'_>>,
) {
    let [f, g, h, t] = ["f", "g", "h", "T"].map(|stem| hook.name(stem));
    let name = base.function.own_name.as_deref().unwrap_or_default();
    let quoted = serde_json::Value::from(name).to_string();
    let any = hook.any();
    let (more, passed) = match other {
        Some(_) => (format!(",{g}{any}"), format!(",{g}")),
        None => Default::default(),
    };
    let parameters =
        if hook.is_typed() { format!("<{t},>({f}:{t}{more}):{t}") } else { format!("({f}{more})") };
    let (id, expression) = (target.id, &hook.expression);
    let (open, close) = naming(base);
    let candidate = other.map_or_else(String::new, |other| {
        let (open, close) = naming(other);
        format!(",{open}{}{close}", other.function.span.text(&other.file.text))
    });
    let before = format!(
        "({parameters}=>{{const {h}={expression};return {h}?{h}.wrap({id},{f},{quoted}{passed}):{f}}})({open}"
    );
    splices.wrap(base.function.span, before, format!("{close}{candidate})"));
}

/// What must stand around an arrow so that it keeps its name and, where it only
/// calls itself, so that these calls stay in its version.
fn naming(version: Version<'_>) -> (String, String) {
    if let Some(name) = recursive_constant(version) {
        return (format!("(()=>{{const {name}="), format!(";return {name}}})()"));
    }
    let name = version.function.own_name.as_deref().unwrap_or_default();
    if name.is_empty() {
        return Default::default();
    }
    let quoted = serde_json::Value::from(name);
    (format!("{{[{quoted}]:"), format!("}}[{quoted}]"))
}

/// `async function* f`, or what makes an arrow of a method that uses `super`.
fn head(version: Version<'_>) -> String {
    let FunctionAt { is_async, is_generator, uses, .. } = *version.function;
    let is_async = if is_async { "async " } else { "" };
    if uses.super_ {
        return is_async.to_owned();
    }
    let star = if is_generator { "*" } else { "" };
    match own_binding(version) {
        Some(name) => format!("{is_async}function{star} {name}"),
        None => format!("{is_async}function{star}"),
    }
}

/// The name by which the function calls itself, when it does nothing else with
/// it: then the calls stay in the version. Any other use of the name means the
/// function that others see.
fn own_binding(version: Version<'_>) -> Option<&str> {
    let Version { file, node, function } = version;
    if function.kind == FunctionKind::Method {
        return None;
    }
    let Some(name) = node.child_by_field("name") else {
        return recursive_constant(version);
    };
    let bindings = file.bindings.as_ref()?;
    let symbol = bindings.declared_at(name.start())?;
    (is_stable(file, symbol) && only_calls(version, name)).then(|| name.text())
}

/// The name of the `const` that holds the function, when the function calls
/// itself by it and does nothing else with it.
fn recursive_constant(version: Version<'_>) -> Option<&str> {
    let bindings = version.file.bindings.as_ref()?;
    let declarator = holder(version.node).filter(|h| h.is("variable_declarator"))?;
    let name = declarator.child_by_field("name").filter(|name| name.is("identifier"))?;
    let symbol = bindings.declared_at(name.start())?;
    let is_constant = bindings.symbol(symbol).kind == SymbolKind::Const;
    let calls_itself = bindings.references(symbol).any(|r| version.function.span.contains(r.span));
    (is_constant && calls_itself && only_calls(version, name)).then(|| name.text())
}

/// Whether all that the function does with the name declared at `name` is to
/// call it.
fn only_calls(version: Version<'_>, name: Node<'_>) -> bool {
    let Some(bindings) = &version.file.bindings else {
        return false;
    };
    let Some(symbol) = bindings.declared_at(name.start()) else {
        return false;
    };
    let inside = bindings.references(symbol).filter(|r| version.function.span.contains(r.span));
    inside.into_iter().all(|reference| match reference.usage {
        ReferenceUse::Type => true,
        ReferenceUse::Write | ReferenceUse::ReadWrite => false,
        ReferenceUse::Read => version.file.tree.node_at(reference.span).is_some_and(|node| {
            node.field() == Some("function")
                && node.parent().is_some_and(|parent| parent.is("call_expression"))
        }),
    })
}

/// The type parameters or the parameters.
fn signature_start(function: Node<'_>) -> u32 {
    let first =
        ["type_parameters", "parameters"].iter().find_map(|field| function.child_by_field(field));
    first.map_or(function.start(), Node::start)
}

fn signature_and_body(version: Version<'_>) -> &str {
    let span = Span::new(signature_start(version.node), version.function.body.end);
    span.text(&version.file.text)
}

/// Where the `=>` of a method that becomes an arrow must stand: no line may end
/// before it.
fn arrow_at(version: Version<'_>) -> Option<u32> {
    let node = version.node;
    let end = node.child_by_field("return_type").or_else(|| node.child_by_field("parameters"))?;
    version.function.uses.super_.then(|| end.end())
}

/// The directives of the body, which are the outer function's too.
fn directives(version: Version<'_>) -> String {
    let Some(body) = version.node.child_by_field("body") else {
        return String::new();
    };
    let texts = super::functions::directives(body);
    texts.iter().flat_map(|directive| [directive.text(), ";"]).collect()
}
