//! `textcodec-hoist`: a `TextEncoder` or `TextDecoder` is made for every text.

use selfopt_syntax::{Bindings, MetBy, Node};

use super::hoisting::{HAS_PLACE, Made, RUNS_AGAIN, RUNS_HERE, prove_place, runs_again};
use crate::analysis::calls::is_global_call;
use crate::analysis::constant_names::common_name;
use crate::analysis::expressions::{asserted_type, unwrapped, wrapped};
use crate::analysis::functions::tries_around;
use crate::analysis::layout::moved;
use crate::analysis::literals::string_value;
use crate::analysis::module_place::ModulePlace;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static IS_GLOBAL: Condition = Condition::new(
    "codec-is-global",
    "The class is the host's, and the file declares none of its own.",
    MetBy::Syntax,
);
static NOT_PROBED: Condition = Condition::new(
    "codec-is-not-probed",
    "Nothing in the file tests for the class or provides it, and no `try` would catch that it is \
     missing.",
    MetBy::Syntax,
);
static OPTIONS: Condition = Condition::new(
    "arguments-are-plain",
    "A decoder is made for UTF-8, with written-out options and without `fatal`: a decoder that \
     has thrown may keep what it had read.",
    MetBy::Syntax,
);
static NO_STREAM: Condition = Condition::new(
    "no-stream-state",
    "Every text is decoded as a whole: `decode` has no options, so that nothing of one call is \
     left for the next.",
    MetBy::Syntax,
);
static NO_ESCAPE: Condition = Condition::new(
    "codec-does-not-escape",
    "Only `encode`, `encodeInto` and `decode` are called: it is not stored, returned, passed on \
     or changed.",
    MetBy::Syntax,
);
static META: RuleMeta = RuleMeta {
    id: "textcodec-hoist",
    pack: "strings",
    version: "0.1.0",
    title: "encoder or decoder made for every text",
    why: "Making a `TextDecoder` looks up its encoding and allocates a converter, which takes \
          longer than decoding a short text.",
    applicability: Applicability::NeedsProof,
    kinds: &["new_expression"],
    literals: &["TextEncoder", "TextDecoder"],
    risk: 1,
    typical_speedup: 1.54,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[
        &IS_GLOBAL,
        &RUNS_AGAIN,
        &NOT_PROBED,
        &OPTIONS,
        &NO_STREAM,
        &NO_ESCAPE,
        &RUNS_HERE,
        &HAS_PLACE,
    ],
};

/// See `rulebook/strings/textcodec-hoist.md`.
pub(crate) struct TextcodecHoist;

impl Rule for TextcodecHoist {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let class = node.child_by_field("constructor")?.text();
        if !["TextEncoder", "TextDecoder"].contains(&class) {
            return None;
        }
        let runs_again = runs_again(node)?;
        Some(Match {
            span: node.span(),
            message: format!("a `{class}` is made every time this runs"),
            outcome: runs_again.and_then(|()| fix(ctx, node, class)).into(),
        })
    }
}

fn fix<'a>(ctx: RuleContext<'a>, node: Node<'a>, class: &str) -> Proof<Fix> {
    let is_declared = ctx.bindings().is_none_or(|b| b.symbols().any(|(id, _)| b.name(id) == class));
    if is_declared || !is_global_call(ctx, node, class) {
        let reason = format!("the file has a `{class}` of its own");
        return Err(Refusal::new(&IS_GLOBAL, node, reason));
    }
    prove_not_probed(ctx, node, class)?;
    prove_arguments(node, class)?;
    let made = Made::of(ctx, node, &NO_ESCAPE)?;
    for used in made.uses() {
        prove_use(used)?;
    }
    let (place, place_met) = prove_place(ctx, node)?;
    let initializer = moved(ctx.file, node, "");
    if let Some(name) = ModulePlace::existing(ctx, &initializer).filter(|name| is_tame(ctx, *name))
    {
        let title = format!("Use the `{class}` that is there, `{}`", name.text());
        return Ok(Fix { title, edits: made.edits(ctx, name.text()), met: vec![place_met] });
    }
    let words = if class == "TextEncoder" { "text encoder" } else { "text decoder" };
    let name = common_name(ctx, words);
    let mut edits = made.edits(ctx, &name);
    edits.push(place.declare(ctx, &name, &initializer));
    Ok(Fix { title: format!("Make the `{class}` once, as `{name}`"), edits, met: vec![place_met] })
}

/// Some environments have neither class; there, code may look before it makes one.
fn prove_not_probed(ctx: RuleContext<'_>, node: Node<'_>, class: &str) -> Proof {
    let root = ctx.file.tree.root();
    let tries = tries_around(node, root)
        .find(|outer| outer.child_by_field("body").is_some_and(|body| body.holds(node)));
    let references = ctx.bindings().into_iter().flat_map(Bindings::all_references);
    let probe = references
        .filter(|r| r.span.text(&ctx.file.text) == class)
        .filter(|r| r.usage.is_read() || r.usage.is_write())
        .map(|r| ctx.file.tree.smallest_containing(r.span))
        .find(|name| name.field() != Some("constructor"));
    let member = || {
        let mut names = ctx.file.tree.nodes_of_kind("property_identifier");
        names.find(|name| name.text() == class)
    };
    match tries.or(probe).or_else(member) {
        None => Ok(()),
        Some(at) => {
            let reason = format!("here a missing `{class}` is provided for");
            Err(Refusal::new(&NOT_PROBED, at, reason))
        }
    }
}

fn prove_arguments(node: Node<'_>, class: &str) -> Proof {
    let given: Vec<_> =
        node.child_by_field("arguments").into_iter().flat_map(Node::items).collect();
    let is_utf_8 = |label: Node<'_>| {
        string_value(label).is_some_and(|label| {
            ["utf-8", "utf8"].iter().any(|known| label.eq_ignore_ascii_case(known))
        })
    };
    let objection = match given[..] {
        [] => None,
        _ if class == "TextEncoder" => Some(given[0]),
        [label] => (!is_utf_8(label)).then_some(label),
        [label, options] if is_utf_8(label) => (!are_plain(options)).then_some(options),
        _ => Some(given[0]),
    };
    objection.map_or(Ok(()), |argument| {
        let reason = format!("`{}` is none of the arguments that are known", argument.text());
        Err(Refusal::new(&OPTIONS, argument, reason))
    })
}

/// `{ ignoreBOM: true }`, `{ fatal: false }`.
fn are_plain(options: Node<'_>) -> bool {
    let object = unwrapped(options);
    object.is("object")
        && asserted_type(options).is_none()
        && object.items().all(|item| {
            let text = |field| item.child_by_field(field).map_or("", Node::text);
            item.is("pair")
                && matches!(
                    (text("key"), text("value")),
                    ("ignoreBOM", "true" | "false") | ("fatal", "false")
                )
        })
}

/// Shows that a use converts one whole text and keeps nothing.
fn prove_use(used: Node<'_>) -> Proof {
    let escapes = || {
        let reason = "here it is used for more than a call of its methods";
        Err(Refusal::new(&NO_ESCAPE, used, reason))
    };
    let value = wrapped(used);
    let Some(member) = value.parent().filter(|parent| {
        parent.is("member_expression") && parent.child_by_field("object") == Some(value)
    }) else {
        return escapes();
    };
    let name = member.child_by_field("property").map_or("", Node::text);
    let callee = wrapped(member);
    let call = callee.parent().filter(|call| {
        call.is("call_expression") && call.child_by_field("function") == Some(callee)
    });
    let arguments = call.and_then(|call| call.child_by_field("arguments"));
    let Some(arguments) = arguments.filter(|list| list.is("arguments")) else {
        return escapes();
    };
    let has_options = arguments.items().count() > 1
        || arguments.items().any(|argument| argument.is("spread_element"));
    match name {
        "encode" | "encodeInto" => Ok(()),
        "decode" if !has_options => Ok(()),
        "decode" => {
            let reason = "the options may leave a part of the text for the next call";
            Err(Refusal::new(&NO_STREAM, arguments, reason))
        }
        _ => escapes(),
    }
}

/// Whether everything that the file does with a constant is a whole conversion.
fn is_tame(ctx: RuleContext<'_>, name: Node<'_>) -> bool {
    let Some(bindings) = ctx.bindings() else {
        return false;
    };
    bindings.declared_at(name.start()).is_some_and(|id| {
        !bindings.symbol(id).exported
            && bindings.references(id).all(|reference| {
                let node = ctx.file.tree.smallest_containing(reference.span);
                reference.usage.is_read() && prove_use(node).is_ok()
            })
    })
}
