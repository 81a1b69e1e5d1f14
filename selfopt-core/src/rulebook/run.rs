//! Runs the blocks of a page through a scanner and a template.

use std::fmt;

use selfopt_syntax::{SourceFile, Witnesses, apply, parse};

use super::page::{Block, BlockKind, Page};
use crate::domain::{Declined, Finding, Patch};
use crate::ports::{PatchTemplate, Scanner};

/// More patches than any block takes.
const MAX_PATCHES: usize = 20;

/// How a page came out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageResult {
    /// Blocks that are as they should be.
    pub found: usize,
    /// Blocks that are not.
    pub faults: Vec<Fault>,
}

/// A block that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the page, from 1.
    pub line: usize,
    /// Which way it is wrong.
    pub kind: FaultKind,
    /// What is wrong.
    pub what: String,
}

/// Which way a block is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing where something is due.
    Missed,
    /// Something where nothing is due.
    Noisy,
    /// Something else than what is due.
    Wrong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            FaultKind::Missed => "missed",
            FaultKind::Noisy => "noisy",
            FaultKind::Wrong => "wrong",
        };
        write!(f, "line {}: {kind}: {}", self.line, self.what)
    }
}

/// What a block is called as a file: the page of `rule`, and the line.
pub fn block_name(rule: &str, line: usize) -> String {
    format!("{rule}:{line}")
}

/// Runs every block of `page` with the rule `rule` alone.
pub fn check_page(
    rule: &str,
    page: &Page,
    scanner: &dyn Scanner,
    template: &dyn PatchTemplate,
) -> PageResult {
    let mut result = PageResult::default();
    let wrong = |(line, what): &(usize, String)| Fault {
        line: *line,
        kind: FaultKind::Wrong,
        what: what.clone(),
    };
    result.faults.extend(page.problems.iter().map(wrong));
    if page.blocks.is_empty() {
        result.faults.push(wrong(&(1, "the page has no block to run".to_owned())));
    }
    let tester = Tester { rule, scanner, template };
    for (index, block) in page.blocks.iter().enumerate() {
        match tester.judge(block, page.blocks.get(index + 1)) {
            Ok(()) => result.found += 1,
            Err((kind, what)) => result.faults.push(Fault { line: block.line, kind, what }),
        }
    }
    result
}

struct Tester<'a> {
    rule: &'a str,
    scanner: &'a dyn Scanner,
    template: &'a dyn PatchTemplate,
}

struct Patched {
    text: String,
    n_patches: usize,
    n_findings: usize,
    declined: Vec<Declined>,
}

impl Tester<'_> {
    fn judge(&self, block: &Block, next: Option<&Block>) -> Result<(), (FaultKind, String)> {
        use FaultKind::{Missed, Noisy, Wrong};
        let run = self.patch_all(block).map_err(|what| (Wrong, what))?;
        let declined = run.declined.first();
        let why = declined.map_or_else(
            || "no finding".to_owned(),
            |declined| format!("declined for `{}`: {}", declined.obligation, declined.reason),
        );
        match &block.kind {
            BlockKind::Invalid | BlockKind::Equivalent | BlockKind::Before
                if run.n_patches == 0 =>
            {
                Err((Missed, format!("no patch ({why})")))
            }
            BlockKind::Before => match next {
                Some(after) if after.kind == BlockKind::After => {
                    let is_same = run.text == after.text;
                    is_same
                        .then_some(())
                        .ok_or_else(|| (Wrong, format!("the patch gives\n{}", run.text)))
                }
                _ => Err((Wrong, "`before` without `after` behind it".to_owned())),
            },
            BlockKind::Nothing
            | BlockKind::Valid
            | BlockKind::Report
            | BlockKind::Declined(_)
            | BlockKind::After
                if run.n_patches > 0 =>
            {
                Err((Noisy, format!("it is patched:\n{}", run.text)))
            }
            BlockKind::Nothing if run.n_findings > 0 => Err((Noisy, format!("a finding ({why})"))),
            BlockKind::Report if run.n_findings == 0 => Err((Missed, "no finding".to_owned())),
            BlockKind::Declined(condition) => match declined {
                None => Err((Missed, why)),
                Some(found) if found.obligation != *condition => Err((Wrong, why)),
                Some(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Patches a text until nothing is left to patch. Errors are things that no
    /// patch may ever do.
    fn patch_all(&self, block: &Block) -> Result<Patched, String> {
        let read = |text: &str| parse(block_name(self.rule, block.line), block.language, text);
        let mut file = read(&block.text);
        if !Witnesses::of(&file).are_ok() {
            return Err(format!("the block does not parse: {:?}", file.diagnostics));
        }
        let n_findings = self.findings(&file).len();
        for n_patches in 0..MAX_PATCHES {
            let findings = self.findings(&file);
            let open = self.patches(&file, &findings);
            let Some(patch) = open.first() else {
                let declined = findings.into_iter().filter_map(|found| found.declined).collect();
                let text = file.text.to_string();
                return Ok(Patched { text, n_patches, n_findings, declined });
            };
            let changed = apply(&file.text, &patch.edits).map_err(|error| error.to_string())?;
            let after = read(&changed);
            if !Witnesses::of(&after).are_ok() {
                return Err(format!("the patched block does not parse:\n{changed}"));
            }
            if self.patches(&after, &self.findings(&after)).len() >= open.len() {
                return Err(format!("the patch is not idempotent; it gives\n{changed}"));
            }
            file = after;
        }
        Err(format!("more than {MAX_PATCHES} patches"))
    }

    fn findings(&self, file: &SourceFile) -> Vec<Finding> {
        let mut findings = self.scanner.scan(file);
        findings.retain(|finding| finding.rule.as_str() == self.rule);
        findings
    }

    fn patches(&self, file: &SourceFile, findings: &[Finding]) -> Vec<Patch> {
        let open = findings.iter().filter(|finding| finding.declined.is_none());
        open.filter_map(|finding| self.template.propose(file, finding)).collect()
    }
}
