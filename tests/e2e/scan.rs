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
