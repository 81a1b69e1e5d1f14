//! Patches a text with one rule until nothing is left to patch.

use selfopt_core::{Finding, Patch, PatchTemplate, Scanner};
use selfopt_rules::{BuiltinRules, registry};
use selfopt_syntax::{DiffSet, FileChange, Language, SourceFile, Witnesses, apply, parse, unified};

/// More findings than any block has.
const MAX_PATCHES: usize = 20;

/// Errors are things no patch may ever do: break the syntax, not apply, leave
/// its own finding in place.
pub(crate) fn patch_all(rule: &str, language: Language, text: &str) -> Result<String, String> {
    let rules = BuiltinRules::new(|id| id == rule);
    let read = |text: &str| parse("page", language, text);
    let mut file = read(text);
    if !Witnesses::of(&file).are_ok() {
        return Err(format!("the block does not parse: {:?}", file.diagnostics));
    }
    for _ in 0..MAX_PATCHES {
        let findings = rules.scan(&file);
        if findings != rules.scan(&file) {
            return Err("two scans of one file differ".to_owned());
        }
        let n_open = open_findings(&rules, &file, &findings)?.len();
        let Some(patch) = open_findings(&rules, &file, &findings)?.into_iter().next() else {
            return Ok(file.text.to_string());
        };
        check_obligations(rule, &patch)?;
        let changed = apply(&file.text, &patch.edits).map_err(|conflict| conflict.to_string())?;
        let after = read(&changed);
        if !Witnesses::of(&after).are_ok() {
            return Err(format!(
                "the patched block does not parse: {:?}\n{changed}",
                after.diagnostics
            ));
        }
        check_diff(&file.text, &changed)?;
        let left = rules.scan(&after);
        if open_findings(&rules, &after, &left)?.len() >= n_open {
            return Err(format!("the patch is not idempotent; it gives\n{changed}"));
        }
        file = after;
    }
    Err(format!("more than {MAX_PATCHES} patches"))
}

fn open_findings(
    rules: &BuiltinRules,
    file: &SourceFile,
    findings: &[Finding],
) -> Result<Vec<Patch>, String> {
    let mut patches = Vec::new();
    for finding in findings {
        match (rules.propose(file, finding), &finding.declined) {
            (Some(patch), None) => patches.push(patch),
            (None, Some(_)) => {}
            (patch, declined) => {
                return Err(format!("finding and patch disagree: {declined:?}, {patch:?}"));
            }
        }
    }
    Ok(patches)
}

/// A patch accounts for every condition of its rule, and for no other.
fn check_obligations(rule: &str, patch: &Patch) -> Result<(), String> {
    let meta = registry::find(rule).ok_or("no such rule")?.meta();
    let expected: Vec<_> = meta.conditions.iter().map(|condition| condition.id).collect();
    let found: Vec<_> = patch.obligations.iter().map(|obligation| obligation.id.as_str()).collect();
    if expected == found { Ok(()) } else { Err(format!("obligations are {found:?}")) }
}

/// The diff of the patch, applied to the original, gives the patched text.
fn check_diff(before: &str, after: &str) -> Result<(), String> {
    let diff = unified(&[FileChange { path: "page.ts", before, after }]);
    let applied = DiffSet::parse(&diff).and_then(|set| set.apply("page.ts", before));
    if applied.as_deref() == Ok(after) { Ok(()) } else { Err("the diff does not apply".to_owned()) }
}
