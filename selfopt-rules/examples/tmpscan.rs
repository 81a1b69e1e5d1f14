use selfopt_core::*;
use selfopt_rules::*;
use selfopt_syntax::*;
fn walk(p: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for e in std::fs::read_dir(p).unwrap() {
        let e = e.unwrap().path();
        if e.is_dir() {
            if !e.ends_with("node_modules") {
                walk(&e, out)
            }
        } else if e.is_file() {
            out.push(e)
        }
    }
}
fn main() {
    let rules = BuiltinRules::default();
    let mut files = vec![];
    for a in std::env::args().skip(1) {
        walk(a.as_ref(), &mut files);
    }
    files.sort();
    let (mut n, mut none, mut tserr, mut fixes, mut decl) = (
        0,
        0,
        0,
        0,
        std::collections::BTreeMap::<String, usize>::new(),
    );
    let t = std::time::Instant::now();
    let mut parse_t = std::time::Duration::ZERO;
    for f in &files {
        let path = f.to_str().unwrap();
        let Some(lang) = Language::from_path(path) else {
            continue;
        };
        let Ok(text) = std::fs::read_to_string(f) else {
            continue;
        };
        if text.len() > 1 << 20 || !rules.may_match(&text) {
            continue;
        }
        n += 1;
        let t0 = std::time::Instant::now();
        let file = parse(path, lang, text);
        parse_t += t0.elapsed();
        if file.bindings.is_none() {
            none += 1;
            println!("NOBIND {path} {:?}", file.diagnostics.first());
        }
        if file
            .diagnostics
            .iter()
            .any(|d| d.source == DiagnosticSource::TreeSitter)
        {
            tserr += 1;
        }
        for finding in rules.scan(&file) {
            match rules.propose(&file, &finding) {
                Some(p) => {
                    fixes += 1;
                    let after = apply(&file.text, &p.edits).unwrap();
                    assert!(witnesses(lang, after.clone()).no_worse_than(Witnesses::of(&file)));
                    println!(
                        "{}",
                        unified(&[FileChange {
                            path,
                            before: &file.text,
                            after: &after
                        }])
                    );
                    println!(
                        "  {:?}",
                        p.obligations
                            .iter()
                            .filter(|o| o.met_by != MetBy::Syntax)
                            .map(|o| (&o.id, o.met_by))
                            .collect::<Vec<_>>()
                    );
                }
                None => {
                    let d = finding.declined.unwrap();
                    *decl.entry(d.obligation.clone()).or_default() += 1;
                    println!(
                        "DECLINED {path}:{} {} {}",
                        d.line.unwrap(),
                        d.obligation,
                        d.reason
                    );
                }
            }
        }
    }
    println!(
        "{n} files, {none} without bindings, {tserr} ts errors, {fixes} fixes, {decl:?}, {:?} total, {parse_t:?} parsing",
        t.elapsed()
    );
}
