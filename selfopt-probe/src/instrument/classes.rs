//! The classes of a file whose instances can be told apart and rebuilt, and the
//! functions that can be found again when they are handed on as values.

use std::collections::BTreeSet;

use selfopt_syntax::{Node, SourceFile};
use serde::{Deserialize, Serialize};

use super::functions::{
    DEFAULT_EXPORT, functions, is_function_kind, member_path, node_of, value_path,
};
use super::hook::Hook;

const CLASSES: [&str; 3] = ["class_declaration", "abstract_class_declaration", "class"];
const FUNCTIONS: [&str; 2] = ["function_declaration", "function_expression"];

/// A top-level class or constructor function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassAt {
    /// An expression that gives it at the end of the module; also its name.
    pub path: String,
    /// Whether its instances have state that no copy can carry: `#x`, or a weak
    /// collection that is keyed by `this`, its own or a superclass's.
    pub has_private_state: bool,
}

/// The classes and constructor functions at the top level of a file, in
/// document order. A default export without a name is left out: nothing at the
/// end of the module can name it.
pub fn classes(file: &SourceFile) -> Vec<ClassAt> {
    let mut found: Vec<(Node<'_>, ClassAt)> = Vec::new();
    for node in file.tree.root().descendants() {
        let is_class = node.is_any(&CLASSES);
        let can_be_one = is_class || (node.is_any(&FUNCTIONS) && !node.has_token("async"));
        // What is inside a function has no name at the end of the module.
        if !can_be_one || node.ancestors().any(is_function_kind) {
            continue;
        }
        let path = value_path(file, node).filter(|path| !path.starts_with(DEFAULT_EXPORT));
        let Some(path) = path.filter(|path| is_class || is_constructor(file, node, path)) else {
            continue;
        };
        if found.iter().all(|(_, class)| class.path != path) {
            found.push((node, ClassAt { path, has_private_state: has_private_members(node) }));
        }
    }
    mark_weak(file, &mut found);
    mark_inherited(&mut found);
    found.into_iter().map(|(_, class)| class).collect()
}

/// The line that registers the classes and functions of `file` under its path;
/// to be appended with [`super::append_line`]. `None` when there are none, or no way to do it.
pub fn registration(file: &SourceFile) -> Option<String> {
    let hook = Hook::of(file, &[]).ok()?;
    let call = registering_call(file, &hook)?;
    let (h, any, expression) = (hook.name("h"), hook.any(), &hook.expression);
    Some(format!(";(function({h}{any}){{if({h}){{{call}}}}})({expression});"))
}

/// The statement that does it, where the hook is at hand.
pub(super) fn registering_call(file: &SourceFile, hook: &Hook) -> Option<String> {
    let all = classes(file);
    let named = named_functions(file, &all);
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let entry = |path: &str| format!("{}:{path}", quoted(path));
    let entries: Vec<_> = all.iter().map(|class| entry(&class.path)).collect();
    let private = all.iter().filter(|class| class.has_private_state);
    let private: Vec<_> = private.map(|class| quoted(&class.path)).collect();
    let (h, path) = (hook.name("h"), quoted(&file.path));
    // What was assigned may be gone again; that must not reach the project, and
    // a function that is gone must not take the classes with it.
    let register = |what: String| format!("try{{{h}.classes({path},{what})}}catch(e){{}}");
    let mut calls = String::new();
    if !all.is_empty() {
        calls += &register(format!("{{{}}},[{}]", entries.join(","), private.join(",")));
    }
    if !named.is_empty() {
        let named: Vec<_> = named.iter().map(|path| entry(path)).collect();
        calls += &register(format!("{{}},[],{{{}}}", named.join(",")));
    }
    (!calls.is_empty()).then_some(calls)
}

/// The functions and methods that the end of the module can name: handed on as
/// values, as a comparator is, they can be told apart and found again.
fn named_functions(file: &SourceFile, classes: &[ClassAt]) -> Vec<String> {
    let found = functions(file).into_iter().filter_map(|function| {
        let is_at_top = !node_of(file, &function)?.ancestors().any(is_function_kind);
        function.path.filter(|path| {
            is_at_top
                && !path.starts_with(DEFAULT_EXPORT)
                && classes.iter().all(|class| class.path != *path)
        })
    });
    found.collect()
}

/// Whether a plain function is used as a class: something is put on its
/// prototype, or it has a capital and sets up `this`.
fn is_constructor(file: &SourceFile, function: Node<'_>, path: &str) -> bool {
    let prototype = format!("{path}.prototype");
    let assignments = || file.tree.nodes_of_kind("assignment_expression");
    let lefts = || assignments().filter_map(|node| node.child_by_field("left"));
    let has_prototype = || {
        lefts().filter_map(member_path).any(|left| {
            left.strip_prefix(&prototype)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    let last = path.rsplit(['.', '[', '"']).find(|part| !part.is_empty() && *part != "]");
    let has_capital = last.is_some_and(|name| name.starts_with(char::is_uppercase));
    let sets_this = || {
        lefts().any(|left| {
            let is_own = left.ancestors().find(|a| is_function_kind(*a)) == Some(function);
            is_own && left.child_by_field("object").is_some_and(|object| object.is("this"))
        })
    };
    has_prototype() || (has_capital && sets_this())
}

fn has_private_members(class: Node<'_>) -> bool {
    let members = class.child_by_field("body").into_iter().flat_map(Node::items);
    let names = members.filter_map(|member| {
        member.child_by_field("name").or_else(|| member.child_by_field("property"))
    });
    let mut names = names.filter(|_| class.is_any(&CLASSES));
    names.any(|name| name.is("private_property_identifier"))
}

/// Marks classes whose code puts `this` into a weak collection or asks one for it.
fn mark_weak(file: &SourceFile, found: &mut [(Node<'_>, ClassAt)]) {
    for call in file.tree.nodes_of_kind("call_expression").filter(|call| keys_by_this(file, *call))
    {
        let functions = || call.ancestors().filter(|outer| is_function_kind(*outer));
        let paths: BTreeSet<_> = functions().filter_map(|f| value_path(file, f)).collect();
        for (node, class) in found.iter_mut() {
            let prefix = format!("{}.prototype", class.path);
            class.has_private_state |=
                node.holds(call) || paths.iter().any(|path| path.starts_with(&prefix));
        }
    }
}

/// `weak.set(this, …)`, `weak.has(this)` with a `WeakMap` or `WeakSet`.
fn keys_by_this(file: &SourceFile, call: Node<'_>) -> bool {
    let key = call.child_by_field("arguments").and_then(|arguments| arguments.items().next());
    if !key.is_some_and(|key| key.is("this")) {
        return false;
    }
    let member = call.child_by_field("function").filter(|f| f.is("member_expression"));
    let collection = member.and_then(|member| member.child_by_field("object"));
    let symbol = collection
        .zip(file.bindings.as_ref())
        .and_then(|(object, bindings)| Some(bindings.symbol(bindings.symbol_of(object)?)));
    symbol.is_some_and(|symbol| {
        let declaration = file.tree.node_at(symbol.declaration);
        let value = declaration.and_then(|declarator| declarator.child_by_field("value"));
        let constructor = value.and_then(|value| value.child_by_field("constructor"));
        constructor.is_some_and(|name| matches!(name.text(), "WeakMap" | "WeakSet"))
    })
}

/// Marks classes whose superclass in this file is marked.
fn mark_inherited(found: &mut [(Node<'_>, ClassAt)]) {
    for _ in 0..found.len() {
        let marked: BTreeSet<_> = found
            .iter()
            .filter(|(_, class)| class.has_private_state)
            .map(|(_, class)| class.path.clone())
            .collect();
        let mut changed = false;
        for (node, class) in found.iter_mut().filter(|(_, class)| !class.has_private_state) {
            let inherits = superclass(*node).is_some_and(|name| marked.contains(&name));
            class.has_private_state |= inherits;
            changed |= inherits;
        }
        if !changed {
            break;
        }
    }
}

fn superclass(class: Node<'_>) -> Option<String> {
    let heritage = class.items().find(|item| item.is("class_heritage"))?;
    let first = heritage.items().next()?;
    let value = if first.is("extends_clause") { first.child_by_field("value")? } else { first };
    member_path(value)
}
