//! Patches by a language model, behind the core's `PatchModel`.
//!
//! What is asked, what may be said, what it may cost and what is kept of it is
//! all decided here, in code; a provider only turns a request into text. With
//! the feature `http` providers are asked over the network, without it recorded
//! transcripts can be replayed. Nothing here judges a patch: the gates do.

mod answer;
mod budget;
mod client;
mod hash;
#[cfg(feature = "http")]
mod http;
mod pause;
mod prompt;
mod provider;
mod replay;
mod request;
mod settings;
mod transcripts;

pub use answer::{Answered, answer_schema, read_answer};
pub use budget::{MemorySpending, Price, PriceTable, upper_bound};
pub use client::{ModelClient, ModelParts};
pub use hash::{canonical, hash};
#[cfg(feature = "http")]
pub use http::HttpProvider;
pub use pause::{Pause, RetryPolicy, SystemPause};
pub use prompt::{PROMPT_VERSION, Unasked, holds_secret};
pub use provider::{Completion, Provider, ProviderError};
pub use replay::ReplayModel;
pub use request::{ChatRequest, Message, Parameters, ProviderKind, Role};
pub use settings::Settings;
pub use transcripts::{read_transcripts, write_transcript};
