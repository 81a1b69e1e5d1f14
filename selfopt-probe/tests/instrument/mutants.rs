//! A mutant behaves alike in both of its forms, and unlike the original.

use std::collections::BTreeSet;

use selfopt_probe::instrument::{MutantOptions, Mutants, Operator, mutants, source};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::pages::{Part, node_extension, parts, programs, runnable};

fn all_lines(text: &str) -> BTreeSet<u32> {
    (1..=u32::try_from(text.lines().count()).expect("short")).collect()
}

fn made(path: &str, text: &str, options: MutantOptions) -> Mutants {
    let file = source(path, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let made = mutants(&file, &all_lines(text), options);
    assert!(witnesses(file.language, made.text.as_str()).are_ok(), "{}", made.text);
    made
}

fn all(path: &str, text: &str) -> Mutants {
    let made = made(path, text, MutantOptions { seed: 1, cap: usize::MAX });
    assert_eq!(made.mutants.len(), made.possible, "one does not parse: {text}");
    made
}

#[test]
fn both_forms_of_a_mutant_behave_alike() {
    let mut cases = Vec::new();
    for Part { name, path, text } in parts(include_str!("cases/mutants.txt")) {
        let made = all(&path, text);
        let runnable = |text: &str| runnable(&path, text);
        let extension = node_extension(&path);
        let case = |name: String, variants| Case { name, extension, variants, counted: vec![] };
        let schema = runnable(&made.text);
        let original = vec![
            Variant::new("original", "none", &runnable(text)),
            Variant::new("without hook", "none", &schema),
            Variant::new("no mutant", "base", &schema),
        ];
        cases.push(case(name.to_owned(), original));
        for mutant in &made.mutants {
            let mut among = Variant::new("among others", "base", &schema);
            among.mutant = mutant.n;
            let variants = vec![Variant::new("alone", "none", &runnable(&mutant.text)), among];
            let title = format!("{name}: {} {}", mutant.n, mutant.description);
            cases.push(case(title, variants));
        }
    }
    let results = run(&cases);
    let logged = |case: &Case| {
        results[format!("{} {}", case.name, case.variants[0].label)]["logged"].to_string()
    };
    let mut original = String::new();
    let mut unnoticed = Vec::new();
    for case in &cases {
        if case.variants.len() == 3 {
            original = logged(case);
        } else if logged(case) == original {
            unnoticed.push(case.name.as_str());
        }
    }
    // What the page does not look at: values that nobody uses, and a branch.
    let expected = [
        "calls and new: 4 `-` becomes `+`",
        "calls and new: 8 `'called'` becomes empty",
        "calls and new: 17 the call of `add` is removed",
        "calls and new: 18 the two arguments change places",
        "calls and new: 19 `3` becomes `4`",
        "calls and new: 22 `2` becomes `3`",
        "calls and new: 26 the two arguments change places",
        "calls and new: 27 `1` becomes `0`",
        "calls and new: 29 the two arguments change places",
        "calls and new: 32 `9` becomes `10`",
    ];
    assert_eq!(unnoticed, expected);
}

#[test]
fn files_with_mutants_behave_alike_when_none_is_active() {
    let cases = programs().map(|Part { name, path, text }| {
        let made = all(&path, text);
        let variants = vec![
            Variant::new("original", "none", &runnable(&path, text)),
            Variant::new("without hook", "none", &runnable(&path, &made.text)),
            Variant::new("with hook", "base", &runnable(&path, &made.text)),
        ];
        let extension = node_extension(&path);
        Case { name: name.to_owned(), extension, variants, counted: Vec::new() }
    });
    run(&cases.collect::<Vec<_>>());
}

/// The operators and descriptions of all mutants of a function.
fn check(text: &str, expected: &[&str]) {
    let found: Vec<_> = all("a.ts", text)
        .mutants
        .iter()
        .filter(|mutant| mutant.operator != Operator::EarlyReturn)
        .map(|mutant| mutant.description.clone())
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn every_operator() {
    check("function f(a) { if (a) b }", &["the condition is negated"]);
    check(
        "function f(a) { return a < b ? c : d }",
        &["the condition is negated", "`<` becomes `<=`"],
    );
    check("function f(a) { return a < b }", &["`<` becomes `<=`"]);
    check("function f(a) { return a !== b }", &["`!==` becomes `===`"]);
    check("function f(a) { return a + b }", &["`+` becomes `-`"]);
    check("function f(a) { a.b(c); return c }", &["the call of `a.b` is removed"]);
    check("async function f(a) { await g() }", &["the call of `g` is removed"]);
    check("function f() { return 0 }", &["`0` becomes `1`"]);
    check(
        "function f() { return [1, 2.5, 10n, 0x10] }",
        &["`1` becomes `0`", "`2.5` becomes `2.5 + 1`", "`10n` becomes `11n`"],
    );
    check("function f() { return true }", &["`true` becomes `false`"]);
    check("function f() { return 'a b' }", &["`'a b'` becomes empty"]);
    check("function f(a) { return a && b }", &["`&&` becomes `||`"]);
    check("function f(a) { return a(b, c) }", &["the two arguments change places"]);
    check("function f(a) { return new A.B(b) }", &["`new` of `A.B` is dropped"]);
}

#[test]
fn what_is_left_alone() {
    check("const a = 1 + 2", &[]);
    check("function f(a: 1 | 'b'): 'c' { return a as 'd' }", &[]);
    check("function f() { return { 1: a, 'b': c } }", &[]);
    check("function f() { 'use strict'; return require('a') }", &[]);
    check("function f(a) { return a(b, ...c) + a(b, b) }", &["`+` becomes `-`"]);
    check("function f() { import('a').then }", &[]);
    check("function f(a) { while (a) { b = a } }", &[]);
    check("class A extends B { constructor() { super() } }", &[]);
    check("enum E { A = 1 }", &[]);
}

#[test]
fn a_script_may_return_at_its_top_level() {
    let text = "if (!x) return\nfunction f(a) { return a < b }\n";
    let file = source("a.js", text).expect("it can be read");
    assert_eq!(file.path, "a.js");
    let made = mutants(&file, &all_lines(text), MutantOptions::default());
    assert_eq!((made.mutants.len(), made.possible), (2, 2));
    assert!(source("a.mjs", text).is_err());
}

#[test]
fn only_the_lines_asked_for() {
    let text =
        "function f(a) {\n  return a < 1;\n}\nfunction g(a) {\n  return a > 2;\n}\nconst x = 1;\n";
    let file = source("a.js", text).expect("it can be read");
    let made = mutants(&file, &BTreeSet::from([5]), MutantOptions { seed: 1, cap: 99 });
    let lines: Vec<_> = made.mutants.iter().map(|mutant| (mutant.operator, mutant.line)).collect();
    let expected =
        [Operator::EarlyReturn, Operator::RelationalBoundary, Operator::Number].map(|o| (o, 5));
    assert_eq!(lines, expected);
    let none = mutants(&file, &BTreeSet::from([7]), MutantOptions::default());
    assert_eq!(none.text, text);
}

#[test]
fn the_choice_is_seeded_and_takes_turns() {
    let body: Vec<_> = (2..30).map(|n| format!("  if (a < {n}) b(a + {n}, 'x');\n")).collect();
    let body = body.concat();
    let text = format!("function f(a) {{\n{body}}}\n");
    let pick = |seed, cap| made("a.js", &text, MutantOptions { seed, cap });
    assert_eq!(pick(1, 8), pick(1, 8));
    assert_ne!(pick(1, 8).mutants, pick(2, 8).mutants);
    assert_eq!(pick(1, 8).mutants.len(), 8);
    let operators: BTreeSet<_> = pick(3, 8).mutants.iter().map(|mutant| mutant.operator).collect();
    assert_eq!(operators.len(), 8, "each kind once");
    let numbers: Vec<_> = pick(1, 3).mutants.iter().map(|mutant| mutant.n).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert!(pick(1, 0).mutants.is_empty());
}

#[test]
fn the_text() {
    let made = all("a.js", "function f(a) {\n  if (a < 1) g(a, 2)\n  return new A(a)\n}\n");
    insta::assert_snapshot!("mutants", made.text);
}
