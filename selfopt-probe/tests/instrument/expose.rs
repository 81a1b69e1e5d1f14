//! Exposed functions can be had from outside of their module.

use selfopt_probe::instrument::{Target, expose, functions, source};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::pages::{node_extension, runnable};

/// The functions that have a path are handed out, and they are those that the
/// file itself puts under their names into `globalThis.exposed`.
fn case(path: &str, text: &str, expected: &[&str]) -> Case {
    let file = source(path, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let all = functions(&file);
    let targets: Vec<_> = (0..).zip(&all).map(|(id, function)| Target { id, function }).collect();
    let exposed = expose(&file, &targets);
    assert!(witnesses(file.language, exposed.text.as_str()).are_ok(), "{}", exposed.text);
    let names: Vec<_> = exposed
        .ids
        .iter()
        .map(|id| targets.iter().find(|t| t.id == *id).map_or("", |t| t.function.name.as_str()))
        .collect();
    assert_eq!(names, expected, "{text}");
    let runnable = |text: &str| runnable(path, text);
    let mut variant = Variant::new("exposed", "base", &runnable(&exposed.text));
    variant.expose =
        exposed.ids.iter().zip(names).map(|(id, name)| (*id, name.to_owned())).collect();
    variant.apart = true;
    let variants = vec![
        Variant::new("original", "none", &runnable(text)),
        variant,
        Variant::new("without hook", "none", &runnable(&exposed.text)),
    ];
    let extension = node_extension(path);
    Case { name: text.to_owned(), extension, variants, counted: Vec::new() }
}

#[test]
fn exposed_functions_are_the_real_ones() {
    let cases = [
        case(
            "a.cjs",
            "function f() { return 1 }\nconst g = () => 2, h = function () {};\nlet k = () => 3; k = 4;\nlog(f());\nglobalThis.exposed = { f, g, h }",
            &["f", "g", "h"],
        ),
        case(
            "a.cjs",
            "class A { m() {} static s() {} #p() {} [Symbol.iterator]() {} get x() { return 1 } field = () => 1; static t = () => 2; 'a b'() {} }\nlog(A.name)\nglobalThis.exposed = { 'A.m': A.prototype.m, 'A.s': A.s, 'A.[Symbol.iterator]': A.prototype[Symbol.iterator], 'A.t': A.t, \"A.'ab'\": A.prototype['a b'] }",
            &["A.m", "A.s", "A.[Symbol.iterator]", "A.t", "A.'ab'"],
        ),
        case(
            "a.cjs",
            "exports.f = function () {};\nmodule.exports.g = () => 1;\nfunction A() {}\nA.prototype.m = function () {};\nA.prototype['n'] = function () {};\nexports.twice = () => 1; exports.twice = () => 2;\nconst o = { m() {}, deep: { k: () => 1 } };\nlog('x')\nglobalThis.exposed = { 'exports.f': exports.f, 'module.exports.g': module.exports.g, A, 'A.m': A.prototype.m, 'A.n': A.prototype.n, 'o.m': o.m, 'o.deep.k': o.deep.k }",
            &["exports.f", "module.exports.g", "A", "A.m", "A.n", "o.m", "o.deep.k"],
        ),
        case(
            "a.cjs",
            "module.exports = { f, g() {} }\nfunction f() { return function inner() {} }\nlog('x')\nglobalThis.exposed = { f, 'module.exports.g': module.exports.g }",
            &["module.exports.g", "f"],
        ),
        case(
            "a.cjs",
            "module.exports = function (a) {}\nmodule.exports.x = 1\nlog('x')\nglobalThis.exposed = { 'module.exports': module.exports }",
            &["module.exports"],
        ),
        case(
            "a.cjs",
            "(function (root, factory) { 'use strict'; factory(root) })(this, function (root) {\n  'use strict'\n  function f() { return () => 1 }\n  root.g = function () {}\n  log('x')\n  globalThis.exposed = { f, 'root.g': root.g }\n})",
            &["f", "root.g"],
        ),
        case(
            "a.cjs",
            "function A() {}\nObject.assign(A.prototype, { m() {}, n: function () {} })\nlog('x')\nglobalThis.exposed = { A, m: A.prototype.m, n: A.prototype.n }",
            &["A", "m", "n"],
        ),
        case(
            "a.mjs",
            "import self from './SELF'\nlog(self(2, 3), self.name, self.length)\nexport default function (a, b) { return a * b }\nglobalThis.exposed = { default: self }",
            &["default"],
        ),
        case(
            "a.mjs",
            "import self from './SELF'\nexport default (a) => a * 2\nlog(self(2), self.name)\nglobalThis.exposed = { default: self }",
            &["default"],
        ),
        case(
            "a.mjs",
            "import Self from './SELF'\nexport default class { m() { return 1 } }\nlog(new Self().m(), Self.name)\nglobalThis.exposed = { 'class.m': Self.prototype.m, 'default.m': Self.prototype.m }",
            &["default.m"],
        ),
        case(
            "a.mjs",
            "import self from './SELF'\nexport default { m() { return 1 }, n: () => 2 };\nlog(self.m(), self.n())\nglobalThis.exposed = { 'default.m': self.m, 'default.n': self.n }",
            &["default.m", "default.n"],
        ),
        case(
            "a.mjs",
            "import self from './SELF'\nexport default async function* (a) { yield a }\nlog(self.name, Object.prototype.toString.call(self))\nglobalThis.exposed = { default: self }",
            &["default"],
        ),
        case(
            "a.mjs",
            "export default function run() { return 1 }\nexport async function g() {}\nexport class B { m() { return 1 } }\nlog(run())\nglobalThis.exposed = { run, g, 'B.m': B.prototype.m }",
            &["run", "g", "B.m"],
        ),
        case(
            "a.ts",
            "export abstract class B<T> { protected m(x: T): T { return x } static of<U>(u: U): U { return u } }\nexport const f = <T,>(x: T): T => x;\nfunction over(a: string): void;\nfunction over(a: any) { return a }\nlog(f(1))\nglobalThis.exposed = { 'B.m': B.prototype.m, 'B.of': B.of, f, over }",
            &["B.m", "B.of", "f", "over"],
        ),
    ];
    let results = run(&cases);
    for case in &cases {
        let logged =
            results[format!("{} exposed", case.name)]["logged"].as_array().expect("it ran");
        let lines: Vec<_> = logged.iter().filter_map(|line| line.as_str()).collect();
        let handed: Vec<_> = lines.iter().filter(|line| line.starts_with("exposed ")).collect();
        assert_eq!(handed.len(), case.variants[1].expose.len(), "{}: {lines:?}", case.name);
        for line in handed {
            assert!(line.ends_with(": function true"), "{}: {line}", case.name);
        }
    }
}
