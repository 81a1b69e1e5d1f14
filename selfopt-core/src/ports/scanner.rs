//! Scanners find places; patch templates answer them.

use selfopt_syntax::SourceFile;

use crate::domain::{Finding, Patch, RuleId};

/// Finds places worth improving in one file. Pure: the same file gives the
/// same findings. A scanner never fails on broken source; it reports what it
/// could still see.
pub trait Scanner: Send + Sync {
    /// Findings in the order of their spans.
    fn scan(&self, file: &SourceFile) -> Vec<Finding>;

    /// The rules that it knows, so that a comment or a setting that names
    /// another one can be called a mistake.
    fn rules(&self) -> Vec<RuleId> {
        Vec::new()
    }

    /// Stands for everything that its answers depend on besides the file: its
    /// rules, their versions and settings. Answers to the same file under the
    /// same fingerprint may be kept from an earlier scan, those of the patch
    /// templates included. `None`: it is to be asked every time.
    fn fingerprint(&self) -> Option<String> {
        None
    }

    /// Whether what it found with a rule in a file does not count after all,
    /// which is known only when every file was scanned: a pack that failed on
    /// the file, or again and again, is not believed.
    fn withdraws(&self, path: &str, rule: &RuleId) -> bool {
        let _ = (path, rule);
        false
    }
}

/// Writes a patch for a finding. Pure.
pub trait PatchTemplate: Send + Sync {
    /// The patch, or `None` when this template has no answer to the finding.
    fn propose(&self, file: &SourceFile, finding: &Finding) -> Option<Patch>;
}
