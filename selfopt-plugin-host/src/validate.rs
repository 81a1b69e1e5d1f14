//! Whether what a pack answered fits the file, its own description and the
//! limits. One wrong thing makes the whole answer wrong.

use std::collections::BTreeSet;

use selfopt_syntax::{Edit, SourceFile, Span, normalize};

use crate::bindings::guest;
use crate::describe::PackRule;
use crate::failure::{CallFailure, FailureKind, Phase};
use crate::limits::Limits;

/// Control characters would let a pack write on the terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect()
}

/// Characters that reorder or hide the text around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The beginning of a text, at most `max` bytes.
pub(crate) fn clip(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Checks answers about one file.
pub(crate) struct Judge<'a> {
    pub(crate) file: &'a SourceFile,
    pub(crate) limits: &'a Limits,
    pub(crate) phase: Phase,
}

impl Judge<'_> {
    pub(crate) fn findings<'r>(
        &self,
        found: Vec<guest::Finding>,
        asked: &[&'r PackRule],
    ) -> Result<Vec<(&'r PackRule, guest::Finding)>, CallFailure> {
        if found.len() > self.limits.findings {
            let message = format!("{} findings, allowed are {}", found.len(), self.limits.findings);
            return Err(CallFailure::new(self.phase, FailureKind::Flood, message));
        }
        let mut seen = BTreeSet::new();
        let mut judged = Vec::with_capacity(found.len());
        for finding in found {
            let rule = asked.iter().find(|rule| rule.id == finding.rule).ok_or_else(|| {
                self.lie(format!(
                    "a finding of `{}`, which was not asked for",
                    clip(&finding.rule, 80)
                ))
            })?;
            self.finding(rule, &finding)?;
            if !seen.insert((rule.id.as_str(), finding.span.start, finding.span.end)) {
                let span = finding.span;
                return Err(self
                    .lie(format!("`{}` found bytes {}..{} twice", rule.id, span.start, span.end)));
            }
            judged.push((*rule, finding));
        }
        Ok(judged)
    }

    fn finding(&self, rule: &PackRule, finding: &guest::Finding) -> Result<(), CallFailure> {
        self.span(finding.span)?;
        self.text("message", &finding.message)?;
        if let Some(declined) = &finding.declined {
            self.span(declined.span)?;
            self.text("reason", &declined.reason)?;
            self.condition(rule, &declined.condition)?;
        }
        Ok(())
    }

    pub(crate) fn patch(
        &self,
        rule: &PackRule,
        patch: &guest::Patch,
    ) -> Result<Vec<Edit>, CallFailure> {
        self.text("title", &patch.title)?;
        if rule.applicability == guest::Applicability::ReportOnly {
            return Err(self.lie(format!("`{}` only reports, and gave a patch", rule.id)));
        }
        if patch.edits.is_empty() {
            return Err(self.lie("a patch without an edit".to_owned()));
        }
        if patch.edits.len() > self.limits.edits {
            let message = format!("{} edits, allowed are {}", patch.edits.len(), self.limits.edits);
            return Err(CallFailure::new(self.phase, FailureKind::Flood, message));
        }
        for obligation in &patch.obligations {
            self.condition(rule, &obligation.condition)?;
        }
        let met: BTreeSet<&str> = patch.obligations.iter().map(|o| o.condition.as_str()).collect();
        let open = rule.conditions.iter().find(|condition| !met.contains(condition.id.as_str()));
        if let Some(open) = open {
            return Err(self.lie(format!("a patch that says nothing of `{}`", open.id)));
        }
        let edits: Vec<Edit> = patch
            .edits
            .iter()
            .map(|edit| {
                self.span(edit.span)?;
                Ok(Edit::replace(span(edit.span), edit.replacement.clone()))
            })
            .collect::<Result<_, CallFailure>>()?;
        normalize(&self.file.text, &edits).map_err(|conflict| self.lie(conflict.to_string()))?;
        Ok(edits)
    }

    fn span(&self, asked: guest::Span) -> Result<(), CallFailure> {
        let fits = asked.start <= asked.end
            && self.file.text.get(asked.start as usize..asked.end as usize).is_some();
        if fits {
            return Ok(());
        }
        Err(self.lie(format!(
            "bytes {}..{} of a file of {} bytes, or inside of a character",
            asked.start,
            asked.end,
            self.file.text.len()
        )))
    }

    fn text(&self, what: &str, text: &str) -> Result<(), CallFailure> {
        if text.len() > self.limits.text_bytes {
            let message =
                format!("a {what} of {} bytes, allowed are {}", text.len(), self.limits.text_bytes);
            return Err(CallFailure::new(self.phase, FailureKind::Flood, message));
        }
        if text.trim().is_empty() || one_line(text) != text {
            return Err(self.lie(format!("a {what} that is empty or has control characters")));
        }
        Ok(())
    }

    fn condition(&self, rule: &PackRule, id: &str) -> Result<(), CallFailure> {
        if rule.conditions.iter().any(|condition| condition.id == id) {
            return Ok(());
        }
        Err(self.lie(format!("`{}` has no condition `{}`", rule.id, clip(id, 80))))
    }

    fn lie(&self, message: String) -> CallFailure {
        CallFailure::new(self.phase, FailureKind::Lie, message)
    }
}

/// A checked span of a pack as ours.
pub(crate) fn span(span: guest::Span) -> Span {
    Span::new(span.start, span.end)
}
