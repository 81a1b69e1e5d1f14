//! A recorded run again: the same requests get the same answers, and nothing is
//! sent anywhere.

use std::collections::BTreeMap;
use std::path::Path;

use async_trait::async_trait;
use selfopt_core::digest::Digest;
use selfopt_core::{
    Authorship, ModelAnswer, ModelError, ModelTarget, PatchAsk, PatchModel, Transcript,
};

use crate::answer::read_answer;
use crate::hash::hash;
use crate::prompt::{PROMPT_VERSION, prompt};
use crate::request::{ChatRequest, Parameters, ProviderKind};
use crate::transcripts::read_transcripts;

/// Answers from transcripts.
pub struct ReplayModel {
    provider: ProviderKind,
    model: String,
    parameters: Parameters,
    targets: Vec<ModelTarget>,
    calls: BTreeMap<Digest, Transcript>,
}

impl ReplayModel {
    /// Reads a folder of transcripts of one run.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let unusable = |what: &str| ModelError::Transcript {
            path: folder.display().to_string(),
            what: what.into(),
        };
        let transcripts = read_transcripts(folder)?;
        let mut requests = Vec::new();
        for one in &transcripts {
            let request: ChatRequest = serde_json::from_value(one.request.clone())
                .map_err(|_| unusable("it holds a request that does not read"))?;
            requests.push(request);
        }
        let first = requests.first().ok_or_else(|| unusable("it holds no transcript"))?;
        let same = |other: &ChatRequest| {
            (other.provider, &other.model, other.parameters)
                == (first.provider, &first.model, first.parameters)
        };
        if !requests.iter().all(same) {
            return Err(unusable("its transcripts are of more than one model"));
        }
        let mut targets: Vec<ModelTarget> = Vec::new();
        for one in &transcripts {
            if !targets.contains(&one.target) {
                targets.push(one.target.clone());
            }
        }
        Ok(Self {
            provider: first.provider,
            model: first.model.clone(),
            parameters: first.parameters,
            targets,
            calls: transcripts.into_iter().map(|one| (one.hash.clone(), one)).collect(),
        })
    }
}

#[async_trait]
impl PatchModel for ReplayModel {
    fn author(&self) -> Authorship {
        author(self.provider, &self.model)
    }

    fn recorded_targets(&self) -> Option<Vec<ModelTarget>> {
        Some(self.targets.clone())
    }

    async fn propose(&self, ask: &PatchAsk<'_>) -> Result<ModelAnswer, ModelError> {
        let messages = match prompt(ask) {
            Ok(messages) => messages,
            Err(why) => return Ok(unasked(&why.to_string())),
        };
        let request = ChatRequest::new(self.provider, &self.model, self.parameters, messages);
        let name = hash(&request.to_value());
        let recorded = self.calls.get(&name).ok_or_else(|| ModelError::NotRecorded {
            hash: name.to_string(),
            target: format!("{}:{}", ask.target.path, ask.target.name),
        })?;
        Ok(answer(ask, recorded.clone()))
    }
}

/// What a transcript says. Live and replayed calls are read by the same code.
pub(crate) fn answer(ask: &PatchAsk<'_>, transcript: Transcript) -> ModelAnswer {
    let most = if ask.repair.is_some() { 1 } else { ask.config.model.candidates };
    let read = match (&transcript.response, &transcript.failure) {
        (Some(text), _) => read_answer(text, most),
        (None, failure) => crate::answer::Answered {
            patches: Vec::new(),
            unusable: vec![failure.clone().unwrap_or_else(|| "there was no answer".to_owned())],
        },
    };
    ModelAnswer {
        patches: read.patches,
        unusable: read.unusable,
        transcripts: vec![transcript],
        stop: None,
    }
}

pub(crate) fn unasked(why: &str) -> ModelAnswer {
    ModelAnswer { unusable: vec![why.to_owned()], ..ModelAnswer::default() }
}

pub(crate) fn author(provider: ProviderKind, model: &str) -> Authorship {
    Authorship {
        provider: provider.name().to_owned(),
        model: model.to_owned(),
        prompt: PROMPT_VERSION.to_owned(),
        calls: Vec::new(),
        synthetic: false,
    }
}
