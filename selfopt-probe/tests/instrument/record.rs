//! Files that record behave as the originals do.

use selfopt_probe::instrument::{
    FunctionKind, Instrumented, Refusal, Target, announcement, append_line, functions, record,
    registration, source,
};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::pages::{node_extension, parts, runnable};

/// Instruments every function that can be; the file must still parse.
pub(crate) fn record_all(path: &str, text: &str) -> (Instrumented, Vec<u32>) {
    let file = source(path, text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
    let all = functions(&file);
    let targets: Vec<_> = (0..).zip(&all).map(|(id, function)| Target { id, function }).collect();
    let recorded = record(&file, &targets);
    let after = witnesses(file.language, recorded.text.as_str());
    assert!(after.are_ok(), "{path} does not parse any more: {after:?}\n{}", recorded.text);
    for target in &targets {
        let site = recorded.sites.iter().any(|site| site.id == target.id);
        let refused = recorded.refused.iter().find(|(id, _)| *id == target.id).map(|(_, r)| *r);
        assert_eq!(site, refused.is_none(), "{}", target.function.name);
        assert_eq!(refused, target.function.refusal, "{}", target.function.name);
    }
    let seen = recorded.sites.iter().map(|site| site.id).collect();
    (recorded, seen)
}

fn case(name: &str, path: &str, text: &str) -> Case {
    let (recorded, counted) = record_all(path, text);
    let file = source(path, text).expect("it was read before");
    let lines = [announcement(&file), registration(&file)];
    let recorded =
        lines.iter().flatten().fold(recorded.text, |text, line| append_line(&text, line));
    let variants = vec![
        Variant::new("original", "none", &runnable(path, text)),
        Variant::new("without hook", "none", &runnable(path, &recorded)),
        Variant::new("with hook", "base", &runnable(path, &recorded)),
    ];
    Case { name: name.to_owned(), extension: node_extension(path), variants, counted }
}

#[test]
fn recorded_files_behave_alike() {
    let pages = [
        include_str!("cases/commonjs.txt"),
        include_str!("cases/modules.txt"),
        include_str!("cases/typescript.txt"),
    ];
    let parts = pages.into_iter().flat_map(parts);
    let mut all: Vec<_> = parts.map(|part| case(part.name, &part.path, part.text)).collect();
    all.extend(layouts());
    run(&all);
}

/// Line ends, missing line ends, byte order marks.
fn layouts() -> Vec<Case> {
    let plain =
        "function f(a, b) {\n  return a + b\n}\nlog(f(1, 2), f.length)\nlog((x => x * 2)(4))";
    let asi = "var list = []\nfunction f(x) { list.push(x) }\nf(1)\nvar g = f\n;(function () { g(2) })()\nlog(list)";
    let check = |name: &str, text: &str| case(name, "src/file.cjs", text);
    vec![
        check("no newline at the end", plain),
        check("carriage returns", &plain.replace('\n', "\r\n")),
        check("a comment at the end", &format!("{plain} // the end")),
        check("a script", &format!("#!/usr/bin/env node\n{plain}")),
        check(
            "a script with carriage returns",
            &format!("#!/usr/bin/env node\r\n{}", plain.replace('\n', "\r\n")),
        ),
        check("a byte order mark", &format!("\u{feff}{plain}")),
        check("no semicolons", asi),
        check(
            "no semicolon before the added line",
            &format!("{plain}\nclass A {{ m() {{ return 1 }} }}\nlog(new A().m())\nvar z = log"),
        ),
        check("starts with a parenthesis", "(function () { log('a') })()"),
        check("starts with a bracket", "[1, 2].forEach(x => log(x))"),
    ]
}

#[test]
fn what_cannot_be_wrapped_says_why() {
    let check = |path: &str, text: &str, name: &str, expected: Refusal| {
        let file = source(path, text).expect("it can be read");
        let all = functions(&file);
        let found = all.iter().find(|f| f.name == name);
        let found = found.unwrap_or_else(|| panic!("no `{name}` in {all:#?}"));
        assert_eq!(found.refusal, Some(expected), "{text}");
        record_all(path, text);
    };
    let js = |text, name, expected| check("src/a.js", text, name, expected);
    js("class A { constructor() {} }", "A.constructor", Refusal::Constructor);
    js("class A { get x() { return 1 } }", "A.x", Refusal::Accessor);
    js("const o = { set x(v) {} }", "o.x", Refusal::Accessor);
    js("class A extends B { *m() { yield super.m() } }", "A.m", Refusal::SuperInGenerator);
    js(
        "class A extends B { m() { return super.m(...arguments) } }",
        "A.m",
        Refusal::SuperWithArguments,
    );
    js("function* g(a = b()) { yield a }", "g", Refusal::DefaultParameterWithEffects);
    js("function* g({ a }) { yield a }", "g", Refusal::DefaultParameterWithEffects);
    js("async function* g([a]) { yield a }", "g", Refusal::DefaultParameterWithEffects);
    js("function f() { return eval('1') }", "f", Refusal::UsesEval);
    js("function F() { if (!new.target) return new F() }", "F", Refusal::UsesNewTarget);
    js("const o = { [k]: () => 1 }", "o.[k]", Refusal::ComputedName);
    js("x => x", "anonymous", Refusal::ExpressionStatement);
    js("function f(globalThis) { return globalThis }", "f", Refusal::ShadowedGlobals);
    js("class A { @log m() {} }", "A.m", Refusal::Decorated);
    check("src/a.ts", "class A { @Get() m() {} }", "A.m", Refusal::Decorated);
    check("src/a.ts", "class A { m(@Query() q: string) {} }", "A.m", Refusal::Decorated);
}

#[test]
fn what_keeps_its_caller_is_marked() {
    let text = "class A extends B { m() { return super.m() } n() { return 1 } }";
    let (recorded, _) = record_all("src/a.js", text);
    let marks: Vec<_> = recorded.sites.iter().map(|site| site.live_this_only).collect();
    assert_eq!(marks, [true, false]);
}

#[test]
fn lines_hold() {
    let text =
        "'use strict';\nfunction f(\n  a,\n  b\n) {\n  return a;\n}\nconst g = (x) =>\n  x;\n";
    let (recorded, _) = record_all("src/a.js", text);
    let lines: Vec<_> = recorded.text.lines().collect();
    assert_eq!(lines.len(), text.lines().count());
    assert_eq!(lines[5], "  return a;");
    let (typed, _) = record_all("src/a.ts", text);
    assert_eq!(typed.text.lines().count(), text.lines().count() + 1);
}

#[test]
fn the_text() {
    let show = |path: &str, text: &str| record_all(path, text).0.text;
    insta::assert_snapshot!(
        "function",
        show("a.js", "function f(a, b = 1) {\n  return a + b;\n}\n")
    );
    insta::assert_snapshot!("arrow", show("a.js", "const twice = (x) => x * 2;\n"));
    insta::assert_snapshot!(
        "recursive_arrow",
        show("a.js", "const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);\n")
    );
    insta::assert_snapshot!(
        "typescript",
        show(
            "a.ts",
            "export async function f<T>(x: T): Promise<T> { return x }\nconst g = (n: number): number => n;\n"
        )
    );
    insta::assert_snapshot!(
        "super_method",
        show(
            "a.js",
            "class A extends B {\n  static async m(x)\n  {\n    return super.m(x);\n  }\n}\n"
        )
    );
    insta::assert_snapshot!("generator", show("a.mjs", "export function* g(n) { yield n }\n"));
}

#[test]
fn kinds_are_told_apart() {
    let text = "function a() {} const b = function () {}; const c = () => 1; class D { constructor() {} get e() { return 1 } set e(v) {} f() {} async *g() {} get() {} static() {} async() {} }";
    let file = source("a.js", text).expect("it can be read");
    let kinds: Vec<_> =
        functions(&file).iter().map(|f| (f.kind, f.is_async, f.is_generator)).collect();
    let plain = |kind| (kind, false, false);
    let expected = [
        plain(FunctionKind::Declaration),
        plain(FunctionKind::Expression),
        plain(FunctionKind::Arrow),
        plain(FunctionKind::Constructor),
        plain(FunctionKind::Getter),
        plain(FunctionKind::Setter),
        plain(FunctionKind::Method),
        (FunctionKind::Method, true, true),
        plain(FunctionKind::Method),
        plain(FunctionKind::Method),
        plain(FunctionKind::Method),
    ];
    assert_eq!(kinds, expected);
}
