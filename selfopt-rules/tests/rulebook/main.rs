//! Runs the rulebook: every fenced block of every page is a test of its rule.
//!
//! What each block says, and how results are named, stands in
//! [`selfopt_core::rulebook`]. Here `js equivalent` is run in Node as well: the
//! block and its patched form on the same inputs, with equal results.

mod equivalence;
mod page;
mod patching;

use std::path::{Path, PathBuf};

use page::Page;
use selfopt_core::rulebook::{BlockKind, check_page};
use selfopt_rules::{Applicability, BuiltinRules, RuleMeta, registry};
use selfopt_syntax::Language;

fn rulebook() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rulebook")
}

fn page_of(meta: &RuleMeta) -> Page {
    let path = rulebook().join(meta.pack).join(format!("{}.md", meta.id));
    Page::read(&path)
}

/// Collects what is not as it should be, so that one run shows all of it.
#[derive(Default)]
struct Report {
    n_found: usize,
    faults: Vec<String>,
}

impl Report {
    fn found(&mut self) {
        self.n_found += 1;
    }

    fn fault(&mut self, name: &str, page: &Page, line: usize, what: &str) {
        self.faults.push(format!("{name} {}:{line}: {what}", page.name));
    }

    fn finish(self) {
        assert!(
            self.faults.is_empty(),
            "{} found, {} not:\n{}",
            self.n_found,
            self.faults.len(),
            self.faults.join("\n")
        );
    }
}

#[test]
fn rules_and_pages_are_the_same_set() {
    let mut expected: Vec<_> = registry::all()
        .iter()
        .map(|rule| format!("{}/{}.md", rule.meta().pack, rule.meta().id))
        .collect();
    let ids: Vec<_> = registry::all().iter().map(|rule| rule.meta().id).collect();
    assert!(ids.is_sorted(), "the registry is sorted by id: {ids:?}");
    expected.sort();
    assert_eq!(page::all_names(&rulebook()), expected);
}

#[test]
fn descriptions_are_complete() {
    for meta in registry::all().iter().map(|rule| rule.meta()) {
        let is_kebab = |id: &str| {
            !id.is_empty()
                && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        assert!(is_kebab(meta.id) && is_kebab(meta.pack), "{}", meta.id);
        assert!(meta.risk <= 3, "{}: risk is 0 to 3", meta.id);
        assert!(meta.typical_speedup > 1.0, "{}: a rule without gain", meta.id);
        assert!(!meta.kinds.is_empty() && !meta.literals.is_empty(), "{}", meta.id);
        assert!(meta.version.split('.').count() == 3, "{}: version is semver", meta.id);
        for condition in meta.conditions {
            assert!(is_kebab(condition.id), "{}: {}", meta.id, condition.id);
            assert!(condition.text.ends_with('.'), "{}: {}", meta.id, condition.text);
        }
    }
}

#[test]
fn pages_are_complete() {
    let mut report = Report::default();
    for rule in registry::all() {
        let meta = rule.meta();
        let page = page_of(meta);
        for problem in page.structure_problems() {
            report.fault("wrong", &page, 1, &problem);
        }
        let count = |kind: fn(&BlockKind) -> bool| {
            page.read.blocks.iter().filter(|b| kind(&b.kind)).count()
        };
        let mut need = |is_there: bool, what: &str| {
            if !is_there {
                report.fault("wrong", &page, 1, what);
            }
        };
        let n_near = count(|kind| {
            matches!(kind, BlockKind::Valid | BlockKind::Nothing | BlockKind::Declined(_))
        });
        need(n_near >= 3, "fewer than three near misses (`ts valid`, `ts nothing`, `ts declined`)");
        if meta.applicability == Applicability::ReportOnly {
            need(count(|kind| matches!(kind, BlockKind::Report)) > 0, "no `ts report` block");
        } else {
            need(count(|kind| matches!(kind, BlockKind::Invalid)) > 0, "no `ts invalid` block");
            need(
                count(|kind| matches!(kind, BlockKind::Before)) > 0,
                "no `ts before` and `ts after`",
            );
            need(
                count(|kind| matches!(kind, BlockKind::Equivalent)) > 0,
                "no `js equivalent` block",
            );
        }
        let safety = page.section("Fix safety").unwrap_or_default();
        for condition in meta.conditions {
            let is_shown =
                page.read.blocks.iter().any(
                    |block| matches!(&block.kind, BlockKind::Declined(id) if id == condition.id),
                );
            need(is_shown, &format!("no `ts declined {}` block", condition.id));
            let line = format!("- `{}`: {}", condition.id, condition.text);
            need(safety.contains(&line), &format!("*Fix safety* lacks the line: {line}"));
        }
        let evidence = page.section("Evidence").unwrap_or_default();
        need(evidence.contains("Node v"), "*Evidence* does not name the Node version");
        let has_ratio = evidence
            .split_whitespace()
            .any(|word| word.trim_end_matches(['.', ',', ';', '|']).ends_with('×'));
        need(has_ratio, "*Evidence* has no measured ratio, such as `41.08×`");
    }
    report.finish();
}

#[test]
fn blocks_hold() {
    let mut report = Report::default();
    for meta in registry::all().iter().map(|rule| rule.meta()) {
        let page = page_of(meta);
        let rules = BuiltinRules::new(|id| id == meta.id);
        let result = check_page(meta.id, &page.read, &rules, &rules);
        report.n_found += result.found;
        report.faults.extend(result.faults.iter().map(|fault| format!("{}: {fault}", page.name)));
    }
    report.finish();
}

#[test]
fn patches_account_for_every_condition() {
    let mut report = Report::default();
    for meta in registry::all().iter().map(|rule| rule.meta()) {
        let page = page_of(meta);
        for block in &page.read.blocks {
            match patching::patch_all(meta.id, block.language, &block.text) {
                Ok(_) => report.found(),
                Err(problem) => report.fault("wrong", &page, block.line, &problem),
            }
        }
    }
    report.finish();
}

/// The outcome depends on the code alone: not on line ends, and not on what
/// stands before it.
#[test]
fn blocks_hold_with_other_line_ends_and_offsets() {
    type Change = fn(&str) -> String;
    let changes: [(&str, Change); 2] = [
        ("with \\r\\n", |text| text.replace('\n', "\r\n")),
        ("behind other text", |text| format!("/* żółw 🐢 */\n{text}")),
    ];
    let mut report = Report::default();
    for rule in registry::all() {
        let page = page_of(rule.meta());
        for pair in
            page.read.blocks.windows(2).filter(|pair| matches!(pair[1].kind, BlockKind::After))
        {
            let (before, after) = (&pair[0], &pair[1]);
            for (name, change) in changes {
                match patching::patch_all(rule.meta().id, before.language, &change(&before.text)) {
                    Ok(patched) if patched == change(&after.text) => report.found(),
                    Ok(patched) => {
                        let what = format!("{name}, the patch gives\n{patched}");
                        report.fault("wrong", &page, before.line, &what);
                    }
                    Err(problem) => report.fault("wrong", &page, before.line, &problem),
                }
            }
        }
    }
    report.finish();
}

#[test]
fn node_tells_different_code_apart() {
    let module = |body: &str| {
        let inputs = "export function* inputs() { for (let n = 0; n < 20; n++) yield [[n]]; }";
        format!("{inputs}\nexport function subject(list) {{ {body} }}\n")
    };
    let same =
        |a: &str, b: &str| equivalence::compare(Language::JavaScript, &module(a), &module(b));
    assert_eq!(same("return { a: 1, b: 2 };", "const r = { a: 1 }; r.b = 2; return r;"), Ok(()));
    for (a, b) in [
        ("return list[0];", "return list[0] + 1;"),
        ("return { a: 1, b: 2 };", "return { b: 2, a: 1 };"),
        ("return 1;", "list.pop(); return 1;"),
        ("return 0;", "return -0;"),
        ("throw new Error('a');", "throw new TypeError('a');"),
        ("return {};", "return Object.create({});"),
    ] {
        assert!(same(a, b).is_err(), "{a} passes for {b}");
    }
}

/// What a component shows, and what its functions give when they are called:
/// a value of an earlier render is told from one of this render.
#[test]
fn react_tells_different_components_apart() {
    let module = |value: &str| {
        format!(
            "import {{ useCallback, useMemo, useState }} from 'react';
            import {{ rendered }} from 'rendered';
            export function* inputs() {{
              for (let n = 0; n < 20; n++) yield [[{{ n, m: 1 }}, {{ n, m: 2 }}, {{ n: n + 1, m: 2 }}]];
            }}
            function Shown({{ n, m }}) {{
              const value = {value};
              return <p title={{value}} onClick={{() => value}}>{{n}}</p>;
            }}
            export const subject = (props) => rendered(Shown, props);"
        )
    };
    let plain = module("[n + m]");
    let compare = |value: &str| equivalence::compare(Language::Jsx, &plain, &module(value));
    assert_eq!(compare("useMemo(() => [n + m], [n, m])"), Ok(()));
    for stale in
        ["useMemo(() => [n + m], [])", "useMemo(() => [n + m], [n])", "useState([n + m])[0]"]
    {
        assert!(compare(stale).is_err(), "{stale} passes");
    }
    let function = module("() => [n + m]");
    let called = |value: &str| equivalence::compare(Language::Jsx, &function, &module(value));
    assert_eq!(called("useCallback(() => [n + m], [n, m])"), Ok(()));
    assert!(called("useCallback(() => [n + m], [n])").is_err());
}

#[test]
fn patched_code_behaves_the_same_in_node() {
    let mut report = Report::default();
    for rule in registry::all() {
        let page = page_of(rule.meta());
        for block in page.read.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Equivalent)) {
            match patching::patch_all(rule.meta().id, block.language, &block.text) {
                Ok(patched) => match equivalence::compare(block.language, &block.text, &patched) {
                    Ok(()) => report.found(),
                    Err(problem) => report.fault("wrong", &page, block.line, &problem),
                },
                Err(problem) => report.fault("wrong", &page, block.line, &problem),
            }
        }
    }
    report.finish();
}
