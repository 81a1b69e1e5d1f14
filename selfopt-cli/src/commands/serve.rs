//! `selfopt serve` and `selfopt worker`: the service on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use selfopt_core::ExitCode;
use selfopt_server::{
    GitHubSettings, ServerIsolation, Service, ServiceError, ServiceOptions, openapi,
};

use crate::args::{Common, ServeArgs, ServiceArgs, WorkerArgs};
use crate::compose::choice;
use crate::error::CliError;
use crate::interrupt::interrupted;
use crate::place::store_dir;
use crate::render;

pub(crate) async fn run(common: &Common, args: ServeArgs) -> Result<ExitCode, CliError> {
    if args.openapi {
        render::json(&openapi())?;
        return Ok(ExitCode::Success);
    }
    let service = open(options(common, &args.service, args.listen)?).await?;
    let checked = service.check().await?;
    render::progress(&format!("data: {}", checked.data.display()));
    render::progress(&format!("isolation: {}", checked.isolation));
    if args.check {
        render::progress("everything that a run needs is there");
        return Ok(ExitCode::Success);
    }
    log(&args.service);
    stop_when_interrupted(&service);
    selfopt_server::serve(service, |address, token| {
        // Standard output, for programs that start the service.
        render::text(&format!("http://{address}\n{token}\n"));
        render::progress(&format!(
            "listening on http://{address}; the token above goes into `Authorization: Bearer`"
        ));
    })
    .await?;
    render::progress("stopped; what was at work goes on at the next start");
    Ok(ExitCode::Success)
}

/// A worker of its own, beside the service's.
pub(crate) async fn work(common: &Common, args: WorkerArgs) -> Result<ExitCode, CliError> {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let service = open(options(common, &args.service, nowhere)?).await?;
    let checked = service.check().await?;
    render::progress(&format!("working on {}", checked.data.display()));
    render::progress(&format!("isolation: {}", checked.isolation));
    log(&args.service);
    stop_when_interrupted(&service);
    selfopt_server::work(service).await?;
    render::progress("stopped; what was at work goes on with another worker");
    Ok(ExitCode::Success)
}

/// The service, as a GitHub App where the environment says which.
async fn open(options: ServiceOptions) -> Result<Service, ServiceError> {
    let settings = GitHubSettings::from_variables(|name| std::env::var(name).ok())?;
    let service = Service::open(options).await?;
    match settings {
        Some(settings) => service.with_github(settings),
        None => Ok(service),
    }
}

fn options(
    common: &Common,
    args: &ServiceArgs,
    listen: SocketAddr,
) -> Result<ServiceOptions, CliError> {
    let data = match &args.data {
        Some(dir) => dir.clone(),
        None => store_dir(common)?,
    };
    let isolation = ServerIsolation::new(choice(args.isolation));
    let isolation = if args.require_enforced { isolation.all_enforced() } else { isolation };
    Ok(ServiceOptions { data, listen, isolation, monthly_minutes: args.monthly_minutes })
}

fn log(args: &ServiceArgs) {
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr);
    // A logger that is there already is somebody else's choice.
    let _ = if args.log_json {
        lines.json().with_max_level(tracing_subscriber::filter::LevelFilter::INFO).try_init()
    } else {
        lines.with_ansi(false).try_init()
    };
}

/// The first signal stops in order, the second at once.
fn stop_when_interrupted(service: &Service) {
    let stop = service.stop();
    tokio::spawn(async move {
        interrupted().await;
        stop.stop();
        render::progress("stopping: what is at work is left to be gone on with");
        interrupted().await;
        #[expect(clippy::exit, reason = "the user asked twice")]
        std::process::exit(i32::from(ExitCode::Interrupted.code()));
    });
}
