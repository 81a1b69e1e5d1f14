//! `selfopt verify`: recomputes every verdict from a bundle.

use std::path::Path;

use selfopt_core::evidence::verify;
use selfopt_core::{ArtifactKind, ArtifactStore as _, ExitCode};

use super::no_sarif;
use crate::args::{Common, Format, VerifyArgs};
use crate::compose::open_store;
use crate::error::CliError;
use crate::render;

pub(crate) async fn run(common: &Common, args: VerifyArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let (name, bytes) = read(common, &args.bundle).await?;
    let report = verify(name.as_deref(), &bytes)?;
    match common.format {
        Format::Json => render::json(&report)?,
        Format::Markdown => render::text(&render::markdown::verification(&report)),
        _ => render::text(&render::summary::verification(&report)),
    }
    Ok(if report.valid { ExitCode::Success } else { ExitCode::EvidenceInvalid })
}

/// The bundle's file name and bytes, from a path or from the store.
async fn read(common: &Common, bundle: &str) -> Result<(Option<String>, Vec<u8>), CliError> {
    let path = Path::new(bundle);
    if path.exists() || bundle.contains(std::path::MAIN_SEPARATOR) || bundle.ends_with(".tar") {
        let bytes = std::fs::read(path)
            .map_err(|source| CliError::Io { doing: format!("read `{bundle}`"), source })?;
        return Ok((path.file_name().map(|name| name.to_string_lossy().into_owned()), bytes));
    }
    let (store, artifacts, _) = open_store(common).await?;
    let record = super::proposals::one(&*store, bundle).await?;
    let missing = || {
        CliError::usage(format!("the bundle of `{}` is not in the store", record.id), "give the bundle's path")
    };
    let place = store
        .artifacts(&record.id)
        .await?
        .into_iter()
        .rev()
        .find(|artifact| artifact.kind == ArtifactKind::Bundle)
        .ok_or_else(missing)?
        .storage_path;
    let bytes = artifacts.get(&place).await?.ok_or_else(missing)?;
    Ok((place.rsplit('/').next().map(str::to_owned), bytes))
}
