//! `request-scope`: a provider is made for every request that keeps nothing of it.

use selfopt_syntax::Node;

use crate::analysis::imports::import_of;
use crate::proposal::{NEEDS_PERSON, proposal};
use crate::rule::{Applicability, Match, Rule, RuleContext, RuleMeta, SizeWitness};

static META: RuleMeta = RuleMeta {
    id: "request-scope",
    pack: "server",
    version: "0.1.0",
    title: "a provider made for every request that uses nothing of it",
    why: "The provider, and all that depend on it, are made anew for every request.",
    applicability: Applicability::ReportOnly,
    kinds: &["decorator"],
    literals: &["Scope.REQUEST"],
    risk: 3,
    typical_speedup: 1.4,
    needs_bindings: true,
    size_witness: SizeWitness::NotNeeded,
    conditions: &[&NEEDS_PERSON],
};

/// See `rulebook/server/request-scope.md`.
pub(crate) struct RequestScope;

impl Rule for RequestScope {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, ctx: RuleContext<'_>, node: Node<'_>) -> Option<Match> {
        let call = node.items().next().filter(|call| call.is("call_expression"))?;
        let callee = call.child_by_field("function").filter(|callee| callee.is("identifier"))?;
        let import = import_of(ctx, callee)?;
        let is_request = call.child_by_field("arguments")?.text().contains("Scope.REQUEST");
        if callee.text() != "Injectable" || import.source != "@nestjs/common" || !is_request {
            return None;
        }
        let parent = node.parent()?;
        let class = if parent.is_any(&["class_declaration", "abstract_class_declaration"]) {
            parent
        } else {
            parent.items().find(|item| item.is("class_declaration"))?
        };
        let body = class.child_by_field("body")?;
        let names = |name: &str| {
            body.subtree().any(|n| n.is("identifier") && n.text() == name)
                || class.children().any(|c| c.is("class_heritage"))
        };
        // A field that is written keeps something for the request.
        let keeps = body.subtree().any(|inner| {
            let target = inner.child_by_field("left").or_else(|| inner.child_by_field("argument"));
            inner.is_any(&[
                "assignment_expression",
                "augmented_assignment_expression",
                "update_expression",
            ]) && target.is_some_and(|target| target.text().starts_with("this."))
        });
        let has_state = body
            .items()
            .any(|member| member.is("public_field_definition") && !member.has_token("readonly"));
        if names("REQUEST") || names("CONTEXT") || keeps || has_state {
            return None;
        }
        let message = "this provider is made for every request, and uses nothing of it".to_owned();
        let reason = "what it depends on may keep something of the request, which the file does \
                      not show";
        Some(proposal(node, message, reason))
    }
}
