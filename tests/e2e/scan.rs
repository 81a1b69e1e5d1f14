//! `examples/storefront` against its model, without running anything of it.

use serde::Deserialize;

use crate::selfopt::{SelfOpt, repository};

#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) improvement: Vec<Place>,
    pub(crate) trap: Vec<Place>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    pub(crate) rule: String,
    pub(crate) path: String,
    pub(crate) symbol: String,
    pub(crate) refused_by: Option<String>,
}

impl Model {
    pub(crate) fn read() -> Self {
        let text = std::fs::read_to_string(repository().join("examples/storefront/expected.toml"))
            .expect("the model is there");
        toml::from_str(&text).expect("the model reads")
    }
}

impl Place {
    /// Whether an opportunity of the report is about this place: same rule,
    /// same file, inside the symbol's lines.
    pub(crate) fn is(&self, opportunity: &serde_json::Value) -> bool {
        let line = opportunity["line"].as_u64().expect("a line");
        opportunity["rule"] == self.rule.as_str()
            && opportunity["path"] == self.path.as_str()
            && self.lines().contains(&line)
    }

    /// The lines from the symbol's declaration to the next top-level one.
    fn lines(&self) -> std::ops::Range<u64> {
        let text =
            std::fs::read_to_string(repository().join("examples/storefront").join(&self.path))
                .expect("the model names files that are there");
        let declares = |line: &str| {
            line.contains(&format!("function {}", self.symbol))
                || line.contains(&format!("const {}", self.symbol))
        };
        let start =
            text.lines().position(declares).unwrap_or_else(|| panic!("no `{}`", self.symbol));
        let end = text
            .lines()
            .skip(start + 1)
            .position(|line| line.starts_with("export ") || line.starts_with("function "))
            .map_or(u64::MAX, |n| (start + 1 + n) as u64);
        (start + 1) as u64..end.saturating_add(1)
    }
}

#[test]
fn every_improvement_has_a_patch_and_every_trap_is_left_alone() {
    let ran =
        SelfOpt::new().run(&repository(), &["scan", "examples/storefront", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let report = ran.json();
    let found = report["opportunities"].as_array().expect("opportunities");
    let model = Model::read();
    for place in &model.improvement {
        let hit = found.iter().find(|opportunity| place.is(opportunity));
        let hit = hit.unwrap_or_else(|| panic!("missed: {place:?}"));
        assert!(hit["patch"].is_string(), "no patch for {place:?}: {hit:#}");
    }
    for place in &model.trap {
        let hits: Vec<_> = found.iter().filter(|opportunity| place.is(opportunity)).collect();
        match place.refused_by.as_deref() {
            Some("declined") => {
                assert!(!hits.is_empty(), "not even seen: {place:?}");
                for hit in hits {
                    assert!(hit["patch"].is_null(), "{place:?} has a patch: {hit:#}");
                    assert!(hit["declined"]["reason"].is_string(), "no reason: {hit:#}");
                }
            }
            Some("workloads") => assert!(!hits.is_empty(), "not even tried: {place:?}"),
            other => panic!("unknown refused_by {other:?}"),
        }
    }
}

#[test]
fn two_scans_are_equal_byte_for_byte() {
    let scan = || {
        SelfOpt::new()
            .run(&repository(), &["scan", "examples/storefront", "--format", "json"])
            .stdout
    };
    assert_eq!(scan(), scan());
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let ran =
        SelfOpt::new().run(&repository(), &["scan", "examples/storefront", "--format", "sarif"]);
    let log = ran.json();
    assert_eq!(log["version"], "2.1.0");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in log["runs"][0]["results"].as_array().expect("results") {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64() <= region["endLine"].as_u64());
        assert!(result["partialFingerprints"]["selfoptOpportunity/v1"].is_string());
    }
}

/// A folder with one opportunity on line 3 of `src/a.js`.
fn folder(config: &str, comment: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    std::fs::create_dir(dir.path().join("src")).expect("a folder can be made");
    let write = |path: &str, text: &str| {
        std::fs::write(dir.path().join(path), text).expect("a file can be written");
    };
    write("package.json", "{}");
    write("selfopt.toml", config);
    write(
        "src/a.js",
        &format!(
            "export function keys(rows) {{\n{comment}\n  return rows.reduce((all, row) => ({{ ...all, [row.id]: row.name }}), {{}});\n}}\n"
        ),
    );
    dir
}

#[test]
fn a_comment_with_a_reason_switches_a_rule_off() {
    let scan = |comment: &str| {
        let dir = folder("", comment);
        SelfOpt::new().run(dir.path(), &["scan", "--format", "json"])
    };
    let rules = |ran: &crate::selfopt::Ran| {
        let report = ran.json();
        let found = report["opportunities"].as_array().expect("opportunities");
        found.iter().map(|found| found["rule"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&scan("")), ["\"spread-object-accumulator\""]);
    let off = scan("// selfopt-disable-next-line spread-object-accumulator -- three rows");
    assert_eq!(rules(&off), [""; 0]);
    let suppressed = &off.json()["suppressed"][0];
    assert_eq!(suppressed["reason"], "three rows");
    assert_eq!(suppressed["opportunity"]["line"], 3);
    for (comment, says) in [
        ("// selfopt-disable-next-line spread-object-accumulator", "gives no reason"),
        ("// selfopt-disable-next-line spread-object-acumulator -- x", "did you mean"),
        ("// selfopt-disable-next-line dedupe -- x", "nothing of `dedupe` is found here"),
    ] {
        let ran = scan(comment);
        assert_eq!(rules(&ran).len(), 1, "{comment}");
        ran.check(0, &["warning", "src/a.js:2", says]);
    }
}

#[test]
fn settings_of_a_rule_and_patterns_come_from_the_configuration() {
    let scan = |config: &str| {
        let dir = folder(config, "");
        SelfOpt::new().run(dir.path(), &["scan", "--format", "json"])
    };
    for off in ["enabled = false", "paths = [\"lib/**\"]"] {
        let ran = scan(&format!("[rules.spread-object-accumulator]\n{off}\n"));
        assert_eq!(ran.json()["opportunities"].as_array().map(Vec::len), Some(0), "{off}");
    }
    scan("[rules.spread-object-acumulator]\nenabled = false\n")
        .check(2, &["there is no rule", "`spread-object-accumulator`"]);
    let ran = scan("[[patterns]]\nid = \"no-rows\"\nregex = 'rows\\.'\nmessage = \"rows\"\n");
    let report = ran.json();
    let found = report["opportunities"].as_array().expect("opportunities");
    assert!(found.iter().any(|found| found["rule"] == "no-rows" && found["line"] == 3), "{report}");
    scan("[[patterns]]\nid = \"a\"\nregex = '('\nmessage = \"b\"\n").check(2, &["`a`"]);
}

#[test]
fn a_second_scan_says_the_same_and_sees_what_changed() {
    let dir = folder("", "");
    let selfopt = SelfOpt::new();
    let scan = |args: &[&str]| {
        let ran = selfopt.run(dir.path(), &[&["scan", "--format", "json"][..], args].concat());
        ran.check(0, &[]);
        ran.stdout
    };
    let first = scan(&[]);
    let kept = || std::fs::read_dir(selfopt.store().join("scans")).expect("a folder").count();
    assert_eq!(kept(), 1);
    assert_eq!(first, scan(&[]));
    assert_eq!(first, scan(&["--fresh"]));
    let file = dir.path().join("src/a.js");
    let text = std::fs::read_to_string(&file).expect("the file is there");
    std::fs::write(&file, text.replace("...all, ", "")).expect("a file can be written");
    let changed = scan(&[]);
    assert_ne!(first, changed);
    assert_eq!(changed, scan(&["--fresh"]));
}

#[test]
fn rules_are_listed_and_explained() {
    let run = |args: &[&str]| SelfOpt::new().run(&repository(), args);
    run(&["rules", "list"]).check(0, &["- dedupe: ", "pack core", "no patch"]);
    run(&["rules", "explain", "dedupe"]).check(0, &["## What it finds", "## Evidence"]);
    let json = run(&["rules", "explain", "dedupe", "--format", "json"]).json();
    assert_eq!(json["pack"], "core");
    assert!(json["page"].as_str().is_some_and(|page| page.contains("## Fix safety")));
    run(&["rules", "explain", "dedup"]).check(2, &["there is no built-in rule", "`dedupe`"]);
}
