//! Between the interface's words and ours.

use selfopt_core::{Declined, Finding, MetBy, Obligation, RuleId};
use selfopt_syntax::{Language, SourceFile};

use crate::bindings::guest;
use crate::describe::PackRule;
use crate::validate::span;

pub(crate) fn language(language: guest::Language) -> Language {
    match language {
        guest::Language::Typescript => Language::TypeScript,
        guest::Language::Tsx => Language::Tsx,
        guest::Language::Javascript => Language::JavaScript,
        guest::Language::Jsx => Language::Jsx,
    }
}

/// A file as a pack gets it.
pub(crate) fn source_file(file: &SourceFile) -> guest::SourceFile {
    guest::SourceFile {
        path: file.path.clone(),
        language: match file.language {
            Language::TypeScript => guest::Language::Typescript,
            Language::Tsx => guest::Language::Tsx,
            Language::JavaScript => guest::Language::Javascript,
            Language::Jsx => guest::Language::Jsx,
        },
        text: file.text.to_string(),
        snapshot: file.to_snapshot(),
    }
}

/// A checked finding. `version` is the rule's, with the pack's hash behind it.
pub(crate) fn finding(
    file: &SourceFile,
    rule: &PackRule,
    version: String,
    found: guest::Finding,
) -> Finding {
    Finding {
        rule: RuleId::new(&rule.id),
        rule_version: version,
        span: span(found.span),
        message: found.message,
        why: rule.why.clone(),
        typical_speedup: rule.typical_speedup,
        rule_risk: rule.risk,
        declined: found.declined.map(|declined| Declined {
            obligation: declined.condition,
            reason: declined.reason,
            line: Some(file.line(declined.span.start)),
        }),
    }
}

/// A finding of the core as the pack gave it. It was not declined, else nobody
/// would ask for its patch.
pub(crate) fn asked(finding: &Finding) -> guest::Finding {
    guest::Finding {
        rule: finding.rule.as_str().to_owned(),
        span: guest::Span { start: finding.span.start, end: finding.span.end },
        message: finding.message.clone(),
        declined: None,
    }
}

pub(crate) fn obligation(obligation: guest::Obligation) -> Obligation {
    Obligation {
        id: obligation.condition,
        met_by: match obligation.met_by {
            guest::MetBy::Syntax => MetBy::Syntax,
            guest::MetBy::DeclaredType => MetBy::Type,
            guest::MetBy::Tests => MetBy::Tests,
            guest::MetBy::Benchmark => MetBy::Benchmark,
        },
    }
}
