//! What a step adds to an array, and the statement that adds it in place.

use selfopt_syntax::{MetBy, Node};

use super::accumulator::Copy;
use super::array_proof::is_no_array;
use crate::analysis::calls::MethodCall;
use crate::analysis::dense::{has_hole, is_dense_array};
use crate::analysis::expressions::unwrapped;
use crate::analysis::layout::moved;
use crate::analysis::names::fresh_name;
use crate::rule::RuleContext;

/// One part of a step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Addition<'a> {
    /// It becomes an element.
    Element(Node<'a>),
    /// Its elements become elements.
    Elements(Node<'a>),
}

impl<'a> Addition<'a> {
    /// Reads a part of `[...acc, part]` or `acc.concat(part)`, with how it is
    /// known; `None` when it is not known what `concat` makes of it.
    pub(super) fn of(
        ctx: RuleContext<'a>,
        copy: &Copy<'a>,
        part: Node<'a>,
    ) -> Option<(Self, MetBy)> {
        let is_argument = MethodCall::of(copy.node).is_some_and(|c| c.arguments.contains(&part));
        if !is_argument {
            let list = part.is("spread_element").then(|| part.items().next());
            let addition =
                list.map_or(Some(Self::Element(part)), |list| Some(Self::Elements(list?)));
            return addition.map(|addition| (addition, MetBy::Syntax));
        }
        let element = is_no_array(ctx, part).map(|met_by| (Self::Element(part), met_by));
        element.or_else(|| Some((Self::Elements(part), is_dense_array(ctx, part)?)))
    }
}

/// The statements that add the parts to the array `name`.
pub(super) fn statements<'a>(
    ctx: RuleContext<'a>,
    additions: &[Addition<'a>],
    name: &str,
    indent: &str,
) -> Vec<String> {
    let push = |elements: &mut dyn Iterator<Item = Node<'a>>| {
        let elements: Vec<_> = elements.map(|e| moved(ctx.file, e, indent)).collect();
        format!("{name}.push({})", elements.join(", "))
    };
    let is_element = |addition: &Addition<'a>| matches!(addition, Addition::Element(_));
    let groups = additions.chunk_by(|a, b| is_element(a) && is_element(b));
    let statement = |group: &[Addition<'a>]| {
        let [Addition::Elements(list)] = group else {
            return push(
                &mut group.iter().map(|(Addition::Element(n) | Addition::Elements(n))| *n),
            );
        };
        let list = bare(*list);
        if let Some((condition, elements)) = when(list) {
            let condition = moved(ctx.file, unwrapped(condition), indent);
            return format!("if ({condition}) {}", push(&mut elements.items()));
        }
        let is_free = |base: &&&str| fresh_name(ctx.file, base) == **base;
        let usual = ["item", "value", "element", "entry"].iter().find(is_free);
        let item = usual.map_or_else(|| fresh_name(ctx.file, "item"), |name| (*name).to_owned());
        let list = moved(ctx.file, list, indent);
        format!("for (const {item} of {list}) {name}.push({item})")
    };
    groups.map(statement).collect()
}

/// The expression without parentheses, where they hold nothing else.
fn bare(node: Node<'_>) -> Node<'_> {
    let inner = node.items().next().filter(|inner| {
        let has_comment = node.children().any(Node::is_comment);
        node.is("parenthesized_expression") && !has_comment && !inner.is("sequence_expression")
    });
    inner.map_or(node, bare)
}

/// Reads `condition ? [a, b] : []`.
fn when(list: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let branch = |field| {
        let branch = list.child_by_field(field).map(unwrapped)?;
        (branch.is("array") && !has_hole(branch)).then_some(branch)
    };
    let (then, otherwise) = (branch("consequence")?, branch("alternative")?);
    let is_written_out = then.items().next().is_some()
        && then.items().all(|item| !item.is("spread_element"))
        && otherwise.items().next().is_none();
    let has_comment = list.descendants().any(Node::is_comment);
    let condition = list.child_by_field("condition")?;
    (is_written_out && !has_comment).then_some((condition, then))
}
