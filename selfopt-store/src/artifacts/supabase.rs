//! Artifacts on Supabase Storage, through its REST interface: its S3 interface
//! ignores `If-None-Match` and so cannot create without replacing.
//!
//! Nearly every refusal is HTTP 400 there; what it means is `code` in the body.

use std::{fmt, fmt::Write as _, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, Response};
use selfopt_core::{ArtifactLinks, ArtifactStore, StoreError};
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

use super::path::{Keeping, checked};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Enough for a bundle of 100 MB over a slow line.
const TIMEOUT: Duration = Duration::from_mins(5);

/// A project's service key, which bypasses row level security: it stays in the
/// server and is never shown.
#[derive(Clone)]
pub struct ServiceKey(String);

impl ServiceKey {
    /// Takes the key as Supabase prints it.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey(…)")
    }
}

/// Artifacts in a bucket of a Supabase project.
#[derive(Debug, Clone)]
pub struct SupabaseStorage {
    http: Client,
    /// `https://PROJECT.supabase.co/storage/v1`
    base: String,
    bucket: String,
    key: ServiceKey,
}

impl SupabaseStorage {
    /// A bucket of the project at a URL, such as `https://PROJECT.supabase.co`.
    /// The migrations make the bucket `artifacts`.
    pub fn new(project_url: &str, bucket: &str, key: ServiceKey) -> Result<Self, StoreError> {
        // Whoever was first has installed one; then it is that one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // The key goes nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|source| failed("make a client for Supabase Storage", source))?;
        let base = format!("{}/storage/v1", project_url.trim_end_matches('/'));
        Ok(Self { http, base, bucket: bucket.to_owned(), key })
    }

    /// The address of an artifact under one of the interface's verbs.
    fn address(&self, verb: &str, path: &str) -> String {
        format!("{}/object{verb}/{}/{}", self.base, self.bucket, key_of(path))
    }

    async fn send(&self, request: RequestBuilder, doing: &str) -> Result<Answer, StoreError> {
        let answered = request
            .bearer_auth(&self.key.0)
            .header("apikey", &self.key.0)
            .send()
            .await
            .map_err(|source| failed(doing, source))?;
        if answered.status().is_success() {
            let bytes = answered.bytes().await.map_err(|source| failed(doing, source))?;
            return Ok(Answer::Done(bytes.into()));
        }
        let refusal = refusal(answered).await.map_err(|source| failed(doing, source))?;
        match refusal.code.as_str() {
            "NoSuchKey" => Ok(Answer::Missing),
            "KeyAlreadyExists" => Ok(Answer::Exists),
            _ => Err(failed(doing, refusal)),
        }
    }
}

#[async_trait]
impl ArtifactStore for SupabaseStorage {
    async fn put(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let keeping = checked(path)?;
        let doing = format!("write artifact `{path}`");
        let mut request = self
            .http
            .post(self.address("", path))
            .header("content-type", "application/octet-stream")
            .body(bytes.to_vec());
        if keeping == Keeping::Replaced {
            request = request.header("x-upsert", "true");
        }
        match self.send(request, &doing).await? {
            Answer::Done(_) => Ok(()),
            Answer::Missing => Err(failed(&doing, Unexpected)),
            Answer::Exists => match self.get(path).await? {
                Some(kept) if kept == bytes => Ok(()),
                _ => Err(StoreError::Conflict { path: path.to_owned() }),
            },
        }
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        checked(path)?;
        let doing = format!("read artifact `{path}`");
        match self.send(self.http.get(self.address("/authenticated", path)), &doing).await? {
            Answer::Done(bytes) => Ok(Some(bytes)),
            Answer::Missing => Ok(None),
            Answer::Exists => Err(failed(&doing, Unexpected)),
        }
    }

    fn location(&self, path: &str) -> String {
        self.address("/authenticated", path)
    }
}

#[async_trait]
impl ArtifactLinks for SupabaseStorage {
    async fn link(&self, path: &str, seconds: u32) -> Result<Option<String>, StoreError> {
        checked(path)?;
        let doing = format!("make a link to artifact `{path}`");
        let request = self
            .http
            .post(self.address("/sign", path))
            .header("content-type", "application/json")
            .body(json!({ "expiresIn": seconds }).to_string());
        match self.send(request, &doing).await? {
            Answer::Done(bytes) => {
                let signed: Signed =
                    serde_json::from_slice(&bytes).map_err(|source| failed(&doing, source))?;
                Ok(Some(format!("{}{}", self.base, signed.url)))
            }
            Answer::Missing => Ok(None),
            Answer::Exists => Err(failed(&doing, Unexpected)),
        }
    }
}

enum Answer {
    Done(Vec<u8>),
    Missing,
    Exists,
}

#[derive(Deserialize)]
struct Signed {
    /// Beneath `/storage/v1`.
    #[serde(rename = "signedURL")]
    url: String,
}

/// What Storage refuses.
#[derive(Debug, Deserialize, Error)]
#[error("Supabase Storage refused: {message} ({code})")]
struct Refusal {
    #[serde(default = "no_code")]
    code: String,
    message: String,
}

#[derive(Debug, Error)]
#[error("Supabase Storage gave an answer to another question")]
struct Unexpected;

fn no_code() -> String {
    "no code".to_owned()
}

/// A proxy in between, or a server that is down, does not answer in JSON.
async fn refusal(answered: Response) -> reqwest::Result<Refusal> {
    let status = answered.status();
    let body = answered.bytes().await?;
    Ok(serde_json::from_slice(&body).unwrap_or_else(|_| Refusal {
        code: "no code".to_owned(),
        message: format!("HTTP status {status}"),
    }))
}

/// Storage takes no other scripts in keys. What is not plain is written as `=`
/// and two hexadecimal digits a byte; paths of ours are plain.
fn key_of(path: &str) -> String {
    let mut key = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
                key.push(char::from(byte));
            }
            byte => {
                let _ = write!(key, "={byte:02X}");
            }
        }
    }
    key
}

fn failed(doing: &str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed { doing: doing.to_owned(), source: source.into() }
}
