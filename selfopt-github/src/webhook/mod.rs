//! What GitHub sends. The signature over the raw bytes is checked before
//! anything is parsed; the delivery's id is handed out, so that whoever keeps
//! deliveries takes each of them once.
//!
//! GitHub sends no time, so a delivery that was recorded can be sent again by
//! whoever holds it: the id is the guard against that, and it is not part of
//! what is signed. Whatever a webhook says is therefore a reason to look, and
//! no fact: state is read from the API.

mod event;
mod signature;

use std::fmt;

use http::HeaderMap;
use thiserror::Error;

pub use event::{
    AccountEvent, CheckEvent, Event, InstallationAction, PullRequestAction, PullRequestEvent,
    PushEvent, RepositoriesEvent, RepositoryRef,
};

use crate::secret::Secret;

/// GitHub sends no more than 25 MB.
pub const MAX_WEBHOOK_BYTES: usize = 25 * 1024 * 1024;

/// The secrets that webhooks may be signed with: one, or two while it is
/// changed.
#[derive(Debug, Clone)]
pub struct WebhookSecrets {
    current: Secret,
    previous: Option<Secret>,
}

impl WebhookSecrets {
    /// One secret; a short one is refused, because it can be guessed from a
    /// recorded delivery.
    pub fn new(current: Secret) -> Result<Self, WebhookError> {
        if current.expose().len() < 16 {
            return Err(WebhookError::WeakSecret);
        }
        Ok(Self { current, previous: None })
    }

    /// Takes an older secret, too.
    #[must_use]
    pub fn or(mut self, previous: Secret) -> Self {
        self.previous = Some(previous).filter(|secret| secret.expose().len() >= 16);
        self
    }

    /// Judges a request: its headers and the bytes of its body.
    pub fn open(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, WebhookError> {
        if body.len() > MAX_WEBHOOK_BYTES {
            return Err(WebhookError::TooLarge);
        }
        let signature = header(headers, "x-hub-signature-256").ok_or(WebhookError::Unsigned)?;
        let given = signature::parse(signature).ok_or(WebhookError::Forged)?;
        let previous = self.previous.as_ref();
        // Both are computed, whichever fits.
        let by_current = signature::fits(&self.current, body, &given);
        let by_previous = previous.is_some_and(|secret| signature::fits(secret, body, &given));
        if !(by_current | by_previous) {
            return Err(WebhookError::Forged);
        }
        let id = header(headers, "x-github-delivery").and_then(DeliveryId::parse);
        let id = id.ok_or(WebhookError::NoDelivery)?;
        let name = header(headers, "x-github-event").ok_or(WebhookError::NoEvent)?;
        let event = event::parse(name, body)
            .map_err(|source| WebhookError::Unreadable { event: short(name), source })?;
        Ok(Delivery { id, event })
    }
}

/// A genuine request of GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// To be taken once.
    pub id: DeliveryId,
    /// What happened.
    pub event: Event,
}

/// The id that GitHub gives a delivery; the same when it is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// Hexadecimal characters and hyphens, as in a UUID.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_hexdigit() || c == '-';
        ((8..=64).contains(&text.len()) && text.chars().all(plain))
            .then(|| Self(text.to_ascii_lowercase()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request that is not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret can be guessed.
    #[error("the webhook secret has fewer than 16 characters")]
    WeakSecret,
    /// More than GitHub sends.
    #[error("the request is larger than GitHub's largest")]
    TooLarge,
    /// No signature.
    #[error("the request has no signature")]
    Unsigned,
    /// A signature of somebody else, or of other bytes.
    #[error("the request's signature does not fit")]
    Forged,
    /// No id that could be remembered.
    #[error("the request has no delivery id")]
    NoDelivery,
    /// No name.
    #[error("the request does not say what happened")]
    NoEvent,
    /// Signed, and not what GitHub documents.
    #[error("the event `{event}` cannot be read")]
    Unreadable {
        /// Its name.
        event: String,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
}

impl WebhookError {
    /// The status that the request is answered with. What is wrong with a
    /// forged one is not told.
    pub const fn status(&self) -> u16 {
        match self {
            Self::WeakSecret => 500,
            Self::TooLarge => 413,
            Self::Unsigned | Self::Forged => 401,
            Self::NoDelivery | Self::NoEvent | Self::Unreadable { .. } => 400,
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    // Which of two counts would be a guess.
    all.next().is_none().then_some(first)
}

fn short(name: &str) -> String {
    selfopt_core::printable(name.as_bytes()).chars().take(60).collect()
}
