//! Tokens for programs, made and revoked by the user alone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use selfopt_core::{TokenId, TokenScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Owner, TokenHash};
use crate::domain::TokenView;
use crate::extract::{Body, Id};
use crate::problem::{Problem, ProblemBody};
use crate::secrets;

/// The longest name, in bytes.
const MAX_NAME: usize = 200;

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What it is for.
    name: String,
    /// `read`, or `write` for everything but tokens.
    #[schema(value_type = String)]
    scope: TokenScope,
}

/// A new token with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// The token.
    token: TokenView,
    /// What goes into `Authorization: Bearer`. It is kept nowhere.
    secret: String,
}

/// The tokens, newest first, the revoked ones too.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens",
    responses((status = 200, body = [TokenView]), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub(crate) async fn list(
    State(app): State<App>,
    Owner: Owner,
) -> Result<Json<Vec<TokenView>>, Problem> {
    Ok(Json(app.store.tokens().await?.into_iter().map(TokenView).collect()))
}

/// Makes a token. Its secret is in the answer and nowhere else, so an
/// `Idempotency-Key` is refused here: the answer would be kept under it.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn make(
    State(app): State<App>,
    Owner: Owner,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let name = new.name.trim();
    if !(1..=MAX_NAME).contains(&name.len()) {
        return Err(Problem::invalid(format!("a name has 1 to {MAX_NAME} bytes")));
    }
    let secret = secrets::random().map_err(|error| {
        tracing::error!(%error, "there is no randomness");
        Problem::internal()
    })?;
    let hash = TokenHash::of(&secret).digest();
    let token = app.store.keep_token(name, new.scope, &hash).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { token: TokenView(token), secret })))
}

/// Revokes a token for good.
#[utoipa::path(delete, path = "/api/v1/tokens/{token}", tag = "tokens",
    params(("token" = Uuid, Path)),
    responses((status = 200, body = TokenView), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Owner: Owner,
    Id(token): Id<Uuid>,
) -> Result<Json<TokenView>, Problem> {
    let revoked = app.store.revoke_token(TokenId(token)).await?;
    revoked.map(|token| Json(TokenView(token))).ok_or_else(|| Problem::not_found("token"))
}
