//! Which findings the comments take away, and which comments take away none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::comment::Directives;
use crate::domain::RuleId;
use crate::report::OpportunityReport;

/// Something about a file that its author should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ScanNote {
    /// Path relative to the project root.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What, and what to do, in one sentence.
    pub message: String,
}

/// An opportunity that a comment switched off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// What was found; its rank is 0.
    pub opportunity: OpportunityReport,
    /// The reason that the comment gives.
    pub reason: String,
    /// The comment's line, from 1.
    pub comment_line: u32,
}

/// What the comments of one file do.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Judged {
    /// For each finding, in order: the directive that takes it away.
    pub(crate) taken_by: Vec<Option<usize>>,
    /// Rules that a comment names and that take nothing away.
    pub(crate) idle: Vec<Idle>,
}

/// A rule that a comment names for nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Idle {
    /// The comment's line, from 1.
    pub(crate) line: u32,
    /// The rule.
    pub(crate) rule: String,
}

/// Applies the comments to findings, each a rule and the line it begins on.
pub(crate) fn judge(directives: &Directives, findings: &[(&RuleId, u32)]) -> Judged {
    let directives = &directives.obeyed;
    let takes = |at: usize, name: &str, (rule, line): (&RuleId, u32)| {
        rule.as_str() == name && directives[at].target.is_none_or(|target| target == line)
    };
    // The nearest comment is the one that counts: a line's before the file's.
    let taker = |finding| {
        let mut all = (0..directives.len())
            .filter(|at| directives[*at].rules.iter().any(|name| takes(*at, name, finding)));
        let first = all.next()?;
        let own_line = |at: &usize| directives[*at].target.is_some();
        Some(std::iter::once(first).chain(all).find(own_line).unwrap_or(first))
    };
    let taken_by = findings.iter().map(|finding| taker(*finding)).collect();
    let mut idle = Vec::new();
    for (at, directive) in directives.iter().enumerate() {
        for rule in &directive.rules {
            if !findings.iter().any(|finding| takes(at, rule, *finding)) {
                idle.push(Idle { line: directive.line, rule: rule.clone() });
            }
        }
    }
    Judged { taken_by, idle }
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{Language, parse};

    use super::super::read;
    use super::*;

    const REASON: &str = "three entries at most";

    /// Lines on which findings of the rule `a` are left, idle rules, and notes.
    fn check(text: &str, lines: &[u32]) -> (Vec<u32>, Vec<String>, Vec<String>) {
        let file = parse("a.tsx".to_owned(), Language::Tsx, text.to_owned());
        let rule = RuleId::new("a");
        let findings: Vec<_> = lines.iter().map(|line| (&rule, *line)).collect();
        let directives = read(&file);
        let judged = judge(&directives, &findings);
        let left = lines.iter().zip(&judged.taken_by).filter(|(_, by)| by.is_none());
        (
            left.map(|(line, _)| *line).collect(),
            judged.idle.into_iter().map(|idle| format!("{}:{}", idle.line, idle.rule)).collect(),
            directives.refused.into_iter().map(|note| note.message).collect(),
        )
    }

    #[test]
    fn a_comment_takes_away_its_line() {
        for text in [
            format!("// selfopt-disable-next-line a -- {REASON}\nf();\ng();\n"),
            format!("f(1);\ng(); // selfopt-disable-line a -- {REASON}\nh();\n"),
            format!("/* selfopt-disable-next-line a -- {REASON} */\ng();\nh();\n"),
            format!("x = <b>{{/* selfopt-disable-next-line a -- {REASON} */}}\n{{g()}}\n</b>;\n"),
        ] {
            assert_eq!(check(&text, &[2, 3]).0, [3], "{text}");
        }
    }

    #[test]
    fn comments_above_each_other_are_about_the_same_line() {
        let text = format!(
            "// selfopt-disable-next-line a -- {REASON}\r\n// selfopt-disable-next-line b -- x\r\n\
             // why\r\nf();\r\n"
        );
        assert_eq!(check(&text, &[4]), (vec![], vec!["2:b".to_owned()], vec![]));
    }

    #[test]
    fn a_file_is_switched_off_at_its_top_alone() {
        let top = format!("\"use strict\";\n/* selfopt-disable b, a -- {REASON} */\nf();\n");
        assert_eq!(check(&top, &[3, 9]), (vec![], vec!["2:b".to_owned()], vec![]));
        let below = format!("f();\n/* selfopt-disable a -- {REASON} */\ng();\n");
        let (left, _, notes) = check(&below, &[3]);
        assert_eq!(left, [3]);
        assert!(notes[0].contains("above the file's first statement"), "{notes:?}");
    }

    #[test]
    fn what_cannot_be_obeyed_is_named_and_changes_nothing() {
        for (comment, says) in [
            ("// selfopt-disable-next-line a", "gives no reason"),
            ("// selfopt-disable-next-line a --", "gives no reason"),
            ("// selfopt-disable-next-line -- because", "names no rule"),
            ("// selfopt-disable-next-line", "names no rule"),
            ("// selfopt-disable-nextline a -- because", "is not known"),
        ] {
            let (left, idle, notes) = check(&format!("{comment}\nf();\n"), &[2]);
            assert_eq!((left, idle), (vec![2], vec![]), "{comment}");
            assert!(notes[0].contains(says), "{comment}: {notes:?}");
        }
    }

    #[test]
    fn text_that_is_no_comment_asks_for_nothing() {
        let text = "const a = \"// selfopt-disable-next-line a -- because\";\nf();\n";
        assert_eq!(check(text, &[2]), (vec![2], vec![], vec![]));
    }

    #[test]
    fn a_comment_without_a_finding_is_idle() {
        let text = format!("// selfopt-disable-next-line a -- {REASON}\nf();\ng();\n");
        assert_eq!(check(&text, &[3]), (vec![3], vec!["1:a".to_owned()], vec![]));
    }
}
