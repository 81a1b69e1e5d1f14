//! Pairs the children of two nodes: first what is equal, then what is called
//! the same, then what stands alone at the same place.

use selfopt_syntax::Node;

use crate::instrument::same::Shapes;

/// Longer lists are paired by name and place only.
const MAX_CELLS: usize = 1 << 20;

/// What became of a child.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    /// It is in both; perhaps changed.
    Both(Node<'a>, Node<'a>),
    /// Only the text before has it.
    Removed(Node<'a>),
    /// Only the text after has it.
    Added(Node<'a>),
}

/// The children of both nodes, comments left out, in order.
pub(super) fn align<'a>(before: (Node<'a>, &Shapes), after: (Node<'a>, &Shapes)) -> Vec<Row<'a>> {
    let children =
        |node: Node<'a>| node.children().filter(|child| !child.is_comment()).collect::<Vec<_>>();
    let (old, new) = (children(before.0), children(after.0));
    let shapes = |nodes: &[Node<'a>], shapes: &Shapes| {
        nodes.iter().map(|node| shapes.get(*node)).collect::<Vec<_>>()
    };
    let equal = equal_pairs(&shapes(&old, before.1), &shapes(&new, after.1));
    let mut rows = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (k, l) in equal.into_iter().chain([(old.len(), new.len())]) {
        pair_changed(&old[i..k], &new[j..l], &mut rows);
        if k < old.len() {
            rows.push(Row::Both(old[k], new[l]));
        }
        (i, j) = (k + 1, l + 1);
    }
    rows
}

/// Indices of a longest common subsequence.
fn equal_pairs(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[prefix..].iter().rev().zip(new[prefix..].iter().rev());
    let suffix = rest.take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[prefix..old.len() - suffix], &new[prefix..new.len() - suffix]);
    let mut pairs: Vec<_> = (0..prefix).map(|idx| (idx, idx)).collect();
    if a.len() * b.len() <= MAX_CELLS {
        pairs.extend(longest(a, b).into_iter().map(|(i, j)| (prefix + i, prefix + j)));
    }
    pairs.extend((0..suffix).rev().map(|idx| (old.len() - 1 - idx, new.len() - 1 - idx)));
    pairs
}

fn longest(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut best = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if a[i] == b[j] {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Pairs what is left between two equal children.
fn pair_changed<'a>(old: &[Node<'a>], new: &[Node<'a>], rows: &mut Vec<Row<'a>>) {
    let mut next = 0;
    let alone = old.len() == 1 && new.len() == 1;
    for &before in old {
        let found = new[next..].iter().position(|&after| is_same(before, after, alone));
        let Some(skipped) = found else {
            rows.push(Row::Removed(before));
            continue;
        };
        rows.extend(new[next..next + skipped].iter().map(|&after| Row::Added(after)));
        next += skipped;
        rows.push(Row::Both(before, new[next]));
        next += 1;
    }
    rows.extend(new[next..].iter().map(|&after| Row::Added(after)));
}

fn is_same(before: Node<'_>, after: Node<'_>, alone: bool) -> bool {
    if role(before) != role(after) || before.is_named() != after.is_named() {
        return false;
    }
    match (key(before), key(after)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => alone || before.field() == after.field(),
        _ => false,
    }
}

/// The kind of a node; a function stays one when it becomes a generator or
/// ceases to be one.
fn role(node: Node<'_>) -> &str {
    match node.kind() {
        "generator_function_declaration" => "function_declaration",
        "generator_function" => "function_expression",
        kind => kind,
    }
}

/// By what a statement or member is recognized in another version of its list.
fn key(node: Node<'_>) -> Option<String> {
    let field = |name: &str| node.child_by_field(name).map(|child| child.text().to_owned());
    match node.kind() {
        "export_statement" => {
            let declared = node.child_by_field("declaration").and_then(key);
            declared.or_else(|| field("source")).or_else(|| Some(String::new()))
        }
        "import_statement" => field("source"),
        "lexical_declaration" | "variable_declaration" => {
            let names = node.items().filter_map(|item| item.child_by_field("name"));
            Some(names.map(declared).collect::<Vec<_>>().join(","))
        }
        "expression_statement" => {
            let expression = node.items().next()?;
            let target = ["left", "function"];
            let target = target.iter().find_map(|name| expression.child_by_field(name))?;
            target.is_any(&["identifier", "member_expression"]).then(|| target.text().to_owned())
        }
        "method_definition" => {
            let modifiers = ["static", "get", "set"].iter().filter(|token| node.has_token(token));
            let name = field("name")?;
            Some(modifiers.copied().chain([name.as_str()]).collect::<Vec<_>>().join(" "))
        }
        "variable_declarator" => node.child_by_field("name").map(|name| declared(name).to_owned()),
        "pair" => field("key"),
        "field_definition" => field("property"),
        _ => field("name"),
    }
}

/// The declared name; of what is taken out of a value, the value, since what is
/// taken may change.
fn declared(name: Node<'_>) -> &str {
    let value = name.parent().and_then(|declarator| declarator.child_by_field("value"));
    match value.filter(|_| name.is("object_pattern")) {
        Some(value) => value.text(),
        None => name.text(),
    }
}
