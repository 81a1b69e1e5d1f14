//! What is sent to a provider, in one form for all of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The form of a provider's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// Chat completions as OpenAI publishes them; also vLLM, llama.cpp and
    /// Ollama's compatible endpoint.
    Openai,
    /// Messages as Anthropic publishes them.
    Anthropic,
}

impl ProviderKind {
    /// Its name in settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
        }
    }
}

/// A request. Its canonical JSON is what a transcript is named by, so it holds
/// everything that the answer depends on, and no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// The form of the interface.
    pub provider: ProviderKind,
    /// The model's name.
    pub model: String,
    /// The version of the prompt.
    pub prompt: String,
    /// What else shapes the answer.
    pub parameters: Parameters,
    /// What is said, in order.
    pub messages: Vec<Message>,
    /// The JSON schema of the answer.
    pub schema: Value,
}

/// What else shapes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Tokens of the answer, at most.
    pub max_output_tokens: u32,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What.
    pub content: String,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The instructions.
    System,
    /// The data.
    User,
}

impl ChatRequest {
    /// With the current prompt and schema.
    pub fn new(
        provider: ProviderKind,
        model: &str,
        parameters: Parameters,
        messages: Vec<Message>,
    ) -> Self {
        Self {
            provider,
            model: model.to_owned(),
            prompt: crate::prompt::PROMPT_VERSION.to_owned(),
            parameters,
            messages,
            schema: crate::answer::answer_schema().clone(),
        }
    }

    /// As JSON.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
