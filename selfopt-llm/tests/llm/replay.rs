//! A recorded run again.

use std::sync::Arc;

use async_trait::async_trait;
use selfopt_core::{FailedPatch, ModelError, PatchAsk, PatchModel as _, TokenUsage};
use selfopt_llm::{
    ChatRequest, Completion, ModelClient, Provider, ProviderError, ProviderKind, ReplayModel,
    read_transcripts,
};

use crate::parts::{self, Asking, CODE, MUCH};

/// Answers everything alike.
struct Fixed(String);

#[async_trait]
impl Provider for Fixed {
    async fn complete(&self, _: &ChatRequest) -> Result<Completion, ProviderError> {
        let usage = Some(TokenUsage { input: 5, output: 6 });
        Ok(Completion { text: self.0.clone(), usage })
    }
}

fn recording(text: &str, folder: &std::path::Path) -> ModelClient {
    let provider = Arc::new(Fixed(text.to_owned()));
    let settings = parts::settings(ProviderKind::Anthropic, None, MUCH);
    let mut parts = parts::parts(provider, settings, Arc::default(), Arc::default());
    parts.record = Some(folder.to_owned());
    ModelClient::new(parts)
}

#[tokio::test]
async fn a_replayed_run_says_the_same_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let asking = Asking::new(CODE);
    let key = "sk-a1B2c3D4e5F6g7H8i9J0k1L2";
    let text = parts::patch("let sum = 0;", &format!("let sum = 0; // {key}"));
    let live = recording(&text, folder.path());
    let first = live.propose(&asking.ask(0)).await.unwrap();
    let failed = FailedPatch {
        patch: first.patches[0].clone(),
        gate: "typecheck".into(),
        message: "error TS2304".into(),
    };
    let again = PatchAsk { repair: Some(&failed), ..asking.ask(0) };
    let second = live.propose(&again).await.unwrap();
    assert!(!serde_json::to_string(&first).unwrap().contains(key), "keys are cut out");

    let replay = ReplayModel::open(folder.path()).unwrap();
    assert_eq!(replay.recorded_targets(), Some(vec![asking.target.clone()]));
    assert_eq!(replay.author(), live.author());
    let bytes = |answer: &selfopt_core::ModelAnswer| serde_json::to_vec(answer).unwrap();
    assert_eq!(bytes(&replay.propose(&asking.ask(0)).await.unwrap()), bytes(&first));
    assert_eq!(bytes(&replay.propose(&again).await.unwrap()), bytes(&second));
}

#[tokio::test]
async fn a_call_that_was_not_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let asking = Asking::new(CODE);
    let live = recording("{\"patches\": []}", folder.path());
    live.propose(&asking.ask(0)).await.unwrap();
    let replay = ReplayModel::open(folder.path()).unwrap();
    let other = Asking::new("function total(rows) { return rows.reduce((a, b) => a + b, 0); }");
    let error = replay.propose(&other.ask(0)).await.unwrap_err();
    assert!(matches!(error, ModelError::NotRecorded { .. }), "{error}");
    let mut fewer = Asking::new(CODE);
    fewer.config.model.candidates = 1;
    assert!(replay.propose(&fewer.ask(0)).await.is_err(), "what is asked for counts");
}

#[tokio::test]
async fn a_transcript_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let asking = Asking::new(CODE);
    recording("{\"patches\": []}", folder.path()).propose(&asking.ask(0)).await.unwrap();
    let name = format!("{}.json", read_transcripts(folder.path()).unwrap()[0].hash);
    let path = folder.path().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("test-model", "other-model")).unwrap();
    let refused = ReplayModel::open(folder.path()).err().unwrap();
    assert!(refused.to_string().contains("digest"), "{refused}");
    std::fs::write(&path, text.replace("selfopt.transcript/1", "selfopt.transcript/2")).unwrap();
    assert!(ReplayModel::open(folder.path()).is_err());
    std::fs::remove_file(&path).unwrap();
    let empty = ReplayModel::open(folder.path()).err().unwrap();
    assert!(empty.to_string().contains("no transcript"), "{empty}");
}
