//! `selfopt proposals list | show | apply`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use selfopt_core::{ArtifactKind, ArtifactStore as _, ExitCode, ProposalRecord, Store};
use selfopt_sandbox::checkout::{Conflict, PatchError, PatchFile, apply_patch};
use selfopt_store::LocalArtifacts;
use selfopt_syntax::DiffSet;
use serde_json::json;

use super::no_sarif;
use crate::args::{Common, Format, ProposalsArgs, ProposalsCommand, shell_word};
use crate::compose::open_store;
use crate::error::CliError;
use crate::place::folder_in_repository;
use crate::render;

pub(crate) async fn run(common: &Common, args: ProposalsArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (store, artifacts, _) = open_store(common).await?;
    match args.command {
        ProposalsCommand::List => list(common, &*store).await,
        ProposalsCommand::Show { id } => {
            let record = one(&*store, &id).await?;
            match common.format {
                Format::Json => render::json(&record.summary)?,
                Format::Markdown => render::text(&render::markdown::proposal(&record.summary)),
                _ => render::text(&render::summary::proposal(&record.summary)),
            }
            Ok(ExitCode::Success)
        }
        ProposalsCommand::Apply { id, repo } => {
            let record = one(&*store, &id).await?;
            let root = match repo {
                Some(repo) if !repo.is_dir() => {
                    return Err(CliError::usage(
                        format!("`{}` is not a directory", repo.display()),
                        "name the project's directory with `--repo DIR`",
                    ));
                }
                Some(repo) => repo,
                None => home(&*store, &record).await?,
            };
            let written = apply(&record, &root)?;
            let summary = &record.summary;
            match (common.format, written) {
                (Format::Json, _) => render::json(&json!({
                    "applied": record.id,
                    "files": summary.files,
                }))?,
                (_, Written::Now) => {
                    let command = take_back(&*store, &artifacts, &record, &root).await?;
                    render::text(&render::summary::applied(summary, &root, command.as_deref()));
                }
                (_, Written::Before) => {
                    render::text(&render::summary::already_applied(summary, &root));
                }
            }
            Ok(ExitCode::Success)
        }
    }
}

/// The command that undoes an application, where the patch is at hand.
async fn take_back(
    store: &dyn Store,
    artifacts: &LocalArtifacts,
    record: &ProposalRecord,
    root: &Path,
) -> Result<Option<String>, CliError> {
    let diff = store
        .artifacts(&record.id)
        .await?
        .into_iter()
        .rev()
        .find(|artifact| artifact.kind == ArtifactKind::Diff);
    Ok(diff.map(|diff| {
        let mut command = String::from("git ");
        let here = std::env::current_dir().and_then(|dir| dir.canonicalize()).ok();
        if root.canonicalize().ok() != here {
            let _ = write!(command, "-C {} ", shell_word(&root.display().to_string()));
        }
        command += "apply -R ";
        // git takes the patch's paths from the root of the repository, and
        // without a word leaves alone what is outside of the folder.
        if let Some(folder) = folder_in_repository(root).filter(|folder| !folder.is_empty()) {
            let _ = write!(command, "--directory={} ", shell_word(&folder));
        }
        command + &shell_word(&artifacts.location(&diff.storage_path))
    }))
}

async fn list(common: &Common, store: &dyn Store) -> Result<ExitCode, CliError> {
    let mut known = BTreeSet::new();
    let proposals: Vec<_> = store
        .proposals(None)
        .await?
        .into_iter()
        .filter(|record| known.insert((record.repo, record.id.clone())))
        .map(|record| record.summary)
        .collect();
    match common.format {
        Format::Json => render::json(&proposals)?,
        Format::Markdown => render::text(&render::markdown::proposals(&proposals)),
        _ => render::text(&render::summary::proposals(&proposals)),
    }
    Ok(ExitCode::Success)
}

/// The one proposal whose id begins so.
pub(crate) async fn one(store: &dyn Store, id: &str) -> Result<ProposalRecord, CliError> {
    let mut known = BTreeSet::new();
    let mut found = store.find_proposals(id).await?;
    found.retain(|record| known.insert((record.repo, record.id.clone())));
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(CliError::usage(
            format!("there is no proposal `{id}`"),
            "`selfopt proposals list` names them",
        )),
        n => Err(CliError::usage(
            format!("`{id}` is the beginning of {n} proposals"),
            "give more of the id",
        )),
    }
}

async fn home(store: &dyn Store, record: &ProposalRecord) -> Result<PathBuf, CliError> {
    store.locator(record.repo).await?.map(PathBuf::from).filter(|path| path.is_dir()).ok_or_else(
        || {
            CliError::usage(
                "the directory in which it was proved is gone",
                "name the project's directory with `--repo DIR`",
            )
        },
    )
}

/// Whether `apply` had anything to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Now,
    Before,
}

/// Writes the proposal's diff; all of it or nothing.
fn apply(record: &ProposalRecord, root: &Path) -> Result<Written, CliError> {
    let conflict = |path: &str, reason: String| Conflict { path: path.to_owned(), reason };
    let unreadable = |error| {
        CliError::usage(
            format!("the stored diff does not parse: {error}"),
            "run `selfopt verify` on its bundle",
        )
    };
    let text = &record.summary.diff;
    let diff = DiffSet::parse(text).map_err(unreadable)?;
    let reversed = DiffSet::parse(&reverse(text)).ok();
    let (mut files, mut conflicts, mut applied) = (Vec::new(), Vec::new(), 0);
    for file in diff.files() {
        let path = &file.path;
        match std::fs::read_to_string(root.join(path)) {
            Ok(current) => match diff.apply(path, &current) {
                Ok(after) => files.push((path, current, after)),
                Err(error) => {
                    let is_applied = reversed.as_ref().is_some_and(|reversed| {
                        let before = reversed.apply(path, &current);
                        before.and_then(|before| diff.apply(path, &before)).as_ref() == Ok(&current)
                    });
                    applied += usize::from(is_applied);
                    conflicts.push(conflict(path, error.to_string()));
                }
            },
            Err(error) => conflicts.push(conflict(path, error.to_string())),
        }
    }
    if applied > 0 && applied == diff.files().len() {
        return Ok(Written::Before);
    }
    if !conflicts.is_empty() {
        return Err(CliError::Patch(PatchError::Conflicts { conflicts }));
    }
    let files: Vec<PatchFile<'_>> = files
        .iter()
        .map(|(path, before, after)| PatchFile {
            path,
            before: before.as_bytes(),
            after: after.as_bytes(),
        })
        .collect();
    apply_patch(root, &files)?;
    Ok(Written::Now)
}

/// The diff that undoes a diff of changed lines.
fn reverse(diff: &str) -> String {
    let mut out = String::with_capacity(diff.len());
    let mut in_hunk = false;
    for line in diff.split_inclusive('\n') {
        if line.starts_with("diff --git ") {
            in_hunk = false;
        }
        let ranges = line.strip_prefix("@@ -").and_then(|rest| {
            let (old, rest) = rest.split_once(" +")?;
            let (new, rest) = rest.split_once(" @@")?;
            Some((old, new, rest))
        });
        if let Some((old, new, rest)) = ranges {
            in_hunk = true;
            let _ = write!(out, "@@ -{new} +{old} @@{rest}");
            continue;
        }
        match (in_hunk, line.split_at_checked(1)) {
            (true, Some(("-", rest))) => {
                out.push('+');
                out.push_str(rest);
            }
            (true, Some(("+", rest))) => {
                out.push('-');
                out.push_str(rest);
            }
            _ => out.push_str(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use selfopt_syntax::{FileChange, unified};

    use super::*;

    #[test]
    fn a_reversed_diff_leads_back() {
        let before = "a\n-- b\n++ c\nd\ne\nf\ng\nh\ni\nj";
        let after = "a\nx\n++ y\nd\ne\nf\ng\nh\ni\nk\nl\n";
        let diff = unified(&[FileChange { path: "a.js", before, after }]);
        let back = DiffSet::parse(&reverse(&diff)).unwrap();
        assert_eq!(back.apply("a.js", after).unwrap(), before);
        assert!(back.apply("a.js", before).is_err());
    }
}
