//! `[[patterns]]` of `selfopt.toml`: regular expressions over a file's text.
//! There are no built-in ones: everything that was measured needs the syntax.

use std::fmt;

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};
use selfopt_core::config::PatternConfig;
use selfopt_core::{Declined, Finding, RuleId, Scanner};
use selfopt_syntax::{SourceFile, Span};

/// A compiled pattern is at most this large: patterns come from repositories.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Of one pattern no more than this is reported in a file.
const MAX_FOUND: usize = 100;

/// The patterns of a repository. Matching takes time in proportion to the
/// text, whatever the pattern.
#[derive(Debug, Clone)]
pub struct TextPatterns {
    patterns: Vec<Pattern>,
    fingerprint: String,
}

#[derive(Debug, Clone)]
struct Pattern {
    id: String,
    message: String,
    regex: Regex,
    /// `None`: all files.
    paths: Option<GlobSet>,
}

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pattern `{}` cannot be used: {}", self.id, self.reason)
    }
}

impl std::error::Error for BadPattern {}

impl TextPatterns {
    /// Compiles the patterns.
    pub fn new(patterns: &[PatternConfig]) -> Result<Self, BadPattern> {
        let compiled: Result<_, _> = patterns.iter().map(Pattern::new).collect();
        Ok(Self { patterns: compiled?, fingerprint: format!("patterns {patterns:?}") })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

impl Pattern {
    fn new(config: &PatternConfig) -> Result<Self, BadPattern> {
        let PatternConfig { id, regex, message, paths } = config;
        let bad = |reason: String| BadPattern { id: id.clone(), reason };
        let compiled = RegexBuilder::new(regex)
            .multi_line(true)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|error| bad(error.to_string()))?;
        if compiled.is_match("") {
            return Err(bad("it matches nothing at all, which is everywhere".to_owned()));
        }
        let mut globs = GlobSetBuilder::new();
        for path in paths {
            globs.add(Glob::new(path).map_err(|error| bad(error.to_string()))?);
        }
        let globs = globs.build().map_err(|error| bad(error.to_string()))?;
        Ok(Self {
            id: id.clone(),
            message: message.clone(),
            regex: compiled,
            paths: (!paths.is_empty()).then_some(globs),
        })
    }

    fn findings<'a>(&'a self, file: &'a SourceFile) -> impl Iterator<Item = Finding> + 'a {
        let is_asked = self.paths.as_ref().is_none_or(|paths| paths.is_match(&file.path));
        let text = if is_asked { &*file.text } else { "" };
        self.regex.find_iter(text).take(MAX_FOUND).filter_map(|found| {
            let offset = |at: usize| u32::try_from(at).ok();
            let span = Span::new(offset(found.start())?, offset(found.end())?);
            Some(self.finding(span))
        })
    }

    fn finding(&self, span: Span) -> Finding {
        Finding {
            rule: RuleId::new(self.id.as_str()),
            rule_version: "0.0.0".to_owned(),
            span,
            message: self.message.clone(),
            why: "This repository's `selfopt.toml` asks to be told.".to_owned(),
            // Nothing is known of its cost: it ranks behind what was measured.
            typical_speedup: 1.0,
            rule_risk: 3,
            declined: Some(Declined {
                obligation: "report-only".to_owned(),
                reason: "a text pattern knows no rewrite".to_owned(),
                line: None,
            }),
        }
    }
}

impl Scanner for TextPatterns {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let mut found: Vec<_> =
            self.patterns.iter().flat_map(|pattern| pattern.findings(file)).collect();
        found.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        found
    }

    fn rules(&self) -> Vec<RuleId> {
        self.patterns.iter().map(|pattern| RuleId::new(pattern.id.as_str())).collect()
    }

    fn fingerprint(&self) -> Option<String> {
        Some(self.fingerprint.clone())
    }
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{Language, parse};

    use super::*;

    fn pattern(regex: &str, paths: &[&str]) -> PatternConfig {
        PatternConfig {
            id: "sync-read".to_owned(),
            regex: regex.to_owned(),
            message: "reads while others wait".to_owned(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    /// What is found in `src/a.ts`.
    fn check(regex: &str, paths: &[&str], text: &str) -> Vec<String> {
        let patterns = TextPatterns::new(&[pattern(regex, paths)]).unwrap();
        let file = parse("src/a.ts".to_owned(), Language::TypeScript, text.to_owned());
        let found = patterns.scan(&file);
        assert!(found.iter().all(|finding| finding.declined.is_some()), "{found:?}");
        found.iter().map(|finding| finding.span.text(text).to_owned()).collect()
    }

    #[test]
    fn what_matches_is_reported() {
        let text = "a(readFileSync);\nb(readFileSync);\n";
        assert_eq!(check("readFileSync", &[], text), ["readFileSync"; 2]);
        assert_eq!(check("^b.*$", &[], text), ["b(readFileSync);"]);
        assert_eq!(check("readFileSync", &["src/**"], text).len(), 2);
        assert!(check("readFileSync", &["lib/**"], text).is_empty());
        assert_eq!(check("x", &[], &"x;".repeat(200)).len(), MAX_FOUND);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for regex in ["(", "(?=a)", "(a{1000}){1000}", "a*"] {
            let error = TextPatterns::new(&[pattern(regex, &[])]).unwrap_err();
            assert!(error.to_string().contains("`sync-read`"), "{error}");
        }
    }

    #[test]
    fn a_change_of_a_pattern_is_another_fingerprint() {
        let of = |regex| TextPatterns::new(&[pattern(regex, &[])]).unwrap().fingerprint();
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
    }
}
