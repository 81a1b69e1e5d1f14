//! Both versions in one file: each behaves as its own file does.

use selfopt_probe::instrument::{Pair, Refusal, Touched, in_place, touched};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::pages::{Part, node_extension, parts, runnable};

fn pairs(touched: &Touched) -> Vec<Pair<'_>> {
    let inner = touched.functions.iter();
    (0..)
        .zip(inner)
        .map(|(id, f)| Pair { id, base: &f.inner_base, candidate: &f.inner_candidate })
        .collect()
}

/// A case whose text has two halves with a line `////` between them.
fn case(Part { name, path, text }: Part) -> [Case; 2] {
    let (before, after) = text.split_once("////\n").expect("two halves");
    let touched = touched(&path, before, after).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(touched.in_place, None, "{name}");
    let pairs = pairs(&touched);
    assert!(!pairs.is_empty(), "{name}: nothing is touched");
    let both = in_place(&touched.before, &touched.after, &pairs)
        .unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    assert_eq!(both.refused, [], "{name}");
    assert!(witnesses(touched.before.language, both.text.as_str()).are_ok(), "{}", both.text);
    let counted: Vec<_> = pairs.iter().map(|pair| pair.id).collect();
    let variant = |label, hook, text: &str| Variant::new(label, hook, &runnable(&path, text));
    let extension = node_extension(&path);
    let of = |half: &str, counted, variants| Case {
        name: format!("{name}, {half}"),
        extension,
        variants,
        counted,
    };
    [
        of(
            "base",
            counted.clone(),
            vec![
                variant("before", "none", before),
                variant("without hook", "none", &both.text),
                variant("base", "base", &both.text),
            ],
        ),
        of(
            "candidate",
            counted,
            vec![variant("after", "none", after), variant("candidate", "candidate", &both.text)],
        ),
    ]
}

#[test]
fn each_version_behaves_as_its_own_file() {
    let page = parts(include_str!("cases/in-place.txt"));
    let cases: Vec<_> = page.flat_map(case).collect();
    let results = run(&cases);
    // A comparison of two equal logs would show nothing.
    for both in cases.chunks(2) {
        let logged = |case: &Case| {
            results[format!("{} {}", case.name, case.variants[0].label)]["logged"].to_string()
        };
        assert_ne!(logged(&both[0]), logged(&both[1]), "{}", both[0].name);
    }
}

#[test]
fn what_cannot_share_a_file_is_refused() {
    let check = |path: &str, before: &str, after: &str, expected: Refusal| {
        let touched = touched(path, before, after).expect("both can be read");
        let result = in_place(&touched.before, &touched.after, &pairs(&touched));
        let refused = match &result {
            Err(refusal) => Some(*refusal),
            Ok(both) => both.refused.first().map(|(_, refusal)| *refusal),
        };
        assert_eq!(refused, Some(expected), "{before} / {after}");
    };
    let js = |before, after, expected| check("a.js", before, after, expected);
    let outside = Refusal::ChangesOutsideTheFunction;
    js("let n = 1; function f() { return n }", "let n = 2; function f() { return n + 0 }", outside);
    js("class A { x = 1; m() { return 1 } }", "class A { x = 2; m() { return 2 } }", outside);
    js("class A { m() { return 1 } }", "class A { y = 1; m() { return 2 } }", outside);
    js("class A { m() { return 1 } }", "class A extends B { m() { return 2 } }", outside);
    js("function f() { return 1 } init()", "function f() { return 2 } init(); more()", outside);
    js("function f() { return 1 }", "async function f() { return 2 }", Refusal::KindChanged);
    js(
        "class A { constructor() { this.a = 1 } }",
        "class A { constructor() { this.a = 2 } }",
        Refusal::Constructor,
    );
    js(
        "function f() { return 1 } const o = { m() {} }",
        "function f() { return 2 } const o = { m() {}, n() {} }",
        outside,
    );
}

#[test]
fn the_text() {
    let show = |path: &str, before: &str, after: &str| {
        let touched = touched(path, before, after).expect("both can be read");
        in_place(&touched.before, &touched.after, &pairs(&touched)).expect("it can be had").text
    };
    insta::assert_snapshot!(
        "in_place",
        show(
            "a.mjs",
            "import { a } from 'a';\n\nexport function f(x) {\n  return x.includes(a);\n}\n",
            "import { a, b } from 'a';\nconst SET = new Set([a, b]);\n\nexport function f(x) {\n  return SET.has(x);\n}\n",
        )
    );
    insta::assert_snapshot!(
        "in_place_arrow",
        show(
            "a.ts",
            "export const f = (x: number): number => x + 1;\n",
            "export const f = (x: number): number => 1 + x;\n",
        )
    );
}
