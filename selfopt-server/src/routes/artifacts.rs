//! The files behind a proposal: signed addresses, and what is there.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use selfopt_core::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proposals::{ProofParams, known};
use crate::app::App;
use crate::domain::ArtifactView;
use crate::extract::{Id, Params};
use crate::problem::{Problem, ProblemBody};

/// An artifact and where to get it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedArtifact {
    /// The artifact.
    artifact: ArtifactView,
    /// Where it is, on this host; needs no token.
    url: String,
    /// When the address stops working, in milliseconds since 1970-01-01 UTC.
    expires_at: u64,
}

/// What makes an address ours.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Signature {
    /// When the address stops working.
    expires: u64,
    /// Over path and time.
    signature: String,
}

/// The evidence of a proposal: bundle, patch and measurements, each with an
/// address that works for ten minutes without a token.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/artifacts", tag = "proposals",
    params(("proposal" = String, Path), ProofParams),
    responses((status = 200, body = [SignedArtifact]), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    Id(proposal): Id<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<Vec<SignedArtifact>>, Problem> {
    let found = known(&app, &proposal, params.run).await?;
    let artifacts = app.store.artifacts(&found.id).await?;
    let now = app.clock.now();
    let signed = artifacts.into_iter().map(|artifact| {
        let (query, expires) = app.signer.sign(&artifact.storage_path, now);
        let url = format!("/api/v1/artifacts/{}?{query}", artifact.storage_path);
        SignedArtifact { artifact: ArtifactView(artifact), url, expires_at: expires.0 }
    });
    Ok(Json(signed.collect()))
}

/// A file, by an address that this service signed.
#[utoipa::path(get, path = "/api/v1/artifacts/{*path}", tag = "proposals", security(()),
    params(("path" = String, Path), Signature),
    responses((status = 200, body = String, content_type = "application/octet-stream"),
        (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn get(
    State(app): State<App>,
    Id(path): Id<String>,
    Params(Signature { expires, signature }): Params<Signature>,
) -> Result<Response, Problem> {
    if !app.signer.verifies(&path, Timestamp(expires), &signature, app.clock.now()) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "bad-signature",
            "the address is not ours, or does not work any more",
        )
        .hint("ask for the proposal's artifacts again"));
    }
    let bytes = app.artifacts.get(&path).await?;
    let bytes = bytes.ok_or_else(|| Problem::not_found("artifact"))?;
    // Never shown by a browser: a repository's code wrote some of it.
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    Ok((headers, bytes).into_response())
}
