//! What the shared analysis shows, and what it must not.

mod array_code;

use selfopt_core::MetBy;
use selfopt_rules::RuleContext;
use selfopt_rules::analysis::{arrays, expressions, functions, keys, names, usage};
use selfopt_syntax::{Language, Node, SourceFile, parse};

fn file(text: &str) -> SourceFile {
    let file = parse("a.ts", Language::TypeScript, text);
    assert!(file.diagnostics.is_empty(), "{text}: {:?}", file.diagnostics);
    file
}

/// The argument of the call of `HERE`.
fn marked(file: &SourceFile) -> Node<'_> {
    let is_mark = |call: &Node<'_>| {
        call.child_by_field("function").is_some_and(|function| function.text() == "HERE")
    };
    let call = file.tree.nodes_of_kind("call_expression").find(is_mark).expect("a mark");
    call.child_by_field("arguments").and_then(|arguments| arguments.items().next()).expect("one")
}

#[test]
fn keys_that_cannot_be_proto() {
    let check = |text: &str, expected: Option<MetBy>| {
        let file = file(text);
        assert_eq!(
            keys::is_not_proto(RuleContext { file: &file }, marked(&file)),
            expected,
            "{text}"
        );
    };
    let (syntax, by_type) = (Some(MetBy::Syntax), Some(MetBy::Type));
    check("HERE('a')", syntax);
    check("HERE('__proto__')", None);
    check("HERE('\\x5f_proto__')", None);
    check("HERE(`x${a}`)", syntax);
    check("HERE(`__${a}`)", None);
    check("HERE(`__proto__${a}`)", None);
    check("HERE(`${a}__`)", None);
    check("HERE(`${a}-${b}s`)", syntax);
    check("HERE(a + '')", None);
    check("HERE(a + '-x')", syntax);
    check("HERE('x' + a + b)", syntax);
    check("HERE('__pro' + a)", None);
    check("HERE(a + b)", None);
    check("HERE(a - b)", syntax);
    check("HERE(c ? 'x' : y)", None);
    check("HERE(c ? 'x' : 1)", syntax);
    check("HERE(typeof x)", syntax);
    check("HERE(x ?? 'y')", None);
    check("HERE(Number(x))", syntax);
    check("function Number(a: string) { return a } HERE(Number(x))", None);
    check("for (let i = 0; i < 3; i++) HERE(i)", syntax);
    check("for (let i: any = 0; i < 3; i = next(i)) HERE(i)", None);
    check("const k = 'x'; HERE(k)", syntax);
    check("let k = 'x'; k = y; HERE(k)", None);
    check("function f(k: number) { HERE(k) }", by_type);
    check("function f(k: string) { HERE(k) }", None);
    check("function f(k: 'a' | 'b') { HERE(k) }", by_type);
    check("function f(k: 'a' | '__proto__') { HERE(k) }", None);
    check("type K = 'a' | 1; function f(k: K) { HERE(k) }", by_type);
    check("type K = K[]; function f(k: K) { HERE(k) }", None);
    check("enum E { A = 'a' } HERE(E.A)", syntax);
    check("enum E { A = '__proto__' } HERE(E.A)", None);
    check("enum E { A = 'a' } function f(e: E) { HERE(e) }", by_type);
    check("interface U { id: number } function f(us: U[]) { us.map(u => HERE(u.id)) }", by_type);
    check(
        "interface U { id: number } function f(us: U[]) { us.map(({ id }) => HERE(id)) }",
        by_type,
    );
    check("interface U { id: string } function f(us: U[]) { us.map(({ id }) => HERE(id)) }", None);
    check("class U { id = 1; k: number = 2 } function f(u: U) { HERE(u.k) }", by_type);
    check("function f(us: { id: number }[]) { for (const { id: n } of us) HERE(n) }", by_type);
    check("[1].forEach((x, i) => HERE(i))", syntax);
    check("xs.forEach((x, i) => HERE(i))", Some(MetBy::Tests));
    check("xs.forEach((x, { i }) => HERE(i))", None);
    check("xs.custom((x, i) => HERE(i))", None);
}

#[test]
fn arrays_and_strings() {
    let check = |text: &str, array: Option<MetBy>, string: Option<MetBy>| {
        let file = file(text);
        let ctx = RuleContext { file: &file };
        assert_eq!(arrays::is_array(ctx, marked(&file)), array, "{text}");
        assert_eq!(arrays::is_string(ctx, marked(&file)), string, "{text}");
    };
    let (syntax, by_type) = (Some(MetBy::Syntax), Some(MetBy::Type));
    check("HERE([1])", syntax, None);
    check("HERE(Object.keys(o).filter(Boolean).map(String))", syntax, None);
    check("const Object = x; HERE(Object.keys(o))", None, None);
    check("HERE(o.keys().filter(Boolean))", None, None);
    check("HERE('a b'.split(' '))", syntax, None);
    check("HERE(s.split(' '))", None, None);
    check("const a = [1]; HERE(a)", syntax, None);
    check("let a = [1]; a = f(); HERE(a)", None, None);
    check("let a: number[] = [1]; a = f(); HERE(a)", by_type, None);
    check("function f(a: readonly string[]) { HERE(a) }", by_type, None);
    check("function f(a: Array<string>) { HERE(a) }", by_type, None);
    check("function f(a: Observable<string>) { HERE(a) }", None, None);
    check("function f(a: string) { HERE(a) }", None, by_type);
    check("HERE(`x${y}`)", None, syntax);
    check("HERE(f() as string[])", by_type, None);
}

#[test]
fn inert_expressions() {
    let check = |text: &str, expected: bool| {
        let file = file(text);
        let ctx = RuleContext { file: &file };
        assert_eq!(expressions::is_inert(ctx, marked(&file)), expected, "{text}");
    };
    check("HERE(1)", true);
    check("const a = 1; HERE({ a, b: [a, 'x'] })", true);
    check("HERE(a); const a = 1;", false);
    check("HERE(unknown)", false);
    check("HERE(undefined)", true);
    check("const a = {}; HERE(a.b)", false);
    check("const a = {}; HERE(`${a}`)", false);
    check("const a = 1; HERE(a + 1)", false);
    check("const a = 1; HERE(!a && a === 1)", true);
    check("HERE(() => f())", true);
    check("HERE(f())", false);
}

#[test]
fn loops_repeat_only_what_is_inside() {
    let n_loops = |text: &str| functions::loops_around(marked(&file(text))).len();
    assert_eq!(n_loops("for (const x of HERE(a)) {}"), 0);
    assert_eq!(n_loops("for (let i = HERE(0); i < 1; i++) {}"), 0);
    assert_eq!(n_loops("for (let i = 0; i < HERE(1); i++) {}"), 1);
    assert_eq!(n_loops("while (x) for (const k in o) HERE(k)"), 2);
    assert_eq!(n_loops("while (x) y = () => HERE(1)"), 0);
}

#[test]
fn uses_of_a_value() {
    use usage::Usage;
    let check = |text: &str, is_expected: fn(&Usage<'_>) -> bool| {
        let file = file(text);
        let last = file.tree.nodes_of_kind("identifier").rfind(|node| node.text() == "it");
        let found = usage::usage(RuleContext { file: &file }, last.expect("`it`"));
        assert!(is_expected(&found), "{text}: {found:?}");
    };
    check("f(it.a)", |u| *u == Usage::LookedInto);
    check("f((it as any)!['a'])", |u| *u == Usage::LookedInto);
    check("f('a' in it)", |u| *u == Usage::LookedInto);
    check("f(it in a)", |u| *u == Usage::Escapes);
    check("Object.keys(it)", |u| *u == Usage::LookedInto);
    check("it.a = 1", |u| matches!(u, Usage::MemberWritten(_)));
    check("it.a.b = 1", |u| *u == Usage::LookedInto);
    check("it.a++", |u| matches!(u, Usage::MemberWritten(_)));
    check("[it.a] = b", |u| *u == Usage::Escapes);
    check("delete it.a", |u| *u == Usage::MemberDeleted);
    check("it.push(1)", |u| *u == Usage::MethodCalled("push"));
    check("it[k](1)", |u| *u == Usage::Escapes);
    check("new it.A()", |u| *u == Usage::Escapes);
    check("it = 1", |u| *u == Usage::Assigned);
    check("it ??= 1", |u| *u == Usage::Assigned);
    check("f({ ...it })", |u| matches!(u, Usage::Spread(_)));
    check("f(it)", |u| *u == Usage::Escapes);
    check("f(it === a)", |u| *u == Usage::Escapes);
}

#[test]
fn fresh_names_occur_nowhere() {
    let text = "const seen = 1; o.seen2; type seen3 = 1; f({ seen4: 'seen5' });";
    assert_eq!(names::fresh_name(&file(text), "seen"), "seen6");
    assert_eq!(names::fresh_name(&file(text), "list"), "list");
}
