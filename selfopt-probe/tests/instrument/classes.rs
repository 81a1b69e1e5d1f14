//! Which classes a file registers.

use selfopt_probe::instrument::{append_line, classes, registration, source};

use crate::driver::{Case, Variant, run};

fn check(path: &str, text: &str, expected: &[&str]) {
    let file = source(path, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let shown: Vec<_> = classes(&file)
        .into_iter()
        .map(|class| {
            format!("{}{}", class.path, if class.has_private_state { " private" } else { "" })
        })
        .collect();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn classes_and_constructor_functions() {
    let js = |text, expected: &[&str]| check("a.js", text, expected);
    js(
        "class A {} class B { #x = 1 } class C extends B {} class D extends C {}",
        &["A", "B private", "C private", "D private"],
    );
    js(
        "class A { #m() {} } const E = class { x = 1 }; let F = class {}; F = 1;",
        &["A private", "E"],
    );
    js(
        "function Point(x) { this.x = x } function plain() { this.x = 1 } function Util() { return 1 }",
        &["Point"],
    );
    js(
        "function p() {} p.prototype.m = function () {}; function q() {} q.prototype = {}",
        &["p", "q"],
    );
    js("exports.A = class {}; module.exports.B = class B {};", &["exports.A", "module.exports.B"]);
    js("module.exports = class A { m() {} }", &["module.exports"]);
    js("export default class A {} ", &["A"]);
    js("export default class {} ", &[]);
    js("export class A { m() { return class Inner {} } }", &["A"]);
    js(
        "const w = new WeakMap(); class A { constructor() { w.set(this, {}) } } class B { m() { w.get(1) } }",
        &["A private", "B"],
    );
    js(
        "const w = new WeakSet(); function A() { this.x = 1 } A.prototype.m = function () { w.add(this) }",
        &["A private"],
    );
    js("const w = new Map(); class A { m() { w.set(this, 1) } }", &["A"]);
    check(
        "a.ts",
        "export abstract class A<T> { private x = 1 } export class B extends A<string> { #y = 2 } declare class D {} interface I {} class E extends B {}",
        &["A", "B private", "E private"],
    );
}

#[test]
fn functions_that_the_end_can_name_are_registered_beside_classes() {
    let text = "class A { m() { return () => 1 } get g() { throw new Error('run') } static s() {} constructor() {} }\n\
                function compare(a, b) { return a - b }\n\
                const by = (key) => (a, b) => a[key] - b[key]\n\
                let replaced = function () {}\nreplaced = null\n\
                exports.api = { read() {}, get lazy() { throw new Error('run') } }\n\
                function P() { this.x = 1 }\n\
                (function () { function inner() {} inner() })()\n\
                log('loaded')";
    let file = source("src/a.cjs", text).expect("it can be read");
    let registered = append_line(text, &registration(&file).expect("there are functions"));
    let case = Case {
        name: "functions".to_owned(),
        extension: "cjs",
        variants: vec![
            Variant::new("original", "none", text),
            Variant::new("without hook", "none", &registered),
            Variant::new("with hook", "base", &registered),
        ],
        counted: Vec::new(),
    };
    let results = run(&[case]);
    let seen = &results["functions with hook"];
    assert_eq!(seen["classes"].to_string(), r#"[["src/a.cjs",["A","P"],[]]]"#);
    let named = ["A.prototype.m", "A.s", "compare", "by", "exports.api.read"];
    assert_eq!(seen["functions"], serde_json::json!([["src/a.cjs", named]]));
}

#[test]
fn a_function_that_is_gone_takes_no_class_with_it() {
    let text = "class A {}\nexports.api = { read() {} }\nreset(exports)\nfunction reset(o) { delete o.api; log('gone') }";
    let file = source("src/a.cjs", text).expect("it can be read");
    let registered = append_line(text, &registration(&file).expect("there is a class"));
    let case = Case {
        name: "gone".to_owned(),
        extension: "cjs",
        variants: vec![
            Variant::new("original", "none", text),
            Variant::new("with hook", "base", &registered),
        ],
        counted: Vec::new(),
    };
    let results = run(&[case]);
    let seen = &results["gone with hook"];
    assert_eq!(seen["classes"].to_string(), r#"[["src/a.cjs",["A"],[]]]"#);
    assert_eq!(seen["functions"].to_string(), "[]");
}

#[test]
fn the_line() {
    let line = |text: &str| registration(&source("src/a.js", text).expect("it can be read"));
    assert_eq!(line("const a = 1"), None);
    insta::assert_snapshot!(
        "registration",
        line("class A {}\nexports.B = class { #x }").expect("a line")
    );
}

#[test]
fn registered_classes_are_there() {
    let text = "class A { #x = 1 }\nfunction P() { this.x = 1 }\nmodule.exports = { A }\nlog('loaded')\nlet last = A";
    let file = source("src/a.cjs", text).expect("it can be read");
    let line = registration(&file).expect("there are classes");
    let registered = append_line(text, &line);
    let case = Case {
        name: "classes".to_owned(),
        extension: "cjs",
        variants: vec![
            Variant::new("original", "none", text),
            Variant::new("without hook", "none", &registered),
            Variant::new("with hook", "base", &registered),
        ],
        counted: Vec::new(),
    };
    let results = run(&[case]);
    let seen = &results["classes with hook"]["classes"];
    assert_eq!(seen.to_string(), r#"[["src/a.cjs",["A","P"],["A"]]]"#);
}
