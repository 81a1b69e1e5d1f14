//! The flat tree: its invariants on any text, and navigation.

use proptest::prelude::*;
use selfopt_syntax::{Language, Node, SourceFile, Span, parse};

use crate::typescript;

fn check_invariants(file: &SourceFile) {
    let tree = &file.tree;
    assert!(tree.is_whole());
    assert_eq!(tree.root().parent(), None);
    let all: Vec<Node<'_>> = tree.root().subtree().collect();
    assert_eq!(all.len(), tree.len());
    let mut n_named = 0;
    for (idx, &node) in all.iter().enumerate() {
        assert_eq!(node.id().index(), idx);
        assert!(node.span().get(&file.text).is_some(), "{node:?} splits a character");
        let mut previous: Option<Node<'_>> = None;
        for child in node.children() {
            assert_eq!(child.parent(), Some(node));
            assert!(node.holds(child));
            assert!(node.span().contains(child.span()), "{child:?} leaves {node:?}");
            assert_eq!(child.prev_sibling(), previous);
            if let Some(previous) = previous {
                assert_eq!(previous.next_sibling(), Some(child));
                assert!(previous.end() <= child.start());
            }
            previous = Some(child);
        }
        if let Some(last) = previous {
            assert_eq!(last.next_sibling(), None);
        }
        assert!(node.descendants().all(|inner| inner.ancestors().any(|outer| outer == node)));
        if node.is_named() {
            n_named += 1;
            assert!(tree.nodes_of_kind(node.kind()).any(|other| other == node));
        }
    }
    let kinds: std::collections::BTreeSet<_> =
        all.iter().filter(|node| node.is_named()).map(|node| node.kind()).collect();
    assert_eq!(
        kinds.into_iter().map(|kind| tree.nodes_of_kind(kind).count()).sum::<usize>(),
        n_named
    );
}

#[test]
fn navigation() {
    let file = typescript("const żółw = items.map(x => ({ ...x, k: 1 })); // end\n");
    check_invariants(&file);
    let call = file.tree.nodes_of_kind("call_expression").next().unwrap();
    assert_eq!(call.child_by_field("function").unwrap().text(), "items.map");
    assert_eq!(call.child_by_field("function").unwrap().field(), Some("function"));
    assert_eq!(call.child_by_field("no_such_field"), None);
    assert!(call.ancestors().any(|node| node.is("lexical_declaration")));
    let arrow = call.descendants().find(|node| node.is("arrow_function")).unwrap();
    assert!(arrow.has_token("=>"));
    assert!(!arrow.is_token("arrow_function"));
    let object = file.tree.nodes_of_kind("object").next().unwrap();
    assert_eq!(object.items().count(), 2);
    assert_eq!(
        file.tree.smallest_containing(Span::new(object.start() + 2, object.start() + 5)).kind(),
        "spread_element"
    );
    assert_eq!(file.tree.node_at(object.span()), Some(object));
    let wanted = file.tree.kind_set(&["object", "no_such_kind"]);
    let found: Vec<_> =
        file.tree.root().subtree().filter(|n| wanted.contains(n.kind_id())).collect();
    assert_eq!(found, [object]);
    assert!(file.diagnostics.is_empty());
}

#[test]
fn a_keyword_is_not_the_node_of_the_same_name() {
    let file = typescript("let a: object = {}; let b: string = 'x';");
    assert_eq!(file.tree.nodes_of_kind("object").map(Node::text).collect::<Vec<_>>(), ["{}"]);
    assert_eq!(file.tree.nodes_of_kind("string").map(Node::text).collect::<Vec<_>>(), ["'x'"]);
}

#[test]
fn a_broken_file_keeps_a_partial_tree() {
    let file = typescript("function f() { return 1 }\nconst = ;\nf();");
    check_invariants(&file);
    assert!(file.tree.root().has_error());
    assert!(file.tree.nodes_of_kind("function_declaration").next().is_some());
    assert!(file.bindings.is_none());
    assert!(!file.diagnostics.is_empty());
}

#[test]
fn odd_texts_have_trees() {
    for text in ["", "\n", "\u{feff}const a = 1;\r\n", "#!/usr/bin/env node\nf()", "\0", "/* open"]
    {
        for language in [Language::TypeScript, Language::Tsx, Language::JavaScript, Language::Jsx] {
            check_invariants(&parse("x", language, text));
        }
    }
}

#[test]
fn deep_nesting_costs_bindings_and_not_the_process() {
    let deep = format!("x = {}1{};", "[".repeat(20_000), "]".repeat(20_000));
    let file = typescript(&deep);
    assert!(file.bindings.is_none());
    assert!(file.tree.len() > 20_000);
    let most = format!("x = {}1{};", "(".repeat(190), ")".repeat(190));
    assert!(typescript(&most).bindings.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_text_has_a_sound_tree(text in r#"([a-z(){}\[\];:,.=<>+*'"`/ \r\n0-9ż🐢]|=>|let |const |return |\.\.\.){0,60}"#) {
        for language in [Language::Tsx, Language::JavaScript] {
            check_invariants(&parse("x", language, text.as_str()));
        }
    }
}
