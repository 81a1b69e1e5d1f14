//! Probes count what is executed and change nothing else.

use std::collections::BTreeSet;

use selfopt_probe::instrument::{Reach, reach, source};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::pages::{Part, node_extension, programs, runnable};

fn all_lines(text: &str) -> BTreeSet<u32> {
    (1..=u32::try_from(text.lines().count()).expect("short")).collect()
}

fn probed(path: &str, text: &str, lines: &BTreeSet<u32>) -> Reach {
    let file = source(path, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let reach = reach(&file, lines, 0);
    assert!(witnesses(file.language, reach.text.as_str()).are_ok(), "{}", reach.text);
    reach
}

/// Every line of every page of the other tests gets its probes.
#[test]
fn probed_files_behave_alike() {
    let cases = programs().map(|Part { name, path, text }| {
        let probed = probed(&path, text, &all_lines(text)).text;
        let variants = vec![
            Variant::new("original", "none", &runnable(&path, text)),
            Variant::new("without hook", "none", &runnable(&path, &probed)),
            Variant::new("with hook", "base", &runnable(&path, &probed)),
        ];
        let extension = node_extension(&path);
        Case { name: name.to_owned(), extension, variants, counted: Vec::new() }
    });
    run(&cases.collect::<Vec<_>>());
}

/// Lines end in `// hit`, `// miss` or `// none`: executed, not executed,
/// nothing to execute.
fn check(path: &str, text: &str) {
    let lines = all_lines(text);
    let reach = probed(path, text, &lines);
    let extension = node_extension(path);
    let mut variant = Variant::new("probed", "base", &runnable(path, &reach.text));
    variant.apart = true;
    let case =
        Case { name: "reach".to_owned(), extension, variants: vec![variant], counted: vec![] };
    let results = run(&[case]);
    let result = &results["reach probed"];
    assert_eq!(result["logged"].to_string(), "[]", "{}", reach.text);
    let hits = &result["hits"];
    let state = |line: u32| {
        let mut probes = reach.probes.iter().filter(|probe| probe.lines.contains(&line)).peekable();
        if probes.peek().is_none() {
            assert!(reach.without_code.contains(&line));
            return "none";
        }
        assert!(!reach.without_code.contains(&line));
        if probes.all(|probe| hits[probe.n.to_string()].is_u64()) { "hit" } else { "miss" }
    };
    for (line, written) in (1..).zip(text.lines()) {
        let (_, expected) = written.rsplit_once("// ").expect("each line says what it is");
        assert_eq!(state(line), expected, "line {line}: {written}\n{}", reach.text);
    }
}

#[test]
fn what_is_executed_is_hit() {
    check("a.cjs", include_str!("cases/reach.txt"));
    check("a.ts", include_str!("cases/reach-typescript.txt"));
}

#[test]
fn only_the_lines_asked_for() {
    let text = "function f(a) {\n  const b = a;\n  return b;\n}\nf(1);\n";
    let reach = probed("a.js", text, &BTreeSet::from([3, 4]));
    assert_eq!(reach.probes.len(), 1);
    assert_eq!(reach.probes[0].lines, [3]);
    assert_eq!(reach.without_code, [4]);
    let file = source("a.js", text).expect("it can be read");
    let none = selfopt_probe::instrument::reach(&file, &BTreeSet::from([4]), 7);
    assert_eq!(none.text, text);
    let later = selfopt_probe::instrument::reach(&file, &BTreeSet::from([2]), 7);
    assert_eq!(later.probes[0].n, 7);
    insta::assert_snapshot!("reach", later.text);
}
