//! Arguments of the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::IsolationArg;

const SERVE_EXAMPLES: &str = "\
Examples:
  selfopt serve
  selfopt serve --listen 127.0.0.1:8080 --data /var/lib/selfopt
  selfopt serve --check
  selfopt serve --openapi > openapi.json";

#[derive(Debug, Clone, Args)]
#[command(after_help = SERVE_EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Where the API listens; an address of this machine alone.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "SELFOPT_LISTEN",
        default_value = "127.0.0.1:7477"
    )]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) service: ServiceArgs,
    /// Open everything, make sure that a run could begin, say so and end.
    #[arg(long, conflicts_with = "openapi")]
    pub(crate) check: bool,
    /// Print the OpenAPI document of the API and end.
    #[arg(long)]
    pub(crate) openapi: bool,
}

/// What the service and its workers take.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServiceArgs {
    /// Where everything is kept [default: the store, as `--store` names it].
    #[arg(long, value_name = "DIR", env = "SELFOPT_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// What keeps repositories' code apart. `auto` takes bubblewrap or Docker; `process` is no
    /// barrier and has to be said. What a repository's selfopt.toml says in `[sandbox]` is ignored.
    #[arg(long, value_enum, default_value_t = IsolationArg::Auto, env = "SELFOPT_ISOLATION")]
    pub(crate) isolation: IsolationArg,
    /// Refuse to run unless the isolation enforces every one of its guarantees.
    #[arg(long)]
    pub(crate) require_enforced: bool,
    /// CPU minutes that each repository may take in a calendar month (UTC) [default: no limit].
    #[arg(long, value_name = "MINUTES", env = "SELFOPT_MONTHLY_MINUTES")]
    pub(crate) monthly_minutes: Option<f64>,
    /// Log lines as JSON.
    #[arg(long, env = "SELFOPT_LOG_JSON")]
    pub(crate) log_json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct WorkerArgs {
    #[command(flatten)]
    pub(crate) service: ServiceArgs,
}
