//! What becomes of arrays, and which code is known.

use selfopt_core::MetBy;
use selfopt_rules::RuleContext;
use selfopt_rules::analysis::array_use::ArrayUse::{self, Changed, Escapes, Read};
use selfopt_rules::analysis::array_use::array_use;
use selfopt_rules::analysis::fresh::is_fresh_array;
use selfopt_rules::analysis::known_code::unknown_code;

use crate::{file, marked};

#[test]
fn uses_of_an_array() {
    // Every use but the declaration, in order.
    let check = |code: &str, expected: &[ArrayUse]| {
        let text = format!("const a: number[] = []; {code}");
        let file = file(&text);
        let ctx = RuleContext { file: &file };
        let bindings = file.bindings.as_ref().unwrap();
        let (id, _) = bindings.symbols().find(|(id, _)| bindings.name(*id) == "a").unwrap();
        let found: Vec<_> = bindings
            .references(id)
            .map(|r| array_use(ctx, file.tree.smallest_containing(r.span)))
            .collect();
        assert_eq!(found, expected, "{code}");
    };
    check("a[0]; a.length; a!.at(-1); [...a]; if (a) {}", &[Read; 5]);
    check("for (const x of a) {} const [b] = a; a && f();", &[Read; 3]);
    check("new Set(a); Array.isArray(a); JSON.stringify(a);", &[Read; 3]);
    check("a.map((x) => x); a.some(function (x, i) { return i; });", &[Read; 2]);
    check("a.map((x, i, all) => all);", &[Escapes]);
    check("a.map((...rest) => rest);", &[Escapes]);
    check("a.forEach(function () { return arguments; });", &[Escapes]);
    check("a.map(String); a.map(own);", &[Read, Escapes]);
    check("a.push(1); a[0] = 1; a.length = 0; delete a[0];", &[Changed; 4]);
    check("a.sort(); const b = a.sort();", &[Changed, Escapes]);
    check("f(a); const b = a; ({ a }); [a]; a.own();", &[Escapes; 5]);
    check("a || b; new Map([[1, a]]);", &[Escapes; 2]);
}

#[test]
fn new_arrays() {
    let check = |text: &str, expected: Option<MetBy>| {
        let file = file(text);
        let found = is_fresh_array(RuleContext { file: &file }, marked(&file));
        assert_eq!(found, expected, "{text}");
    };
    check("HERE([...x])", Some(MetBy::Syntax));
    check("HERE(Object.keys(x).sort())", Some(MetBy::Syntax));
    check("function f(x: number[]) { HERE(x.slice() as any) }", Some(MetBy::Type));
    check("function f(x: number[]) { HERE(x) }", None);
    check("function f(x: number[]) { HERE(x.sort()) }", None);
    check("HERE(x.slice())", None);
    check("const Array = own; HERE(Array.from(x))", None);
}

#[test]
fn code_that_runs_only_what_is_written() {
    let check = |code: &str, unknown: Option<&str>| {
        let text = format!("async function* f(p: number[], q: any, s: Set<number>) {{ {code} }}");
        let file = file(&text);
        let found = unknown_code(RuleContext { file: &file }, file.tree.root());
        assert_eq!(found.map(selfopt_syntax::Node::text), unknown, "{code}");
    };
    check("for (const x of p) { if (p.includes(x)) s.add(x + 1); }", None);
    check("const own = []; own.push(1); own[0] = 2; own.length = 0;", None);
    check("const own: any = {}; own[q] = 1; own.x += 1; let n = 0; n++;", None);
    check("return p.filter((x) => x > Math.max(...p)).map(String);", None);
    check("for (const [k, v] of s.entries()) { q.name.trim(); }", None);
    check("q();", Some("q()"));
    check("q.push(1);", Some("q.push(1)"));
    check("p.push(1);", Some("p.push(1)"));
    check("q[0] = 1;", Some("q[0] = 1"));
    check("q.length = 0;", Some("q.length = 0"));
    check("q[0]++;", Some("q[0]++"));
    check("delete q[0];", Some("delete q[0]"));
    check("[q[0]] = p;", Some("[q[0]] = p"));
    check("p.map(q);", Some("p.map(q)"));
    check("await 0;", Some("await 0"));
    check("yield 0;", Some("yield 0"));
    check("new q();", Some("new q()"));
    check("q`x`;", Some("q`x`"));
    check("[...q];", Some("...q"));
    check("({ ...q });", None);
}
