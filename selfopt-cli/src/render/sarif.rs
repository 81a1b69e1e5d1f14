//! SARIF 2.1.0, as GitHub code scanning reads it.

use selfopt_core::SourceTree;
use selfopt_core::digest::Digest;
use selfopt_core::report::OpportunityReport;
use selfopt_core::suppression::Suppressed;
use selfopt_rules::BuiltinRules;
use serde_json::{Value, json};

use super::frames::span;

/// A log with one run. `folder` is the project's place in its repository, from
/// where code scanning resolves paths.
pub(crate) fn log(
    found: &[OpportunityReport],
    suppressed: &[Suppressed],
    tree: &dyn SourceTree,
    folder: &str,
) -> Value {
    let rules: Vec<Value> = BuiltinRules::default()
        .rules()
        .iter()
        .map(|rule| {
            let meta = rule.meta();
            json!({
                "id": meta.id,
                "shortDescription": { "text": meta.title },
                "properties": { "tags": ["performance"] },
            })
        })
        .collect();
    let reasons = suppressed.iter().map(|suppressed| Some(suppressed.reason.as_str()));
    let reasons = std::iter::repeat_n(None, found.len()).chain(reasons);
    let off = suppressed.iter().map(|suppressed| &suppressed.opportunity);
    let found: Vec<OpportunityReport> = found.iter().chain(off).cloned().collect();
    let results: Vec<Value> = found
        .iter()
        .zip(fingerprints(&found, tree, folder))
        .zip(reasons)
        .map(|((report, fingerprint), reason)| {
            let mut value = result(report, &in_folder(folder, &report.path), &fingerprint);
            if let Some(reason) = reason {
                value["suppressions"] = json!([{ "kind": "inSource", "justification": reason }]);
            }
            value
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "SelfOpt",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(report: &OpportunityReport, path: &str, fingerprint: &str) -> Value {
    let mut message = vec![sentence(&report.message), sentence(&report.why)];
    if let Some(declined) = &report.declined {
        message.push(sentence(&format!("No patch: {}", declined.reason)));
    }
    // A place that is left alone is nothing to fix; only `fail` has a level.
    let (kind, level) =
        if report.declined.is_some() { ("informational", "none") } else { ("fail", "note") };
    json!({
        "ruleId": report.rule,
        "kind": kind,
        "level": level,
        "message": { "text": message.join(" ") },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(path), "uriBaseId": "%SRCROOT%" },
                "region": {
                    "startLine": report.line,
                    "startColumn": report.column,
                    "endLine": report.end_line,
                    "endColumn": report.end_column,
                },
            },
        }],
        "partialFingerprints": { "selfoptOpportunity/v1": fingerprint },
    })
}

/// What stays the same from commit to commit while the code in question does:
/// the opportunity's id does not, since the commit is a part of it. Equal code
/// in one file is told apart by counting from the top.
fn fingerprints(found: &[OpportunityReport], tree: &dyn SourceTree, folder: &str) -> Vec<String> {
    let digests: Vec<String> = found
        .iter()
        .map(|report| {
            let text = tree.text(&report.path).unwrap_or_default();
            let code = text[span(&text, 1, report)].replace("\r\n", "\n");
            let path = in_folder(folder, &report.path);
            Digest::of_parts([report.rule.as_str().as_bytes(), path.as_bytes(), code.as_bytes()])
                .prefix(32)
                .to_owned()
        })
        .collect();
    let place = |at: usize| (found[at].line, found[at].column);
    (0..found.len())
        .map(|at| {
            let before = (0..found.len())
                .filter(|other| digests[*other] == digests[at] && place(*other) < place(at))
                .count();
            format!("{}:{}", digests[at], before + 1)
        })
        .collect()
}

fn in_folder(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Text that begins with a capital and ends with a stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{stop}", first.collect::<String>(), chars.as_str())
}

/// A relative path as a URI reference: everything outside the unreserved
/// characters of RFC 3986 and `/` is percent-encoded.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;

    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use selfopt_core::{Declined, MemoryTree, OpportunityId, RuleId};

    use super::*;

    fn report(line: u32, declined: bool) -> OpportunityReport {
        OpportunityReport {
            id: OpportunityId::new("opp-1"),
            rule: RuleId::new("rule"),
            path: "src/a.js".to_owned(),
            line,
            column: 1,
            end_line: line,
            end_column: 5,
            message: "`x` is slow".to_owned(),
            why: "it is made every time.".to_owned(),
            rank: 1,
            declined: declined.then(|| Declined {
                obligation: "o".to_owned(),
                reason: "not sure".to_owned(),
                line: None,
            }),
            patch: None,
            patch_title: None,
            surroundings: selfopt_core::complexity::Surroundings::default(),
        }
    }

    #[test]
    fn fingerprints_follow_the_code_and_not_its_line() {
        let before = MemoryTree::new([("src/a.js", "a();\nb();\na();\n")]);
        let after = MemoryTree::new([("src/a.js", "\r\na();\r\nb();\r\na();\r\n")]);
        let found = |shift: u32| {
            [report(3 + shift, false), report(2 + shift, false), report(1 + shift, false)]
        };
        let one = fingerprints(&found(0), &before, "web");
        assert_eq!(one, fingerprints(&found(1), &after, "web"));
        assert!(one[0].ends_with(":2") && one[2].ends_with(":1"), "{one:?}");
        assert_ne!(one[1], one[2]);
        assert_ne!(one, fingerprints(&found(0), &before, ""));
    }

    #[test]
    fn results_name_the_place_in_the_repository_and_read_as_sentences() {
        let tree = MemoryTree::new([("src/a.js", "a();\n")]);
        let log = log(&[report(1, false), report(1, true)], &[], &tree, "web");
        let results = &log["runs"][0]["results"];
        let location = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(location["uri"], "web/src/a.js");
        assert_eq!(results[0]["message"]["text"], "`x` is slow. It is made every time.");
        assert_eq!(results[0]["level"], "note");
        assert_eq!(results[1]["kind"], "informational");
        assert_eq!(results[1]["level"], "none");
    }

    #[test]
    fn what_a_comment_switched_off_is_suppressed_with_its_reason() {
        let tree = MemoryTree::new([("src/a.js", "a();\n")]);
        let off = Suppressed {
            opportunity: report(1, false),
            reason: "three entries".to_owned(),
            comment_line: 1,
        };
        let log = log(&[report(1, true)], &[off], &tree, "");
        let results = &log["runs"][0]["results"];
        assert!(results[0]["suppressions"].is_null());
        assert_eq!(results[1]["suppressions"][0]["justification"], "three entries");
    }
}
