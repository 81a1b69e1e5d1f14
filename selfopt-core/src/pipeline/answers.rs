//! What scanners and templates say about one file, and how it is kept from one
//! scan to the next.

use std::collections::BTreeMap;

use selfopt_syntax::{SourceFile, parse};
use serde::{Deserialize, Serialize};

use super::scan::ScannedFile;
use crate::complexity::{FunctionShape, Surroundings, functions, surroundings};
use crate::digest::Digest;
use crate::domain::{Declined, Finding, Patch};
use crate::ports::{PatchTemplate, Scanner};
use crate::suppression::{self, Directives};

/// Changes when the meaning of what is kept does.
const FORMAT: &str = "selfopt.scan-memory/1";

/// All that is known of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FileAnswers {
    pub(super) answers: Vec<Answer>,
    pub(super) functions: Vec<FunctionShape>,
    pub(super) directives: Directives,
}

/// A finding with its patch, or the reason why it has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) finding: Finding,
    pub(super) patch: Option<Patch>,
    pub(super) around: Surroundings,
}

impl FileAnswers {
    /// Asks all scanners, and the templates about each finding that counts.
    pub(super) fn ask(
        file: &ScannedFile,
        text: &str,
        scanners: &[Box<dyn Scanner>],
        templates: &[Box<dyn PatchTemplate>],
        counts: impl Fn(&Finding) -> bool,
    ) -> Self {
        let source = parse(file.path.clone(), file.language, text);
        let functions = functions(&source);
        let answers = scanners
            .iter()
            .flat_map(|scanner| scanner.scan(&source))
            .filter(counts)
            .map(|finding| answer(&source, &functions, finding, templates))
            .collect();
        Self { answers, functions, directives: suppression::read(&source) }
    }

    /// Whether every span lies in the text.
    fn fits(&self, text: &str) -> bool {
        let edits = |answer: &Answer| {
            answer
                .patch
                .iter()
                .flat_map(|patch| &patch.edits)
                .all(|edit| edit.span.get(text).is_some())
        };
        self.answers.iter().all(|answer| answer.finding.span.get(text).is_some() && edits(answer))
    }
}

fn answer(
    source: &SourceFile,
    functions: &[FunctionShape],
    mut finding: Finding,
    templates: &[Box<dyn PatchTemplate>],
) -> Answer {
    let mut patch = None;
    if finding.declined.is_none() {
        patch = templates.iter().find_map(|template| template.propose(source, &finding));
        if patch.is_none() {
            finding.declined = Some(Declined {
                obligation: "patch-template".to_owned(),
                reason: "no template has a patch for this place".to_owned(),
                line: None,
            });
        }
    }
    Answer { around: surroundings(source, functions, finding.span), finding, patch }
}

/// Answers of an earlier scan. They are used again for a file of the same path
/// and text while all scanners have the same fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScanMemory {
    fingerprint: String,
    files: BTreeMap<String, FileAnswers>,
}

impl ScanMemory {
    /// Reads what [`ScanMemory::to_bytes`] wrote; `None` when a byte differs.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let at = bytes.iter().position(|byte| *byte == b'\n')?;
        let (digest, rest) = bytes.split_at(at);
        let content = rest.get(1..)?;
        if digest != Digest::of(content).as_str().as_bytes() {
            return None;
        }
        serde_json::from_slice(content).ok()
    }

    /// The memory as bytes, with a digest in front.
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = Digest::of(&content).as_str().as_bytes().to_vec();
        bytes.push(b'\n');
        bytes.extend(content);
        bytes
    }

    /// How many files it knows.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// An empty memory for these scanners; `None` when one of them is to be
    /// asked every time.
    pub(super) fn of(scanners: &[Box<dyn Scanner>], program: &str) -> Option<Self> {
        let mut parts = vec![FORMAT.to_owned(), program.to_owned()];
        for scanner in scanners {
            parts.push(scanner.fingerprint()?);
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let fingerprint = Digest::of_parts(parts).as_str().to_owned();
        Some(Self { fingerprint, files: BTreeMap::new() })
    }

    /// The answers to this file, when they were given under `now`.
    pub(super) fn get(&self, now: &Self, key: &str, text: &str) -> Option<&FileAnswers> {
        if self.fingerprint != now.fingerprint {
            return None;
        }
        self.files.get(key).filter(|answers| answers.fits(text))
    }

    pub(super) fn put(&mut self, key: String, answers: FileAnswers) {
        self.files.insert(key, answers);
    }
}

/// What a file is known by.
pub(super) fn key(file: &ScannedFile, text: &str) -> String {
    let language = format!("{:?}", file.language);
    let parts = [file.path.as_bytes(), language.as_bytes(), text.as_bytes()];
    Digest::of_parts(parts).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use selfopt_syntax::{Edit, Span};

    use super::super::{Before, Scan, opportunities_and_candidates, opportunities_since};
    use super::*;
    use crate::config::Config;
    use crate::domain::{CommitId, RuleId};
    use crate::ports::MemoryTree;

    /// Finds `slow` and writes `fast`; counts how often it is asked.
    #[derive(Clone, Default)]
    struct Slow {
        asked: Arc<AtomicUsize>,
        fingerprint: Option<&'static str>,
    }

    impl Scanner for Slow {
        fn scan(&self, file: &SourceFile) -> Vec<Finding> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            // Not in comments, which name the rule.
            let is_code = |at: usize| !file.text[..at].ends_with("next-line ");
            let starts = file.text.match_indices("slow").map(|(at, _)| at);
            let starts = starts.filter(|at| is_code(*at)).map(|at| u32::try_from(at).unwrap());
            let finding = |start| Finding {
                rule: RuleId::new("slow"),
                rule_version: "0.1.0".to_owned(),
                span: Span::new(start, start + 4),
                message: "slow".to_owned(),
                why: "because".to_owned(),
                typical_speedup: 4.3,
                rule_risk: 1,
                declined: None,
            };
            starts.map(finding).collect()
        }

        fn rules(&self) -> Vec<RuleId> {
            vec![RuleId::new("slow")]
        }

        fn fingerprint(&self) -> Option<String> {
            self.fingerprint.map(str::to_owned)
        }
    }

    impl PatchTemplate for Slow {
        fn propose(&self, _: &SourceFile, finding: &Finding) -> Option<Patch> {
            let edits = vec![Edit { span: finding.span, replacement: "fast".to_owned() }];
            Some(Patch { title: "write it fast".to_owned(), edits, obligations: vec![] })
        }
    }

    struct Ran {
        scan: Scan,
        memory: Option<ScanMemory>,
        asked: usize,
    }

    fn tree(files: &[(&str, &str)]) -> MemoryTree {
        MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)))
    }

    fn run(files: &[(&str, &str)], memory: &ScanMemory, fingerprint: Option<&'static str>) -> Ran {
        run_with(files, memory, fingerprint, "")
    }

    fn run_with(
        files: &[(&str, &str)],
        memory: &ScanMemory,
        fingerprint: Option<&'static str>,
        config: &str,
    ) -> Ran {
        let slow = Slow { fingerprint, ..Slow::default() };
        let asked = slow.asked.clone();
        let scanners: [Box<dyn Scanner>; 1] = [Box::new(slow.clone())];
        let templates: [Box<dyn PatchTemplate>; 1] = [Box::new(slow)];
        let seen = AtomicUsize::new(0);
        let progress = |_: usize, _: usize| {
            seen.fetch_add(1, Ordering::Relaxed);
        };
        let before = Before { memory, program: "test", progress: &progress };
        let config = Config::parse(config).unwrap().config;
        let (scan, memory) = opportunities_since(
            before,
            &tree(files),
            &CommitId::new("c"),
            &config,
            (&scanners, &templates),
            NonZeroUsize::MIN,
        )
        .unwrap();
        assert_eq!(seen.into_inner(), files.len(), "progress is told of every file");
        Ran { scan, memory, asked: asked.load(Ordering::Relaxed) }
    }

    const FILES: [(&str, &str); 2] = [("src/a.js", "f(slow);\n"), ("src/b.js", "slow();\n")];

    #[test]
    fn what_did_not_change_is_not_asked_again() {
        let first = run(&FILES, &ScanMemory::default(), Some("1"));
        let memory = ScanMemory::from_bytes(&first.memory.unwrap().to_bytes()).unwrap();
        assert_eq!((first.asked, memory.len()), (2, 2));
        let again = run(&FILES, &memory, Some("1"));
        assert_eq!((again.asked, &again.scan), (0, &first.scan));
        assert_eq!(again.memory.unwrap(), memory);
        let changed = run(&[FILES[0], ("src/b.js", "slow(1);\n")], &memory, Some("1"));
        assert_eq!(changed.asked, 1);
        assert_eq!(changed.memory.unwrap().len(), 2, "answers to what is gone are dropped");
    }

    #[test]
    fn a_scan_with_a_memory_is_one_without() {
        let slow = Slow::default();
        let plain = opportunities_and_candidates(
            &tree(&FILES),
            &CommitId::new("c"),
            &Config::default(),
            &[Box::new(slow.clone())],
            &[Box::new(slow)],
            NonZeroUsize::MIN,
        )
        .unwrap();
        assert_eq!(plain.candidates.len(), 2);
        assert_eq!(run(&FILES, &ScanMemory::default(), Some("1")).scan, plain);
    }

    #[test]
    fn other_rules_or_a_moved_file_are_asked() {
        let memory = run(&FILES, &ScanMemory::default(), Some("1")).memory.unwrap();
        assert_eq!(run(&FILES, &memory, Some("2")).asked, 2);
        assert_eq!(run(&[("src/c.js", FILES[0].1)], &memory, Some("1")).asked, 1);
        let not_kept = run(&FILES, &memory, None);
        assert_eq!((not_kept.asked, not_kept.memory), (2, None));
    }

    #[test]
    fn settings_and_comments_are_looked_at_every_time() {
        let comment = "// selfopt-disable-next-line slow -- once a day\nslow();\nslow();\n";
        let files = [("src/a.js", comment), ("lib/b.js", "slow();\n")];
        let first = run(&files, &ScanMemory::default(), Some("1"));
        let memory = first.memory.unwrap();
        assert_eq!(first.scan.reports.len(), 2);
        assert_eq!(first.scan.suppressed[0].reason, "once a day");
        assert_eq!(first.scan.suppressed[0].opportunity.line, 2);
        let narrow = "[rules.slow]\npaths = [\"lib/**\"]\n";
        let narrowed = run_with(&files, &memory, Some("1"), narrow);
        assert_eq!(narrowed.asked, 0);
        assert_eq!(narrowed.scan.reports.len(), 1);
        assert_eq!(narrowed.scan.notes, [], "a rule that does not count here is not idle");
    }

    #[test]
    fn comments_that_do_nothing_are_named() {
        let text = "// selfopt-disable-next-line slow -- gone\nf();\n\
                    // selfopt-disable-next-line slwo -- typed wrong\nslow();\n";
        let scan = run(&[("src/a.js", text)], &ScanMemory::default(), None).scan;
        assert_eq!(scan.reports.len(), 1);
        let notes: Vec<_> =
            scan.notes.iter().map(|note| (note.line, note.message.as_str())).collect();
        assert_eq!(
            notes,
            [
                (1, "nothing of `slow` is found here: the comment can be removed"),
                (3, "there is no rule `slwo`; did you mean `slow`?"),
            ]
        );
    }

    #[test]
    fn of_equal_promise_the_deeper_place_comes_first() {
        let text = "slow();\nfor (;;) { slow(); }\nfor (;;) { while (a) { slow(); } }\n";
        let scan = run(&[("src/a.js", text)], &ScanMemory::default(), None).scan;
        let lines: Vec<_> = scan.reports.iter().map(|report| report.line).collect();
        assert_eq!(lines, [3, 2, 1]);
        assert_eq!(scan.reports[0].surroundings.loops, 2);
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let bytes = run(&FILES, &ScanMemory::default(), Some("1")).memory.unwrap().to_bytes();
        assert!(ScanMemory::from_bytes(&bytes).is_some());
        for at in [0, 70, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(ScanMemory::from_bytes(&damaged).is_none(), "byte {at}");
        }
        assert!(ScanMemory::from_bytes(b"").is_none());
    }
}
