//! Whether the service is there, and whether it can work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::{Problem, ProblemBody};

/// That all is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: String,
    /// The version of selfopt.
    version: String,
}

impl Health {
    fn ok() -> Json<Self> {
        Json(Self { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
    }
}

/// The process answers.
#[utoipa::path(get, path = "/api/health/live", tag = "health", security(()),
    responses((status = 200, body = Health)))]
pub(crate) async fn live() -> Json<Health> {
    Health::ok()
}

/// The store answers, and the service is not about to stop.
#[utoipa::path(get, path = "/api/health/ready", tag = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = ProblemBody)))]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    let not_ready = |why| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", why);
    if app.stop.is_ordered() {
        return Err(not_ready("the service is about to stop"));
    }
    let one = PageRequest::new(1, None)?;
    app.reads.repositories(None, &one).await.map_err(|error| {
        let problem = Problem::from(error);
        tracing::error!(code = problem.code, "not ready");
        not_ready("the store does not answer")
    })?;
    Ok(Health::ok())
}
