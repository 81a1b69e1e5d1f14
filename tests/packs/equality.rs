//! The native and the WebAssembly build of every official rule say the same,
//! byte for byte.

use std::collections::BTreeMap;

use selfopt::packs::RulePacks;
use selfopt::rules::{Applicability, BuiltinRules, registry};
use selfopt::syntax::SourceFile;
use selfopt::{Finding, PatchTemplate as _, Scanner as _};

use crate::files::{repository, rulebook, sources};
use crate::{official, pack};

/// How many findings of a rule, and how many patches if it patches, make a
/// comparison. Each block of the rulebook counts three times, see [`rulebook`].
const LEAST_FINDINGS: usize = 10;
const LEAST_PATCHES: usize = 3;

/// Findings and patches as JSON, and how often each rule had a finding and a patch.
#[derive(Default)]
struct Compared {
    findings: BTreeMap<String, usize>,
    patches: BTreeMap<String, usize>,
}

fn compare(files: &[SourceFile], packs: &RulePacks) -> Compared {
    let native = BuiltinRules::default();
    let mut compared = Compared::default();
    for file in files {
        let expected = native.scan(file);
        let found = packs.scan(file);
        assert_eq!(unstamped(&found), json(&expected), "{}:\n{}", file.path, file.text);
        for (expected, found) in expected.iter().zip(&found) {
            let rule = expected.rule.as_str().to_owned();
            *compared.findings.entry(rule.clone()).or_default() += 1;
            if expected.declined.is_some() {
                continue;
            }
            let patch = native.propose(file, expected);
            assert_eq!(
                json(&packs.propose(file, found)),
                json(&patch),
                "{}: {rule}\n{}",
                file.path,
                file.text
            );
            *compared.patches.entry(rule).or_default() += usize::from(patch.is_some());
        }
    }
    for report in packs.report() {
        assert_eq!(report.failures.failed, BTreeMap::new(), "{}", report.id);
    }
    compared
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("a value can be written")
}

/// The findings without the hash of the pack behind the rule's version, which
/// must be there.
fn unstamped(found: &[Finding]) -> String {
    let mut found = found.to_vec();
    for finding in &mut found {
        let (version, stamp) = finding.rule_version.split_once("+sha256.").expect("a stamp");
        assert_eq!(stamp.len(), 64);
        finding.rule_version = version.to_owned();
    }
    json(&found)
}

#[test]
fn official_packs_have_every_built_in_rule() {
    let packs = official();
    let mut found: Vec<&str> = packs
        .packs()
        .iter()
        .flat_map(|pack| &pack.info().rules)
        .map(|rule| rule.id.as_str())
        .collect();
    found.sort_unstable();
    let expected: Vec<&str> = registry::all().iter().map(|rule| rule.meta().id).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_rulebook_comes_out_the_same() {
    let compared = compare(&rulebook(), &official());
    for rule in registry::all() {
        let meta = rule.meta();
        // Empty answers are equal too, and prove nothing.
        let count = |n: &BTreeMap<String, usize>| n.get(meta.id).copied().unwrap_or_default();
        let (findings, patches) = (count(&compared.findings), count(&compared.patches));
        assert!(findings >= LEAST_FINDINGS, "{}: only {findings} findings", meta.id);
        if meta.applicability == Applicability::ReportOnly {
            assert_eq!(patches, 0, "{} only reports", meta.id);
        } else {
            assert!(patches >= LEAST_PATCHES, "{}: only {patches} patches", meta.id);
        }
    }
}

/// Of this repository, or of the checkouts that `SELFOPT_CHECKOUTS=a:b:c` names;
/// what those gave is in `docs/evidence/packs.md`.
#[expect(clippy::print_stderr, reason = "the figures are for the evidence")]
#[test]
fn real_code_comes_out_the_same() {
    let own =
        || ["examples/storefront", "selfopt-probe/runtime"].map(|path| repository().join(path));
    let folders = match std::env::var_os("SELFOPT_CHECKOUTS") {
        Some(named) => std::env::split_paths(&named).collect(),
        None => Vec::from(own()),
    };
    let mut n_all = 0;
    for folder in folders {
        let files = sources(&folder);
        assert!(!files.is_empty(), "`{}` has no source files", folder.display());
        let compared = compare(&files, &official());
        let n_findings: usize = compared.findings.values().sum();
        let n_patches: usize = compared.patches.values().sum();
        n_all += n_findings;
        eprintln!(
            "{}: {} files, {n_findings} findings, {n_patches} patches, equal",
            folder.display(),
            files.len()
        );
    }
    assert!(n_all >= 5, "empty answers are equal too: {n_all} findings");
}

#[test]
fn the_interface_is_one() {
    let copy = |path: &str| std::fs::read_to_string(repository().join(path)).expect("is there");
    assert_eq!(copy("selfopt-plugin-host/wit/rules.wit"), copy("plugins/sdk/wit/rules.wit"));
    assert!(selfopt::packs::inspect(&pack(crate::CORE)).is_ok());
    // What authors get is what the examples are built of.
    for (template, example) in [
        ("c/selfopt_pack.h", "json-clone-c/src/selfopt_pack.h"),
        ("js/snapshot.js", "json-clone-js/src/snapshot.js"),
    ] {
        let template = copy(&format!("selfopt-cli/templates/{template}"));
        assert_eq!(template, copy(&format!("plugins/examples/{example}")));
    }
}
