//! SARIF 2.1.0, as GitHub code scanning reads it.

use selfopt_core::report::OpportunityReport;
use selfopt_rules::BuiltinRules;
use serde_json::{Value, json};

/// A log with one run.
pub(crate) fn log(found: &[OpportunityReport]) -> Value {
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
    let results: Vec<Value> = found.iter().map(result).collect();
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

fn result(report: &OpportunityReport) -> Value {
    let declined = report
        .declined
        .as_ref()
        .map(|declined| format!(" No patch: {}.", declined.reason))
        .unwrap_or_default();
    json!({
        "ruleId": report.rule,
        "level": if report.declined.is_some() { "none" } else { "note" },
        "message": { "text": format!("{} {}{declined}", report.message, report.why) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&report.path), "uriBaseId": "%SRCROOT%" },
                "region": {
                    "startLine": report.line,
                    "startColumn": report.column,
                    "endLine": report.end_line,
                    "endColumn": report.end_column,
                },
            },
        }],
        "partialFingerprints": { "selfoptOpportunity/v1": report.id },
    })
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
