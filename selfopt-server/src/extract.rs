//! Reading requests; what cannot be read is a problem like any other.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use selfopt_core::{Cursor, PageRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::Problem;

/// The most bytes that a request may have.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let bytes = read_body(request.into_body()).await?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        T::deserialize(&mut deserializer)
            .and_then(|value| deserializer.end().map(|()| Self(value)))
            .map_err(|error| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "bad-json",
                    format!("the body cannot be read: {error}"),
                )
                .hint("send the JSON that `/api/openapi.json` describes")
            })
    }
}

/// All bytes of a body, if they are not too many.
pub(crate) async fn read_body(body: axum::body::Body) -> Result<axum::body::Bytes, Problem> {
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!("a request has {MAX_BODY} bytes at most"),
        )
    })
}

/// What the path names. What is no id names nothing.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, state).await;
        read.map(|Path(id)| Self(id)).map_err(|_| Problem::not_found("thing"))
    }
}

/// The query.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(query)| Self(query))
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "bad-query", error.body_text()))
    }
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// The most rows to give, 1 to 100; 50 without it.
    pub(crate) limit: Option<u32>,
}

impl PageParams {
    pub(crate) fn request(&self) -> Result<PageRequest, Problem> {
        let cursor = self.cursor.as_deref().map(Cursor::parse).transpose()?;
        let limit = self.limit.unwrap_or_else(|| PageRequest::default().limit());
        Ok(PageRequest::new(limit, cursor)?)
    }
}
