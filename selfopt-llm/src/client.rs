//! Asks a provider: reserves before each try, settles after it, keeps the
//! transcript, and gives up in good order.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::digest::Digest;
use selfopt_core::{
    Authorship, CancelFlag, Clock, Millis, ModelAnswer, ModelError, ModelTarget, PatchAsk,
    PatchModel, Reservation, Reserved, Spend, SpendingStore, TRANSCRIPT_SCHEMA, TokenUsage,
    Transcript,
};

use crate::budget::{month, upper_bound};
use crate::hash::hash;
use crate::pause::{Pause, RetryPolicy};
use crate::prompt::{prompt, redacted};
use crate::provider::{Completion, Provider, ProviderError};
use crate::replay::{answer, author, unasked};
use crate::request::{ChatRequest, Parameters};
use crate::settings::Settings;
use crate::transcripts::write_transcript;

/// How often it is looked whether the run was asked to stop.
const CANCEL_CHECK: Duration = Duration::from_millis(50);

/// What a client is made of.
pub struct ModelParts {
    /// What turns requests into text.
    pub provider: Arc<dyn Provider>,
    /// What the user decided.
    pub settings: Settings,
    /// Where spending is kept.
    pub spending: Arc<dyn SpendingStore>,
    /// Time for latencies and months.
    pub clock: Arc<dyn Clock>,
    /// What waits between tries.
    pub pause: Arc<dyn Pause>,
    /// How often is tried.
    pub retry: RetryPolicy,
    /// Where transcripts are written as files, too.
    pub record: Option<PathBuf>,
    /// Texts that appear in no transcript: the key.
    pub secrets: Vec<String>,
}

/// A model that is asked.
pub struct ModelClient(ModelParts);

impl ModelClient {
    /// Makes no call yet.
    pub fn new(parts: ModelParts) -> Self {
        Self(parts)
    }
}

/// How one request ended, all tries together.
struct Called {
    completion: Result<Completion, String>,
    counted: Spend,
    tries: u32,
    /// Why nothing more can be asked in this run.
    stop: Option<String>,
}

#[async_trait]
impl PatchModel for ModelClient {
    fn author(&self) -> Authorship {
        author(self.0.settings.provider, &self.0.settings.model)
    }

    fn recorded_targets(&self) -> Option<Vec<ModelTarget>> {
        None
    }

    async fn propose(&self, ask: &PatchAsk<'_>) -> Result<ModelAnswer, ModelError> {
        let messages = match prompt(ask) {
            Ok(messages) => messages,
            Err(why) => return Ok(unasked(&why.to_string())),
        };
        let settings = &self.0.settings;
        let parameters = Parameters { max_output_tokens: settings.max_output_tokens };
        let request = ChatRequest::new(settings.provider, &settings.model, parameters, messages);
        let value = request.to_value();
        let name = hash(&value);
        let began = self.0.clock.monotonic();
        let called = self.call(ask, &request, &name).await?;
        if called.tries == 0 {
            let stop = called.stop;
            return Ok(ModelAnswer { stop, ..ModelAnswer::default() });
        }
        let (response, failure, usage) = match called.completion {
            Ok(Completion { text, usage }) => (Some(redacted(&text, &self.0.secrets)), None, usage),
            Err(why) => (None, Some(redacted(&why, &self.0.secrets)), None),
        };
        let transcript = Transcript {
            schema: TRANSCRIPT_SCHEMA.to_owned(),
            hash: name,
            synthetic: false,
            target: ask.target.clone(),
            number: ask.number,
            request: value,
            response,
            failure,
            usage,
            counted: called.counted,
            latency: Millis(self.0.clock.monotonic().0.saturating_sub(began.0)),
            tries: called.tries,
        };
        if let Some(folder) = &self.0.record {
            write_transcript(folder, &transcript)?;
        }
        Ok(ModelAnswer { stop: called.stop, ..answer(ask, transcript) })
    }
}

impl ModelClient {
    async fn call(
        &self,
        ask: &PatchAsk<'_>,
        request: &ChatRequest,
        name: &Digest,
    ) -> Result<Called, ModelError> {
        let parts = &self.0;
        let most = upper_bound(request, parts.settings.price);
        let mut called = Called {
            completion: Err("no try was made".to_owned()),
            counted: Spend::default(),
            tries: 0,
            stop: None,
        };
        loop {
            if ask.cancel.is_cancelled() {
                return Err(ModelError::Cancelled);
            }
            let now = parts.clock.now();
            let id = format!(
                "{}/{}",
                ask.account.run,
                // Unique also where the same request is made again later.
                Digest::of_parts([
                    name.as_str().as_bytes(),
                    &called.tries.to_le_bytes(),
                    &now.0.to_le_bytes(),
                    &ask.number.to_le_bytes(),
                ])
            );
            let reservation = Reservation {
                id,
                run: ask.account.run,
                repo: ask.account.repo,
                month: month(now),
                amount: most,
            };
            let reserved = parts.spending.reserve(&reservation, &parts.settings.limits).await?;
            if let Reserved::Exceeds(limit) = reserved {
                let why = format!(
                    "the next call may take {most}, which the budget of the {limit} does not hold"
                );
                called.completion = called.completion.map_err(|_| why.clone());
                called.stop = Some(why);
                return Ok(called);
            }
            called.tries += 1;
            let result = unless_cancelled(ask.cancel, parts.provider.complete(request)).await?;
            let spend = self.spend(&result, most);
            parts.spending.settle(&reservation.id, spend).await?;
            called.counted = called.counted.plus(spend);
            let error = match result {
                Ok(completion) => {
                    called.completion = Ok(completion);
                    return Ok(called);
                }
                Err(error) => error,
            };
            called.completion = Err(error.to_string());
            let wait = parts.retry.wait(called.tries, error.retry_after(), name);
            let Some(wait) = wait.filter(|_| error.is_passing()) else {
                called.stop =
                    (!matches!(error, ProviderError::Broken { .. })).then(|| error.to_string());
                return Ok(called);
            };
            unless_cancelled(ask.cancel, parts.pause.wait(wait)).await?;
        }
    }

    /// What a try is counted at: what the provider says; where it says nothing
    /// and may have worked, the most that it can have taken.
    fn spend(&self, result: &Result<Completion, ProviderError>, most: Spend) -> Spend {
        match result {
            Ok(Completion { usage: Some(usage), .. }) if *usage != TokenUsage::default() => {
                self.0.settings.price.of(*usage)
            }
            Ok(_) => most,
            Err(error) if error.may_have_cost() => most,
            Err(_) => Spend::default(),
        }
    }
}

/// A cancelled call is dropped; what was reserved for it stays counted.
async fn unless_cancelled<T>(
    cancel: &CancelFlag,
    work: impl Future<Output = T> + Send,
) -> Result<T, ModelError> {
    let cancelled = async {
        while !cancel.is_cancelled() {
            tokio::time::sleep(CANCEL_CHECK).await;
        }
    };
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = cancelled => Err(ModelError::Cancelled),
    }
}
