//! What is said of the functions of a file.

use std::collections::BTreeSet;

use selfopt_probe::instrument::{FunctionAt, functions, source};

fn of(path: &str, text: &str) -> Vec<FunctionAt> {
    let file = source(path, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let all = functions(&file);
    let names: BTreeSet<_> = all.iter().map(|function| &function.name).collect();
    assert_eq!(names.len(), all.len(), "names are unique: {text}");
    all
}

#[test]
fn names_are_unique() {
    let check = |text: &str, expected: &[&str]| {
        let names: Vec<_> = of("a.js", text).into_iter().map(|function| function.name).collect();
        assert_eq!(names, expected, "{text}");
    };
    check("function outer() { function inner() {} }", &["outer", "outer/inner"]);
    check("class A { m() {} static m() {} }", &["A.m", "A.m#2"]);
    check("a((x) => x); b((x) => x)", &["anonymous", "anonymous#2"]);
    check("function f() { a(() => 1); a(() => 2) }", &["f", "f/anonymous", "f/anonymous#2"]);
    check("A.prototype.m = function () {}", &["A.m"]);
    check("const o = { a: { b() {} } }", &["o.a.b"]);
    check("export default () => 1", &["default"]);
    check("module.exports = class { m() {} }", &["module.exports.m"]);
    check("(function () { function f() {} })()", &["anonymous", "f"]);
    check("const C = class { h = () => 1 }", &["C.h"]);
    check("const { a = () => 1 } = {}", &["anonymous"]);
}

#[test]
fn what_a_function_is() {
    let text = "const f = async function (a, { b }, c = 1, d) { return this.x + arguments.length }";
    let [function] = of("a.js", text).try_into().expect("one function");
    assert_eq!(function.own_name.as_deref(), Some("f"));
    assert_eq!(function.length, 2);
    assert!(function.is_async && !function.is_generator);
    assert_eq!(function.parameters.text(text), "(a, { b }, c = 1, d)");
    assert_eq!(function.body.text(text), "{ return this.x + arguments.length }");
    assert!(function.span.text(text).starts_with("async function"));
    let uses = function.uses;
    assert!(uses.this && uses.arguments && !uses.super_ && !uses.new_target);
    let [typed] = of("a.ts", "function f<T>(this: A, a: T, b?: T, ...c: T[]): void {}")
        .try_into()
        .expect("one function");
    assert_eq!(typed.length, 2);
}

#[test]
fn where_a_list_of_arguments_begins() {
    let rest = |name: &str, text: &str| of(name, text)[0].rest;
    assert_eq!(rest("a.js", "function f(a, ...b) {}"), Some(1));
    assert_eq!(rest("a.ts", "function f(this: A, a: T, b = 1, ...c: T[]): void {}"), Some(2));
    assert_eq!(rest("a.js", "const f = (...[a, b]) => a"), Some(0));
    assert_eq!(rest("a.js", "function f(a) { return arguments[1] }"), Some(1));
    assert_eq!(rest("a.js", "function f(a, b = {}) { return a }"), None);
    assert_eq!(rest("a.js", "const f = a => a"), None);
}

#[test]
fn what_a_function_uses_is_its_own() {
    let used = |text: &str| {
        let uses = of("a.js", text)[0].uses;
        let all = [
            (uses.this, "this"),
            (uses.super_, "super"),
            (uses.arguments, "arguments"),
            (uses.new_target, "new.target"),
        ];
        all.into_iter().filter(|(is_used, _)| *is_used).map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(used("function f() { return () => [this, arguments] }"), ["this", "arguments"]);
    assert_eq!(used("function f() { return function () { return [this, arguments] } }"), [""; 0]);
    assert_eq!(
        used("function f() { return class { x = this; m() { return super.m() } } }"),
        [""; 0]
    );
    assert_eq!(used("function f() { return class { [this.x]() {} } }"), ["this"]);
    assert_eq!(used("function f(a = this) { return { arguments: a.arguments } }"), ["this"]);
    assert_eq!(used("class A { m() { return () => super.m() } }"), ["this", "super"]);
    assert_eq!(used("function f() { return new.target }"), ["new.target"]);
}

#[test]
fn paths_lead_to_the_function() {
    let check = |path: &str, text: &str, expected: &[Option<&str>]| {
        let all = of(path, text);
        let paths: Vec<_> = all.iter().map(|function| function.path.as_deref()).collect();
        assert_eq!(paths, expected, "{text}");
    };
    let js = |text, expected: &[Option<&str>]| check("a.js", text, expected);
    js("function f() { function g() {} }", &[Some("f"), None]);
    js(
        "class A { m() {} static s() {} #p() {} [k]() {} }",
        &[Some("A.prototype.m"), Some("A.s"), None, None],
    );
    js("class A { get x() { return 1 } constructor() {} h = () => 1 }", &[None, None, None]);
    js("let f = () => 1; f = g", &[None]);
    js("function f() {} f = memo(f)", &[None]);
    js("const f = memo(() => 1)", &[None]);
    js("exports.f = () => 1; exports.f = memo(exports.f)", &[None]);
    js("module.exports = { f() {} }; module.exports.f = g", &[None]);
    js("if (x) { exports.f = () => 1 }", &[None]);
    js(
        "const o = { 'a-b'() {}, 3() {}, __proto__: { m() {} } }",
        &[Some("o[\"a-b\"]"), Some("o[3]"), None],
    );
    js("const a = exports.b = function () {}", &[Some("exports.b")]);
    check("a.mjs", "export default () => 1", &[Some("$default")]);
    check("a.ts", "function f(a: string): void; function f(a: any) {}", &[Some("f")]);
    check("a.ts", "interface A {} class A { m() {} }", &[Some("A.prototype.m")]);
}
