//! The pack as the host sees it. Every call comes in an instance of its own,
//! so nothing is kept from one to the next but the options.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, Once, PoisonError};

use selfopt_rules::{Applicability, Match, Outcome, Rule, matches};
use selfopt_syntax::{Language, MetBy, SourceFile, Span};

use crate::pack::{NoOptions, Pack};

#[expect(missing_docs, reason = "generated; `wit/rules.wit` is the documentation")]
mod generated {
    wit_bindgen::generate!({
        path: "wit",
        world: "pack",
        pub_export_macro: true,
        default_bindings_module: "selfopt_pack::guest",
    });
}

use generated::exports::selfopt::rules::guest as wit;
use generated::selfopt::rules::log;
pub use generated::{export, exports};

static OPTIONS: Mutex<Option<String>> = Mutex::new(None);

/// A [`Pack`] behind the interface.
pub struct Component<P>(PhantomData<P>);

impl<P: Pack> wit::Guest for Component<P> {
    fn describe() -> wit::PackInfo {
        report_panics();
        let rules = P::rules(&P::Options::default());
        wit::PackInfo {
            id: P::INFO.id.to_owned(),
            version: P::INFO.version.to_owned(),
            license: P::INFO.license.to_owned(),
            description: P::INFO.description.to_owned(),
            options_schema: options_schema::<P::Options>(),
            rules: rules.iter().map(|rule| describe::<P>(&**rule)).collect(),
        }
    }

    fn configure(options: String) -> Result<(), wit::PackError> {
        report_panics();
        serde_json::from_str::<P::Options>(&options).map_err(|error| wit::PackError {
            code: wit::ErrorCode::BadOptions,
            message: error.to_string(),
        })?;
        *OPTIONS.lock().unwrap_or_else(PoisonError::into_inner) = Some(options);
        Ok(())
    }

    fn scan(
        file: wit::SourceFile,
        wanted: Vec<String>,
    ) -> Result<Vec<wit::Finding>, wit::PackError> {
        report_panics();
        let file = open(file)?;
        let rules = P::rules(&options::<P>());
        let mut findings = Vec::new();
        for rule in rules.iter().filter(|rule| wanted.iter().any(|id| id == rule.meta().id)) {
            findings.extend(matches(&**rule, &file).map(|(_, found)| finding(&**rule, &found)));
        }
        Ok(findings)
    }

    fn propose(
        file: wit::SourceFile,
        finding: wit::Finding,
    ) -> Result<Option<wit::Patch>, wit::PackError> {
        report_panics();
        let file = open(file)?;
        let span = Span::new(finding.span.start, finding.span.end.max(finding.span.start));
        let rules = P::rules(&options::<P>());
        let Some(rule) = rules.iter().find(|rule| rule.meta().id == finding.rule) else {
            return Ok(None);
        };
        let found = matches(&**rule, &file).find(|(_, found)| found.span == span);
        Ok(found.and_then(|(_, found)| patch(&**rule, found)))
    }
}

/// Sends the message of a panic to the host: all that it sees otherwise is
/// that the pack stopped.
pub fn report_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| log::emit(log::Level::Warn, &info.to_string())));
    });
}

fn options<P: Pack>() -> P::Options {
    let options = OPTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = options.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn options_schema<O: schemars::JsonSchema>() -> Option<String> {
    let has_none = O::schema_id() == <NoOptions as schemars::JsonSchema>::schema_id();
    (!has_none).then(|| schemars::schema_for!(O).to_value().to_string())
}

/// The file, read where its bytes lie and never dropped: the instance is gone
/// after the call, and giving its memory back piece by piece would cost as much
/// as some rules do.
fn open(file: wit::SourceFile) -> Result<ManuallyDrop<SourceFile>, wit::PackError> {
    let language = match file.language {
        wit::Language::Typescript => Language::TypeScript,
        wit::Language::Tsx => Language::Tsx,
        wit::Language::Javascript => Language::JavaScript,
        wit::Language::Jsx => Language::Jsx,
    };
    let snapshot = file.snapshot.leak();
    let opened = SourceFile::over_snapshot(file.path, language, file.text, snapshot);
    opened.map(ManuallyDrop::new).map_err(|error| wit::PackError {
        code: wit::ErrorCode::Unsupported,
        message: error.to_string(),
    })
}

fn describe<P: Pack>(rule: &dyn Rule) -> wit::RuleInfo {
    let meta = rule.meta();
    let scope = P::scope(meta.id);
    let owned = |list: &[&str]| list.iter().map(|&item| item.to_owned()).collect();
    let language = |language: &Language| match language {
        Language::TypeScript => wit::Language::Typescript,
        Language::Tsx => wit::Language::Tsx,
        Language::JavaScript => wit::Language::Javascript,
        Language::Jsx => wit::Language::Jsx,
    };
    wit::RuleInfo {
        id: meta.id.to_owned(),
        version: meta.version.to_owned(),
        title: meta.title.to_owned(),
        why: meta.why.to_owned(),
        applicability: match meta.applicability {
            Applicability::Safe => wit::Applicability::Safe,
            Applicability::NeedsProof => wit::Applicability::NeedsProof,
            Applicability::ReportOnly => wit::Applicability::ReportOnly,
        },
        languages: scope.languages.iter().map(language).collect(),
        paths: owned(scope.paths),
        literals: owned(meta.literals),
        kinds: owned(meta.kinds),
        risk: meta.risk,
        typical_speedup: meta.typical_speedup,
        needs_bindings: meta.needs_bindings,
        conditions: meta
            .conditions
            .iter()
            .map(|condition| wit::Condition {
                id: condition.id.to_owned(),
                text: condition.text.to_owned(),
                met_by: met_by(condition.met_by),
            })
            .collect(),
    }
}

fn finding(rule: &dyn Rule, found: &Match) -> wit::Finding {
    let declined = match &found.outcome {
        Outcome::Fix(_) => None,
        Outcome::Declined(refusal) => Some(wit::Declined {
            condition: refusal.condition.id.to_owned(),
            reason: refusal.reason.clone(),
            span: span(refusal.span),
        }),
    };
    wit::Finding {
        rule: rule.meta().id.to_owned(),
        span: span(found.span),
        message: found.message.clone(),
        declined,
    }
}

fn patch(rule: &dyn Rule, found: Match) -> Option<wit::Patch> {
    let Outcome::Fix(fix) = found.outcome else {
        return None;
    };
    let obligations = fix.obligations(rule.meta());
    Some(wit::Patch {
        title: fix.title,
        edits: fix
            .edits
            .into_iter()
            .map(|edit| wit::Edit { span: span(edit.span), replacement: edit.replacement })
            .collect(),
        obligations: obligations
            .into_iter()
            .map(|obligation| wit::Obligation {
                condition: obligation.id,
                met_by: met_by(obligation.met_by),
            })
            .collect(),
    })
}

fn met_by(met_by: MetBy) -> wit::MetBy {
    match met_by {
        MetBy::Syntax => wit::MetBy::Syntax,
        MetBy::Type => wit::MetBy::DeclaredType,
        MetBy::Tests => wit::MetBy::Tests,
        MetBy::Benchmark => wit::MetBy::Benchmark,
    }
}

fn span(span: Span) -> wit::Span {
    wit::Span { start: span.start, end: span.end }
}
