//! `index-key`: the place in a list is the key of its elements.

use selfopt_syntax::Node;

use crate::analysis::types::callback_parameter;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "index-key",
    pack: "react",
    version: "0.1.0",
    title: "the place in a list as key, where there is an id",
    why: "When an element is added in front, every other has a new key and is made anew.",
    applicability: Applicability::ReportOnly,
    kinds: &["jsx_attribute"],
    literals: &["key={"],
    risk: 3,
    typical_speedup: 6.34,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/react/index-key.md`.
pub(crate) struct IndexKey;

impl Rule for IndexKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let mut parts = node.items();
        let name = parts.next().filter(|name| name.text() == "key")?;
        let key = parts.next().filter(|value| value.is("jsx_expression"))?.items().next()?;
        let bindings = ctx.bindings()?;
        let index = bindings.symbol(bindings.symbol_of(key).filter(|_| key.is("identifier"))?);
        let declared = ctx.file.tree.smallest_containing(index.name_span);
        let (call, position) = callback_parameter(declared)?;
        if call.name != "map" || position != 1 {
            return None;
        }
        let callback = *call.arguments.first()?;
        let element = callback.child_by_field("parameters")?.items().next()?;
        let element = element.child_by_field("pattern").unwrap_or(element);
        let id = bindings.declared_at(element.start()).filter(|_| element.is("identifier"))?;
        let has_id = bindings.references(id).any(|reference| {
            let at = ctx.file.tree.smallest_containing(reference.span);
            let property = at
                .parent()
                .filter(|member| member.child_by_field("object") == Some(at))
                .and_then(|member| member.child_by_field("property"));
            property.is_some_and(|p| ["id", "_id", "uuid", "slug"].contains(&p.text()))
        });
        let message = format!("`{}` is the key, and the elements have an id", key.text());
        let reason = "the id has to be there and to differ in all elements, and what an element \
                      keeps moves with its key";
        has_id.then(|| proposal(name.parent().unwrap_or(node), message, reason))
    }
}
