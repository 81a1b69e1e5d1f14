//! `selfopt optimize`: the whole job.

use std::sync::Arc;

use selfopt_compose::RunLock;
use selfopt_core::ExitCode;

use super::no_sarif;
use crate::args::{Common, Format, OptimizeArgs};
use crate::compose::Session;
use crate::error::CliError;
use crate::interrupt::cancel_flag;
use crate::render::{self, live::LiveObserver};
use crate::tools::Purpose;

pub(crate) async fn run(common: &Common, args: OptimizeArgs) -> Result<ExitCode, CliError> {
    no_sarif(common.format)?;
    let mut session = Session::open(common, &args.run, Purpose::Proofs).await?;
    if let Some(model) = crate::model::chosen(&args.model, &session).await? {
        session.engine = session.engine.model(model);
    }
    let _lock = RunLock::take(&session.store_dir, &session.checkout.locator)?;
    render::isolation_warning(&session.isolation);
    let mut input = session.input(common, cancel_flag());
    input.resume = args.resume;
    let observer =
        Arc::new(LiveObserver::new(common.format == Format::Human, session.checkout.tree.clone()));
    let report = session.engine.optimize(input, observer.clone()).await;
    observer.finish();
    #[cfg(feature = "packs")]
    if let Some(loaded) = &session.packs {
        crate::packs::warn_of_failures(&loaded.packs.report());
    }
    let report = report.inspect_err(|_| observer.kept(&common.store_flag()))?;
    match common.format {
        Format::Json => render::json(&report)?,
        Format::Markdown => render::text(&render::markdown::report(&report)),
        _ => render::text(&render::summary::report(&report, &common.store_flag())),
    }
    Ok(report.exit.code)
}
