//! Several packs as one scanner and patch template. A pack that fails on a
//! file loses that file; one that fails on several is switched off and loses
//! all of them. Which one is off, and on which files it failed, depends on
//! nothing but the files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use selfopt_core::{Finding, Patch, PatchTemplate, RuleId, Scanner};
use selfopt_syntax::SourceFile;
use serde::Serialize;

use crate::convert::source_file;
use crate::error::PackError;
use crate::failure::{CallFailure, FailureKind};
use crate::pack::{LogLine, RulePack};

/// Files of which a pack's log is kept: the first by path.
const MAX_LOGGED_FILES: usize = 200;

/// Packs behind the core's ports. Clones share the packs and their failures.
#[derive(Debug, Clone)]
pub struct RulePacks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    packs: Vec<RulePack>,
    seen: Vec<Mutex<Seen>>,
}

/// What happened to one pack.
#[derive(Debug, Default)]
struct Seen {
    failures: BTreeMap<String, CallFailure>,
    log: BTreeMap<String, Vec<LogLine>>,
    files: u64,
    fuel: u64,
}

/// What became of one pack in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackReport {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The digest of its bytes.
    pub sha256: String,
    /// Files that it was asked about.
    pub files: u64,
    /// Fuel that its scans took.
    pub fuel: u64,
    /// What went wrong.
    #[serde(flatten)]
    pub failures: PackFailures,
    /// What it logged, by file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub log: BTreeMap<String, Vec<LogLine>>,
}

/// What went wrong with one pack.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PackFailures {
    /// The files that it failed on, with how.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<String, CallFailure>,
    /// Whether it failed so often that nothing of it counts.
    pub switched_off: bool,
    /// Whether a deadline of the clock ended a call: another run may find more.
    pub incomplete: bool,
}

impl RulePacks {
    /// Puts packs together. `taken` are the rules that others have, with whose
    /// they are.
    pub fn new(
        packs: Vec<RulePack>,
        taken: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, PackError> {
        let mut owners: BTreeMap<String, String> = taken.into_iter().collect();
        for pack in &packs {
            for rule in &pack.info().rules {
                let pack = pack.info().id.clone();
                let whose = format!("the pack `{pack}`");
                if let Some(other) = owners.insert(rule.id.clone(), whose) {
                    return Err(PackError::RuleTaken { rule: rule.id.clone(), pack, other });
                }
            }
        }
        let seen = packs.iter().map(|_| Mutex::default()).collect();
        Ok(Self { inner: Arc::new(Inner { packs, seen }) })
    }

    /// The packs.
    pub fn packs(&self) -> &[RulePack] {
        &self.inner.packs
    }

    /// What became of each pack so far.
    pub fn report(&self) -> Vec<PackReport> {
        let reports = self.inner.packs.iter().zip(&self.inner.seen).map(|(pack, seen)| {
            let seen = lock(seen);
            let failures = seen.summary(pack.limits().failed_files);
            // How far a pack came until it was off depends on the threads.
            let is_on = !failures.switched_off;
            PackReport {
                id: pack.info().id.clone(),
                version: pack.info().version.clone(),
                sha256: pack.sha256().as_str().to_owned(),
                files: if is_on { seen.files } else { 0 },
                fuel: if is_on { seen.fuel } else { 0 },
                failures,
                log: if is_on { seen.log.clone() } else { BTreeMap::new() },
            }
        });
        reports.collect()
    }

    /// Runs `ask` unless the pack is off for this file, and notes a failure.
    fn guarded<T>(
        &self,
        index: usize,
        path: &str,
        ask: impl FnOnce(&RulePack) -> Result<T, CallFailure>,
    ) -> Option<T> {
        let (pack, seen) = (&self.inner.packs[index], &self.inner.seen[index]);
        // Only failures before this file count, whichever thread was faster: files are begun in
        // the order of their paths, so that all of those are known or will be.
        let before = lock(seen).failures.keys().filter(|failed| failed.as_str() < path).count();
        if before >= pack.limits().failed_files {
            return None;
        }
        match ask(pack) {
            Ok(value) => Some(value),
            Err(failure) => {
                lock(seen).failures.entry(path.to_owned()).or_insert(failure);
                None
            }
        }
    }
}

impl Seen {
    fn keep_log(&mut self, path: &str, log: Vec<LogLine>) {
        if !log.is_empty() {
            self.log.insert(path.to_owned(), log);
            if self.log.len() > MAX_LOGGED_FILES {
                self.log.pop_last();
            }
        }
    }

    fn summary(&self, allowed: usize) -> PackFailures {
        let failed: BTreeMap<_, _> =
            self.failures.iter().take(allowed).map(|(k, v)| (k.clone(), v.clone())).collect();
        PackFailures {
            switched_off: failed.len() >= allowed,
            incomplete: failed.values().any(|failure| failure.kind == FailureKind::Deadline),
            failed,
        }
    }
}

impl Scanner for RulePacks {
    fn scan(&self, file: &SourceFile) -> Vec<Finding> {
        let mut sent = None;
        let mut findings = Vec::new();
        for (index, pack) in self.inner.packs.iter().enumerate() {
            let rules = pack.rules_for(file);
            if rules.is_empty() {
                continue;
            }
            let sent = sent.get_or_insert_with(|| source_file(file));
            let Some(answer) =
                self.guarded(index, &file.path, |pack| pack.scan(file, sent, &rules))
            else {
                continue;
            };
            let mut seen = lock(&self.inner.seen[index]);
            seen.files += 1;
            seen.fuel += answer.fuel;
            seen.keep_log(&file.path, answer.log);
            drop(seen);
            findings.extend(answer.value);
        }
        findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        findings
    }

    fn rules(&self) -> Vec<RuleId> {
        let rules = self.inner.packs.iter().flat_map(|pack| &pack.info().rules);
        rules.map(|rule| RuleId::new(rule.id.as_str())).collect()
    }

    fn withdraws(&self, path: &str, rule: &RuleId) -> bool {
        let mut packs = self.inner.packs.iter().zip(&self.inner.seen);
        packs.any(|(pack, seen)| {
            pack.has_rule(rule.as_str()) && {
                let failures = &lock(seen).failures;
                failures.len() >= pack.limits().failed_files || failures.contains_key(path)
            }
        })
    }
}

impl PatchTemplate for RulePacks {
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch> {
        let index =
            self.inner.packs.iter().position(|pack| pack.has_rule(finding.rule.as_str()))?;
        let sent = source_file(file);
        self.guarded(index, &file.path, |pack| pack.propose(file, &sent, finding)).flatten()
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_the_first_files_is_kept_in_whatever_order_they_come() {
        let paths: Vec<String> = (0..=MAX_LOGGED_FILES).map(|n| format!("{n:04}.ts")).collect();
        let line = || vec![LogLine { level: "info", message: "here".to_owned() }];
        let (mut up, mut down) = (Seen::default(), Seen::default());
        for path in &paths {
            up.keep_log(path, line());
            up.keep_log("0000-silent.ts", Vec::new());
        }
        for path in paths.iter().rev() {
            down.keep_log(path, line());
        }
        assert!(up.log.keys().eq(&paths[..MAX_LOGGED_FILES]), "{:?}", up.log.keys());
        assert_eq!(up.log, down.log);
    }
}
