//! `filter-join-to-groupby`: for every element of one array another is
//! filtered for those that belong to it.

use selfopt_syntax::{Node, SymbolKind};

use super::lookup::{
    ELEMENTS_ARE_THERE, Indexed, KEY_NOT_NAN, KEYS_NOT_CHANGED, Lookup, MAP_IS_GLOBAL,
    RECEIVER_IS_ARRAY, Remedy, TYPES_FIT, VALUE_ONLY_COMPUTES, index_name,
};
use super::membership::{DEFINED_BEFORE, MAY_BE_LARGE, NOT_CHANGED, PLACE, SYNCHRONOUS};
use crate::analysis::array_use::{ArrayUse, array_use};
use crate::analysis::expressions::wrapped;
use crate::analysis::layout::Layout;
use crate::analysis::names::fresh_name;
use crate::analysis::placing::Place;
use crate::rule::{
    Applicability, Condition, Fix, Match, Proof, Refusal, Rule, RuleContext, RuleMeta, SizeWitness,
};

static GROUP_ONLY_READ: Condition = Condition::new(
    "group-only-read",
    "What is found is only looked at: equal keys share one group, and `filter` made a new array \
     each time.",
    selfopt_syntax::MetBy::Syntax,
);

static META: RuleMeta = RuleMeta {
    id: "filter-join-to-groupby",
    pack: "core",
    version: "0.1.0",
    title: "array filtered by a key in every step of a loop",
    why: "Each `filter` compares all elements: n of them on m elements take n·m comparisons, where \
          one pass makes the groups and each is then asked for once.",
    applicability: Applicability::NeedsProof,
    kinds: &["call_expression"],
    literals: &[".filter("],
    risk: 2,
    typical_speedup: 2.06,
    needs_bindings: true,
    size_witness: SizeWitness::Needed,
    conditions: &[
        &RECEIVER_IS_ARRAY,
        &MAY_BE_LARGE,
        &ELEMENTS_ARE_THERE,
        &KEY_NOT_NAN,
        &VALUE_ONLY_COMPUTES,
        &TYPES_FIT,
        &GROUP_ONLY_READ,
        &MAP_IS_GLOBAL,
        &NOT_CHANGED,
        &KEYS_NOT_CHANGED,
        &SYNCHRONOUS,
        &DEFINED_BEFORE,
        &PLACE,
    ],
};

static REMEDY: Remedy =
    Remedy { method: "filter", told: "is filtered by", index: "Map", is_the_hosts: &MAP_IS_GLOBAL };

/// See `rulebook/core/filter-join-to-groupby.md`.
pub(crate) struct FilterJoinToGroupby;

impl Rule for FilterJoinToGroupby {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        REMEDY.check(ctx, node, fix)
    }
}

fn fix<'a>(lookup: &Lookup<'a>, indexed: Indexed<'a>) -> Proof<Fix> {
    let ctx = lookup.ctx;
    if !is_only_read(ctx, lookup.call.node) {
        let reason = "the new array is passed on, changed or kept";
        return Err(Refusal::new(&GROUP_ONLY_READ, lookup.call.node, reason));
    }
    let Layout { indent, semicolon, .. } = Layout::of(ctx.file);
    let (list, element, key) = (lookup.list.text(), lookup.element.text(), lookup.key.text());
    let name = index_name(lookup);
    let group = fresh_name(ctx.file, "group");
    let types = indexed.types.map_or_else(String::new, |(key, one)| {
        let is_name = one.is_any(&["type_identifier", "predefined_type", "generic_type"]);
        let one = if is_name { one.text().to_owned() } else { format!("({})", one.text()) };
        format!("<{}, {one}[]>", key.text())
    });
    let lines = [
        format!("const {name} = new Map{types}(){semicolon}"),
        format!("for (const {element} of {list}) {{"),
        format!("{indent}const {group} = {name}.get({element}.{key}){semicolon}"),
        format!("{indent}if ({group}) {group}.push({element}){semicolon}"),
        format!("{indent}else {name}.set({element}.{key}, [{element}]){semicolon}"),
        "}".to_owned(),
    ];
    let asked = format!("{name}.get({}) ?? []", lookup.value.text());
    let stands_alone = lookup
        .call
        .node
        .parent()
        .is_some_and(|p| p.is_any(&["variable_declarator", "for_in_statement"]));
    let asked = if stands_alone { asked } else { format!("({asked})") };
    let title = format!("Group by `{key}` once");
    let make = |place: Place<'a>| {
        place.insert_lines(ctx, &lines).ok_or("lines cannot stand before the loop")
    };
    indexed.fix(lookup, title, make, asked)
}

/// Whether nobody keeps or changes the array.
fn is_only_read<'a>(ctx: RuleContext<'a>, call: Node<'a>) -> bool {
    let value = wrapped(call);
    let declarator = value
        .parent()
        .filter(|parent| parent.is("variable_declarator"))
        .and_then(|parent| parent.child_by_field("name"))
        .filter(|name| name.is("identifier"));
    let Some(name) = declarator else {
        return array_use(ctx, call) == ArrayUse::Read;
    };
    let reads = || {
        let bindings = ctx.bindings()?;
        let id = bindings.declared_at(name.start())?;
        let symbol = bindings.symbol(id);
        let is_kept = symbol.kind != SymbolKind::Const || symbol.exported;
        let mut uses = bindings.references(id).filter(|reference| reference.usage.is_read());
        let all = uses
            .all(|r| array_use(ctx, ctx.file.tree.smallest_containing(r.span)) == ArrayUse::Read);
        Some(all && !is_kept)
    };
    reads() == Some(true)
}
