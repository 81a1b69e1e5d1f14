//! What names mean.

use selfopt_syntax::{
    Bindings, Language, ReferenceUse, ScopeKind, SourceFile, Symbol, SymbolId, SymbolKind, parse,
};

use crate::typescript;

fn bindings(file: &SourceFile) -> &Bindings {
    file.bindings.as_ref().expect("the file is sound")
}

fn named<'a>(file: &'a SourceFile, name: &str) -> (SymbolId, &'a Symbol) {
    let bindings = bindings(file);
    bindings.symbols().find(|&(id, _)| bindings.name(id) == name).expect("the name is declared")
}

fn offset(text: &str, of: &str) -> u32 {
    u32::try_from(text.find(of).expect("it is there")).expect("short text")
}

#[test]
fn kinds_of_symbols() {
    let file = typescript(
        "import { imp } from 'x'; let l; const c = 1; var v; function f(p, { q }, ...r) {}
         class K {} enum E { M } type T = string; interface I {} try {} catch (e) {}
         using u = g();",
    );
    let check = |name, kind| assert_eq!(named(&file, name).1.kind, kind, "{name}");
    check("imp", SymbolKind::Import);
    check("l", SymbolKind::Let);
    check("c", SymbolKind::Const);
    check("v", SymbolKind::Var);
    check("f", SymbolKind::Function);
    check("p", SymbolKind::Parameter);
    check("q", SymbolKind::Parameter);
    check("r", SymbolKind::Parameter);
    check("K", SymbolKind::Class);
    check("E", SymbolKind::Enum);
    check("M", SymbolKind::Other);
    check("T", SymbolKind::Type);
    check("I", SymbolKind::Type);
    check("e", SymbolKind::Catch);
    check("u", SymbolKind::Const);
}

#[test]
fn uses_and_shadowing() {
    let text = "let a = 1; a += 2; a = 3; type T = typeof a; { let a = 0; use(a); } ({ a });";
    let file = typescript(text);
    let bindings = bindings(&file);
    let (outer, symbol) = named(&file, "a");
    assert!(symbol.reassigned);
    let uses: Vec<_> = bindings.references(outer).map(|r| r.usage).collect();
    assert_eq!(
        uses,
        [ReferenceUse::ReadWrite, ReferenceUse::Write, ReferenceUse::Type, ReferenceUse::Read]
    );
    let inner = bindings.symbol_at(offset(text, "a);")).unwrap();
    assert_ne!(inner, outer);
    assert_eq!(bindings.declared_at(offset(text, "a = 0")), Some(inner));
    let inside = file.tree.nodes_of_kind("call_expression").next().unwrap();
    assert_eq!(bindings.scope_of(inside.span()), bindings.symbol(inner).scope);
    let chain: Vec<_> = bindings
        .scope_chain(bindings.symbol(inner).scope)
        .map(|id| bindings.scope(id).kind)
        .collect();
    assert_eq!(chain, [ScopeKind::Block, ScopeKind::Top]);
    assert_eq!(symbol.declaration.text(text), "a = 1");
}

#[test]
fn globals_are_what_nobody_declares() {
    let file = typescript("Object.keys(x); function f(Object) { return Object.keys(x); }");
    let bindings = bindings(&file);
    let found: Vec<_> = file
        .tree
        .nodes_of_kind("identifier")
        .filter(|node| node.text() == "Object")
        .map(|node| bindings.is_global(node, "Object"))
        .collect();
    assert_eq!(found, [true, false, false]);
}

#[test]
fn exports() {
    let file = typescript(
        "export const a = 1; const b = 2, c = 3, d = 4; export { b as x }; export default c;
         export function f() { const inner = 1; return inner; } export class K {}",
    );
    for (name, is_exported) in [
        ("a", true),
        ("b", true),
        ("c", true),
        ("d", false),
        ("f", true),
        ("inner", false),
        ("K", true),
    ] {
        assert_eq!(named(&file, name).1.exported, is_exported, "{name}");
    }
}

#[test]
fn var_declared_twice_is_reassigned() {
    let file = parse("a.js", Language::JavaScript, "var v = 1; var v = 2; const w = v;");
    let (id, symbol) = named(&file, "v");
    assert!(symbol.reassigned);
    assert_eq!(bindings(&file).declared_at(15), Some(id));
    assert!(!named(&file, "w").1.reassigned);
}

#[test]
fn names_that_cannot_be_known() {
    let check = |text: &str, reason: &str| {
        let file = parse("a.js", Language::JavaScript, text);
        assert!(file.bindings.is_none(), "{text}");
        assert!(
            file.diagnostics.iter().any(|d| d.message.contains(reason)),
            "{:?}",
            file.diagnostics
        );
    };
    check("function f() { eval('x') }", "direct `eval`");
    check("with (a) { b }", "`with`");
    check("let a; let a;", "already");
}

#[test]
fn jsx_and_types_join_the_tree() {
    let file =
        parse("a.tsx", Language::Tsx, "const View = () => null; const x = <View y={View} />;");
    let (view, _) = named(&file, "View");
    let bindings = bindings(&file);
    let n_joined = file
        .tree
        .nodes_of_kind("identifier")
        .filter(|node| bindings.symbol_of(*node) == Some(view))
        .count();
    assert_eq!(n_joined, 3);
}

#[test]
fn offsets_survive_a_byte_order_mark() {
    let text = "\u{feff}const a = 1; f(a);";
    let file = typescript(text);
    assert_eq!(bindings(&file).symbol_at(offset(text, "a);")), Some(SymbolId(0)));
    let argument = file.tree.nodes_of_kind("arguments").next().unwrap().items().next().unwrap();
    assert_eq!(bindings(&file).symbol_of(argument), Some(SymbolId(0)));
}
