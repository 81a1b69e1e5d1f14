//! Probes count what is executed and change nothing else.

use std::collections::BTreeSet;

use selfopt_probe::instrument::{Reach, reach, source};
use selfopt_syntax::witnesses;

use crate::driver::{Case, Variant, run};
use crate::strip::strip;

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
    let pages = [
        include_str!("cases/commonjs.txt"),
        include_str!("cases/modules.txt"),
        include_str!("cases/typescript.txt"),
        include_str!("cases/statements.txt"),
    ];
    let mut cases = Vec::new();
    for part in pages.iter().flat_map(|page| page.split("//// ").skip(1)) {
        let (title, text) = part.split_once('\n').expect("a title has a line of its own");
        let (name, extension) = title.trim().rsplit_once('.').expect("a title has an extension");
        let path = format!("src/file.{extension}");
        let probed = probed(&path, text, &all_lines(text)).text;
        let is_typed = extension.starts_with("ts");
        let runnable = |text: &str| if is_typed { strip(&path, text) } else { text.to_owned() };
        let variants = vec![
            Variant::new("original", "none", &runnable(text)),
            Variant::new("without hook", "none", &runnable(&probed)),
            Variant::new("with hook", "base", &runnable(&probed)),
        ];
        let extension = if extension == "cjs" { "cjs" } else { "mjs" };
        cases.push(Case { name: name.to_owned(), extension, variants, counted: Vec::new() });
    }
    run(&cases);
}

/// Lines end in `// hit`, `// miss` or `// none`: executed, not executed,
/// nothing to execute.
fn check(path: &str, text: &str) {
    let lines = all_lines(text);
    let reach = probed(path, text, &lines);
    let is_typed = path.ends_with(".ts");
    let runnable = if is_typed { strip(path, &reach.text) } else { reach.text.clone() };
    let extension = if path.ends_with(".cjs") { "cjs" } else { "mjs" };
    let mut variant = Variant::new("probed", "base", &runnable);
    variant.apart = true;
    let case = Case { name: "reach".to_owned(), extension, variants: vec![variant], counted: vec![] };
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
