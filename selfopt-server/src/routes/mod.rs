//! The routes. One noun a file.

mod artifacts;
mod events;
mod health;
mod proposals;
mod pull_requests;
mod repositories;
mod requests;
mod runs;
mod settings;
mod tokens;
mod webhooks;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::problem::Problem;
use crate::{auth, document, idempotency, layers};

/// Everything that needs the token.
fn guarded() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(repositories::list, repositories::connect))
        .routes(routes!(repositories::show))
        .routes(routes!(repositories::detection, repositories::detect))
        .routes(routes!(repositories::confirm))
        .routes(routes!(settings::show, settings::set))
        .routes(routes!(settings::pause))
        .routes(routes!(settings::resume))
        .routes(routes!(requests::of_repository, requests::start))
        .routes(routes!(requests::show))
        .routes(routes!(requests::cancel))
        .routes(routes!(requests::requeue))
        .routes(routes!(runs::list))
        .routes(routes!(runs::show))
        .routes(routes!(runs::log))
        .routes(routes!(runs::baseline))
        .routes(routes!(runs::opportunities))
        .routes(routes!(runs::attempts))
        .routes(routes!(events::follow))
        .routes(routes!(proposals::list))
        .routes(routes!(proposals::show))
        .routes(routes!(proposals::diff))
        .routes(routes!(proposals::dismiss))
        .routes(routes!(pull_requests::create))
        .routes(routes!(pull_requests::preview))
        .routes(routes!(artifacts::list))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
}

/// What needs no token.
fn open() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(artifacts::get))
}

/// What hosts of repositories send, whatever name of this machine they know.
fn hooks() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(webhooks::github))
}

/// All routes, as the document describes them.
pub(crate) fn all() -> OpenApiRouter<App> {
    guarded().merge(open()).merge(hooks())
}

/// All routes with what surrounds them.
pub(crate) fn router(app: App) -> Router {
    let (guarded, _) = guarded().split_for_parts();
    let (open, _) = open().split_for_parts();
    let (hooks, _) = hooks().split_for_parts();
    let document = document::openapi();
    guarded
        .layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(app.clone(), auth::require_token))
        .merge(open)
        .route("/api/openapi.json", get(async move || axum::Json(document.clone())))
        .fallback(async || Problem::not_found("route"))
        .method_not_allowed_fallback(async || {
            Problem::new(
                axum::http::StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "this address does not take this method",
            )
        })
        .layer(from_fn_with_state(app.clone(), auth::require_host))
        .merge(hooks)
        .layer(from_fn(layers::limit_time))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn(layers::log))
        .layer(from_fn(layers::secure))
        .with_state(app)
}
