//! A change that a person or another tool wrote, as a candidate: read from a
//! diff as git writes it, applied to the files of one commit.

mod names;

use selfopt_core::paths::{PathClass, classify};
use selfopt_core::{
    Candidate, CandidateId, ChangedFile, CommitId, OpportunityId, RuleId, SourceTree,
};
use selfopt_syntax::{ChangeKind, DiffError, DiffSet, FileChange, FileDiff, unified};

use crate::error::CliError;

/// The rule that stands for changes from outside.
const RULE: &str = "patch";
const RULE_VERSION: &str = "1.0.0";
/// A person read it, and no proof obligation was shown.
const RULE_RISK: u8 = 1;

/// Names that a list in a message holds.
const LISTED: usize = 4;

/// Where a patch belongs.
pub(crate) struct Ground<'a> {
    /// The files that it changes, from the project's root.
    pub(crate) tree: &'a dyn SourceTree,
    /// Their commit.
    pub(crate) commit: &'a CommitId,
    /// The project's folder in the repository, empty at its root: git writes
    /// paths from the repository's root.
    pub(crate) subfolder: &'a str,
}

/// A patch that fits.
#[derive(Debug)]
pub(crate) struct Patch {
    pub(crate) candidate: Candidate,
    /// What it changes besides source files, each with what it is.
    pub(crate) left_out: Vec<String>,
}

/// Reads a patch and applies it.
pub(crate) fn read(
    text: &str,
    ground: &Ground<'_>,
    title: Option<&str>,
) -> Result<Patch, CliError> {
    let diff = DiffSet::parse(text).map_err(|error| unreadable(text, &error))?;
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for file in diff.files() {
        let Some(path) = ground.inside(&file.path) else {
            left_out.push(format!("`{}` (outside of the project's folder)", file.path));
            continue;
        };
        match classify(&path) {
            PathClass::Source => files.push(ground.applied(file, path)?),
            class => left_out.push(format!("`{path}` ({})", class.describe())),
        }
    }
    files.retain(|file| file.before != file.after);
    if files.is_empty() {
        let what = match left_out.first() {
            None => "the patch changes nothing".to_owned(),
            Some(first) => format!("the patch changes no source file of the project, only {first}"),
        };
        return Err(CliError::usage(
            what,
            "give a patch that changes a JavaScript or TypeScript file of the project",
        ));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Patch { candidate: candidate(files, ground.commit, title), left_out })
}

/// Some names, and how many more.
pub(crate) fn listed(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    match names.len().saturating_sub(LISTED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

impl Ground<'_> {
    /// A path of the patch from the project's root; none if it is elsewhere.
    fn inside(&self, path: &str) -> Option<String> {
        if self.subfolder.is_empty() {
            return Some(path.to_owned());
        }
        let below = path.strip_prefix(self.subfolder).and_then(|rest| rest.strip_prefix('/'));
        match below {
            Some(path) => Some(path.to_owned()),
            // As `git diff --relative` writes it.
            None => self.tree.contains(path).then(|| path.to_owned()),
        }
    }

    fn applied(&self, file: &FileDiff, path: String) -> Result<ChangedFile, CliError> {
        if let Some((what, hint)) = refusal(file, &path) {
            return Err(CliError::usage(what, hint));
        }
        let commit = self.short();
        let entry = self.tree.entry(&path).filter(|entry| entry.symlink.is_none());
        let before = entry.and_then(|_| self.tree.text(&path));
        let Some(before) = before else {
            return Err(CliError::usage(
                format!("`{path}` is no text file of commit {commit}"),
                format!("make the patch against that commit: `git diff {commit}`"),
            ));
        };
        let after = file.apply(&before).map_err(|error| {
            CliError::usage(
                misfit(&path, &error),
                format!("make the patch against commit {commit}: `git diff {commit}`, without options that ignore white space"),
            )
        })?;
        Ok(ChangedFile { path, before, after })
    }

    fn short(&self) -> String {
        self.commit.as_str().chars().take(12).collect()
    }
}

/// Why a kind of change cannot be judged, and what to do.
fn refusal(file: &FileDiff, path: &str) -> Option<(String, String)> {
    let commit_first = "commit that part first, and prove the change of the code alone".to_owned();
    match &file.kind {
        ChangeKind::Modified => None,
        ChangeKind::Created => Some((
            format!("`{path}` is new, and only changes of files that exist can be compared"),
            "move the new code into a file that exists, or commit the new file first and prove the change that uses it".to_owned(),
        )),
        ChangeKind::Deleted => Some((
            format!("`{path}` is deleted, and only changes of files that exist can be compared"),
            "leave the file in place, and delete it in a commit of its own".to_owned(),
        )),
        ChangeKind::Renamed { from } => {
            Some((format!("`{from}` is renamed to `{path}`"), commit_first))
        }
        ChangeKind::Copied { from } => Some((format!("`{path}` is a copy of `{from}`"), commit_first)),
        ChangeKind::ModeChanged => Some((
            format!("only the mode of `{path}` changes"),
            "leave it out: `git -c core.fileMode=false diff`".to_owned(),
        )),
        ChangeKind::Binary => Some((
            format!("the change of `{path}` is binary"),
            "source files must be UTF-8 text; leave others out of the patch".to_owned(),
        )),
    }
}

fn unreadable(text: &str, error: &DiffError) -> CliError {
    let is_mail = text.starts_with("From ") || text.contains("\nSubject: ");
    let hint = if is_mail {
        "it is a mail; give what `git diff` writes, or use `--range BASE..HEAD`"
    } else {
        "give what `git diff` writes, without colour (`git diff --no-color`)"
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    CliError::usage(format!("the patch cannot be read: {error}{}", cause.unwrap_or_default()), hint)
}

/// What does not fit, and what was expected.
fn misfit(path: &str, error: &DiffError) -> String {
    let DiffError::Mismatch { line, hunk, expected, found, .. } = error else {
        return format!("the patch does not fit `{path}`: {error}");
    };
    let at = format!("hunk {hunk} of `{path}` does not fit");
    match (expected, found) {
        (Some(expected), Some(found)) => {
            format!("{at}: line {line} is expected to be `{expected}` and is `{found}`")
        }
        (Some(expected), None) => {
            format!("{at}: line {line} is expected to be `{expected}`, and the file ends before it")
        }
        (None, _) => format!("{at}: it begins at line {line}, and the file ends before it"),
    }
}

fn candidate(files: Vec<ChangedFile>, commit: &CommitId, title: Option<&str>) -> Candidate {
    let changes: Vec<FileChange<'_>> = files
        .iter()
        .map(|file| FileChange { path: &file.path, before: &file.before, after: &file.after })
        .collect();
    let diff = unified(&changes);
    let rule = RuleId::new(RULE);
    let (path, title, span) = files.first().map_or_else(Default::default, |file| {
        let title = title.map_or_else(|| names::title(file), str::to_owned);
        (file.path.clone(), title, names::changed(&file.before, &file.after))
    });
    Candidate {
        id: CandidateId::derive(commit, &rule, &path, &diff),
        opportunity: OpportunityId::derive(commit, &rule, &path, span.start, span.end),
        rule,
        rule_version: RULE_VERSION.to_owned(),
        rule_risk: RULE_RISK,
        title,
        obligations: Vec::new(),
        author: None,
        files,
        diff,
    }
}

#[cfg(test)]
mod tests;
