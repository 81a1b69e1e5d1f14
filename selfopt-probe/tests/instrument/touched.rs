//! Which functions a change touches.

use selfopt_probe::instrument::touched;

/// What is said of a change, on one line: the functions (`outer>inner` where
/// the change is in a function inside), `+n` and `-n` statements, `outside`,
/// and why it cannot be had in place.
fn said(path: &str, before: &str, after: &str) -> String {
    let touched = touched(path, before, after).expect("both can be read");
    let mut parts: Vec<String> = Vec::new();
    for function in &touched.functions {
        assert_eq!(function.base.name, function.candidate.name);
        assert_eq!(function.inner_base.name, function.inner_candidate.name);
        let (outer, inner) = (&function.base.name, &function.inner_base.name);
        parts.push(if outer == inner { outer.clone() } else { format!("{outer}>{inner}") });
    }
    let n_added = touched.added_top_level.len();
    let n_removed = touched.removed_top_level.len();
    parts.extend((n_added > 0).then(|| format!("+{n_added}")));
    parts.extend((n_removed > 0).then(|| format!("-{n_removed}")));
    parts.extend(touched.outside.then(|| "outside".to_owned()));
    parts.extend(touched.in_place.map(|refusal| refusal.to_string()));
    parts.join(" ")
}

fn js(before: &str, after: &str, expected: &str) {
    assert_eq!(said("a.js", before, after), expected, "{before}\n=>\n{after}");
}

#[test]
fn the_function_around_the_change() {
    js(
        "function f() { return 1 } function g() { return 1 }",
        "function f() { return 2 } function g() { return 1 }",
        "f",
    );
    js(
        "function f() { return 1 }\nfunction g() { return 1 }",
        "function f() { return 2 }\nfunction g() { return 3 }",
        "f g",
    );
    js("class A { m() { return 1 } n() {} }", "class A { m() { return 2 } n() {} }", "A.m");
    js("const o = { m() { return 1 } }", "const o = { m() { return 2 } }", "o.m");
    js("exports.f = (a) => a", "exports.f = (a) => a + 1", "exports.f");
    js("function f(a = 1) {}", "function f(a = 2) {}", "f");
    js("async function f() { await 1 }", "async function f() { await 2 }", "f");
    js("export default () => 1", "export default () => 2", "default");
    js("export function* f(l) { yield l }", "export function f(l) { return [l] }", "f");
    js(
        "exports.f = function* (l) { yield l }",
        "exports.f = function (l) { return [l] }",
        "exports.f",
    );
    js("function f() { return `a ${b}` }", "function f() { return `a  ${b}` }", "f");
}

#[test]
fn closures_belong_to_what_can_be_had() {
    js(
        "function f(l) { return l.map((x) => x + 1) }",
        "function f(l) { return l.map((x) => x + 2) }",
        "f>f/anonymous",
    );
    js(
        "function f(l) { return l.map((x) => x + 1) }",
        "function f(l) { const n = 1; return l.map((x) => x + n) }",
        "f",
    );
    js(
        "function f(l) { a((x) => 1); b((x) => 1) }",
        "function f(l) { a((x) => 2); b((x) => 2) }",
        "f",
    );
    js(
        "function f(l) { b(function g() { a((x) => 1); a((x) => 3) }) }",
        "function f(l) { b(function g() { a((x) => 2); a((x) => 4) }) }",
        "f>f/g",
    );
    js(
        "const f = debounce(function () { return 1 })",
        "const f = debounce(function () { return 2 })",
        "anonymous",
    );
    js("class A { get x() { return 1 } }", "class A { get x() { return 2 } }", "A.x");
    js(
        "class A { constructor() { this.f = () => 1 } }",
        "class A { constructor() { this.f = () => 2 } }",
        "A.constructor/this.f",
    );
}

#[test]
fn additions_belong_to_what_changed() {
    js(
        "function f() { return /a/.test(x) }",
        "const A = /a/;\nfunction f() { return A.test(x) }",
        "f +1",
    );
    js(
        "import a from 'a'; function f() { return 1 }",
        "import a from 'a'; import b from 'b'; function f() { return b }",
        "f +1",
    );
    js(
        "import { a } from 'a'; function f() { return a }",
        "import { a, b } from 'a'; function f() { return b }",
        "f",
    );
    js(
        "import { a, b } from 'a'; function f() { return a }",
        "import { b } from 'a'; function f() { return b }",
        "f",
    );
    js(
        "const { a } = require('a'); function f() { return a }",
        "const { a, b } = require('a'); function f() { return b }",
        "f",
    );
    js("const A = [1]; function f() { return A }", "function f() { return [1] }", "f -1");
    js(
        "function f() { return g() } function g() { return 1 }",
        "function f() { return 1 }",
        "f -1",
    );
    js(
        "class A { m() { return 1 } }",
        "class A { h() { return 2 } m() { return this.h() } }",
        "A.m",
    );
    js(
        "function g() { return 1 } function f() { return 1 }",
        "function h(x) { return 1 } function g() { return 1 } function f() { return h() }",
        "f +1",
    );
    js(
        "(function () { function f() { return 1 } })()",
        "(function () { var c = 1; function f() { return c } })()",
        "f +1",
    );
    js(
        "define(['a'], function (a) { return { f() { return 1 } } })",
        "define(['a'], function (a) { return { f() { return 2 } } })",
        "f",
    );
}

#[test]
fn what_is_outside() {
    let refused = "changes-outside-the-function";
    js(
        "const A = 1; function f() { return 1 }",
        "const A = 2; function f() { return 2 }",
        &format!("f outside {refused}"),
    );
    js("function f() { return 1 }", "function f() { return 1 } const A = 1", "+1 outside");
    js("function f() { return 1 }", "function g() { return 1 }", "+1 -1 outside");
    js(
        "const a = init(); function f() { return 1 }",
        "function f() { return 2 }",
        &format!("f outside {refused}"),
    );
    js(
        "function f() { return 1 }",
        "function f() { return 2 } Array.prototype.x = 1",
        &format!("f outside {refused}"),
    );
    js(
        "class A { m() { return 1 } }",
        "class A { x = 1; m() { return 2 } }",
        &format!("A.m {refused}"),
    );
    js("const f = function () { return 1 }", "const f = () => 1", &format!("outside {refused}"));
    js("var a = 1", "var a = 1", "");
}

#[test]
fn layout_comments_and_types_do_not_count() {
    js("function f(a,b){return a+b}", "// adds\nfunction f(a, b) {\n  return a + b\n}\n", "");
    let ts = |before: &str, after: &str, expected: &str| {
        assert_eq!(said("a.ts", before, after), expected, "{before}\n=>\n{after}");
    };
    ts(
        "interface A { x: number } function f(a: A) { return a.x }",
        "interface A { x: number; y: string } function f(a: A) { return a.x + 1 }",
        "f",
    );
    ts("type A = 1", "type A = 2", "");
    ts(
        "function f(a: number): number { return a }",
        "type N = number; function f(a: N): N { return a }",
        "f",
    );
    ts(
        "import type { A } from 'a'; function f() { return 1 }",
        "import type { A, B } from 'a'; function f() { return 2 }",
        "f",
    );
}

#[test]
fn lines_are_those_of_the_diff() {
    let touched = touched(
        "a.js",
        "function f() {\n  a();\n  b();\n}\n",
        "function f() {\n  a();\n  c();\n  d();\n}\n",
    );
    let lines: Vec<_> = touched.expect("both can be read").lines.into_iter().collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn what_cannot_be_read_says_where() {
    let error = touched("src/a.js", "let a = 1", "let a = ;").expect_err("it is broken");
    assert!(error.to_string().starts_with("`src/a.js` cannot be read at line 1: "), "{error}");
    let error = touched("a.css", "", "").expect_err("it is no code");
    assert_eq!(error.to_string(), "`a.css` is neither JavaScript nor TypeScript");
}
