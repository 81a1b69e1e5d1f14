//! `selfopt baseline`: the unchanged code on this machine.

use std::sync::Arc;

use selfopt_compose::RunLock;
use selfopt_core::ExitCode;

use super::no_sarif;
use crate::args::{Common, Format, RunArgs};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

pub(crate) async fn run(
    common: &Common,
    args: RunArgs,
    purpose: Purpose,
) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let session = Session::open(common, &args, purpose).await?;
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    render::isolation_warning(&session.isolation);
    let observer =
        Arc::new(LiveObserver::new(common.format == Format::Human, session.checkout.tree.clone()));
    let report =
        session.engine.baseline(session.input(common, cancel_flag()), observer.clone()).await;
    observer.finish();
    let report = report?;
    match common.format {
        Format::Json => render::json(&report)?,
        Format::Markdown => render::text(&render::markdown::baseline(&report)),
        _ => render::text(&render::summary::baseline(&report)),
    }
    Ok(report.exit.code)
}
