//! Providers over HTTP, through genai; TLS by rustls with ring.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use genai::adapter::AdapterKind;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest as GenaiRequest, ChatResponseFormat, JsonSpec,
};
use genai::resolver::{AuthData, Endpoint, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget, webc};
use selfopt_core::{ModelError, TokenUsage};

use crate::provider::{Completion, Provider, ProviderError};
use crate::request::{ChatRequest, ProviderKind, Role};
use crate::settings::Settings;

/// Characters of a provider's message that are kept.
const MAX_MESSAGE: usize = 300;

/// Asks over HTTP.
pub struct HttpProvider {
    client: Client,
    timeout: Duration,
}

impl HttpProvider {
    /// To the provider of the settings, with its key.
    pub fn new(settings: &Settings, key: Option<&str>) -> Result<Self, ModelError> {
        let failed = |what: String| ModelError::Settings {
            what: format!("no connection can be made: {what}"),
            hint: "look at `base_url` in the model file".to_owned(),
        };
        // Another part of the program may have done the same before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            // A key goes where the user said, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let kind = match settings.provider {
            ProviderKind::Openai => AdapterKind::OpenAI,
            ProviderKind::Anthropic => AdapterKind::Anthropic,
        };
        let base =
            settings.base_url.as_deref().map(|url| format!("{}/", url.trim_end_matches('/')));
        let base: Option<Arc<str>> = base.map(Arc::from);
        // A server of one's own may need none; the header is sent all the same.
        let key = key.unwrap_or("none").to_owned();
        let resolver = ServiceTargetResolver::from_resolver_fn(
            move |target: ServiceTarget| -> Result<ServiceTarget, genai::resolver::Error> {
                let endpoint = base.clone().map_or(target.endpoint, Endpoint::from_owned);
                Ok(ServiceTarget {
                    endpoint,
                    auth: AuthData::from_single(key.clone()),
                    model: ModelIden::new(kind, target.model.model_name),
                })
            },
        );
        let client = Client::builder()
            .with_reqwest(http)
            .with_adapter_kind(kind)
            .with_service_target_resolver(resolver)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { client, timeout: settings.timeout })
    }
}

#[async_trait]
impl Provider for HttpProvider {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, ProviderError> {
        let messages = request.messages.iter().map(|message| match message.role {
            Role::System => ChatMessage::system(message.content.clone()),
            Role::User => ChatMessage::user(message.content.clone()),
        });
        let format = ChatResponseFormat::JsonSpec(JsonSpec::new("patches", request.schema.clone()));
        let options = ChatOptions::default()
            .with_max_tokens(request.parameters.max_output_tokens)
            .with_response_format(format);
        let asked = GenaiRequest::new(messages.collect());
        let call = self.client.exec_chat(&request.model, asked, Some(&options));
        let Ok(answered) = tokio::time::timeout(self.timeout, Box::pin(call)).await else {
            let message = format!("no answer within {} seconds", self.timeout.as_secs_f64());
            return Err(ProviderError::Broken { message });
        };
        let answer = answered.map_err(|error| failure(&error))?;
        let count = |tokens: Option<i32>| tokens.and_then(|n| u64::try_from(n).ok());
        let usage = count(answer.usage.prompt_tokens)
            .zip(count(answer.usage.completion_tokens))
            .map(|(input, output)| TokenUsage { input, output });
        let text = answer.into_first_text().unwrap_or_default();
        Ok(Completion { text, usage })
    }
}

/// What a failed call means for money and for another try.
fn failure(error: &genai::Error) -> ProviderError {
    let web = match error {
        genai::Error::WebModelCall { webc_error, .. }
        | genai::Error::WebAdapterCall { webc_error, .. } => Some(webc_error),
        _ => None,
    };
    match web {
        Some(web @ webc::Error::ResponseFailedStatus { status, body, .. }) => {
            let header = web.headers().and_then(|headers| headers.get("retry-after"));
            let seconds = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
            ProviderError::Refused {
                status: status.as_u16(),
                message: short(body),
                retry_after: seconds.map(Duration::from_secs),
            }
        }
        Some(webc::Error::Reqwest(cause)) if cause.is_connect() => {
            ProviderError::Unreached { message: "no connection".to_owned() }
        }
        Some(webc::Error::Reqwest(cause)) if cause.is_timeout() => {
            ProviderError::Broken { message: "no answer in time".to_owned() }
        }
        _ => ProviderError::Broken { message: short(&error.to_string()) },
    }
}

fn short(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}
