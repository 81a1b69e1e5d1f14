//! `selfopt proposals list | show | apply`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use selfopt_core::{ExitCode, ProposalRecord, Store};
use selfopt_sandbox::checkout::{Conflict, PatchError, PatchFile, apply_patch};
use selfopt_syntax::DiffSet;

use super::no_sarif;
use crate::args::{Common, Format, ProposalsArgs, ProposalsCommand};
use crate::compose::open_store;
use crate::error::CliError;
use crate::render;

pub(crate) async fn run(common: &Common, args: ProposalsArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (store, _, _) = open_store(common).await?;
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
                Some(repo) => repo,
                None => home(&*store, &record).await?,
            };
            apply(&record, &root)?;
            render::text(&render::summary::applied(&record.summary, &root));
            Ok(ExitCode::Success)
        }
    }
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

/// Writes the proposal's diff; all of it or nothing.
fn apply(record: &ProposalRecord, root: &Path) -> Result<(), CliError> {
    let conflict = |path: &str, reason: String| {
        CliError::Patch(PatchError::Conflicts {
            conflicts: vec![Conflict { path: path.to_owned(), reason }],
        })
    };
    let diff = DiffSet::parse(&record.summary.diff).map_err(|error| {
        CliError::usage(
            format!("the stored diff does not parse: {error}"),
            "run `selfopt verify` on its bundle",
        )
    })?;
    let mut files = Vec::new();
    for file in diff.files() {
        let path = root.join(&file.path);
        let before = std::fs::read_to_string(&path)
            .map_err(|error| conflict(&file.path, error.to_string()))?;
        let after = diff
            .apply(&file.path, &before)
            .map_err(|error| conflict(&file.path, error.to_string()))?;
        files.push((file.path.clone(), before, after));
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
    Ok(())
}
