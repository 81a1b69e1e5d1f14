//! Transcripts of examples, made of answers that were written by hand.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use selfopt::config::Config;
use selfopt::llm::{
    ChatRequest, Completion, MemorySpending, ModelClient, ModelParts, Price, Provider,
    ProviderError, ProviderKind, RetryPolicy, Settings, SystemPause, read_transcripts,
    write_transcript,
};
use selfopt::probe::NodeProbe;
use selfopt::sandbox::checkout::DirTree;
use selfopt::store::SystemClock;
use selfopt::{
    CancelFlag, FailedPatch, Millis, ModelEdit, ModelPatch, ModelTarget, PatchAsk, PatchModel as _,
    Probe as _, ProfileLine, RepoId, RunId, Sizes, Spend, SpendingAccount, SpendingLimits,
    TokenUsage, Transcript,
};
use serde::Deserialize;

use crate::selfopt::repository;

#[derive(Deserialize)]
struct Written {
    target: Vec<WrittenTarget>,
}

#[derive(Deserialize)]
struct WrittenTarget {
    path: String,
    name: String,
    nesting: u32,
    share_permille: u32,
    calls: u64,
    elements: Sizes,
    #[serde(default)]
    inputs: Vec<String>,
    #[serde(default)]
    profile: Vec<ProfileLine>,
    patch: Vec<WrittenPatch>,
    #[serde(default)]
    repair: Vec<WrittenRepair>,
}

#[derive(Deserialize, Clone)]
struct WrittenPatch {
    title: String,
    rationale: String,
    edit: Vec<ModelEdit>,
}

#[derive(Deserialize)]
struct WrittenRepair {
    patch: usize,
    gate: String,
    message: String,
    answer: Vec<WrittenPatch>,
}

/// An example with transcripts.
pub(super) struct Example(pub(super) &'static str);

impl Example {
    pub(super) fn folder(&self) -> PathBuf {
        repository().join("examples").join(self.0)
    }

    pub(super) fn transcripts(&self) -> PathBuf {
        self.folder().join("transcripts")
    }

    fn written(&self) -> Written {
        let path = repository().join(format!("tests/e2e/model/{}.toml", self.0));
        let text = std::fs::read_to_string(path).expect("the answers are there");
        toml::from_str(&text).expect("the answers read")
    }
}

fn patch(one: WrittenPatch) -> ModelPatch {
    let WrittenPatch { title, rationale, edit } = one;
    ModelPatch { title, rationale, edits: edit }
}

/// What is answered about one function.
#[cfg(feature = "llm")]
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) first: String,
    pub(super) repairs: Vec<String>,
}

#[cfg(feature = "llm")]
impl Example {
    pub(super) fn answers(&self) -> Vec<Answers> {
        let targets = self.written().target.into_iter();
        targets
            .map(|one| Answers {
                name: one.name,
                first: said(one.patch),
                repairs: one.repair.into_iter().map(|repair| said(repair.answer)).collect(),
            })
            .collect()
    }
}

#[cfg(feature = "llm")]
fn said(patches: Vec<WrittenPatch>) -> String {
    let patches: Vec<ModelPatch> = patches.into_iter().map(patch).collect();
    serde_json::json!({ "patches": patches }).to_string()
}

/// Says the next of what was written.
struct ByHand(Mutex<Vec<String>>);

#[async_trait]
impl Provider for ByHand {
    async fn complete(&self, _: &ChatRequest) -> Result<Completion, ProviderError> {
        let text = self.0.lock().expect("no panic while locked").remove(0);
        let usage = Some(TokenUsage { input: 0, output: 0 });
        Ok(Completion { text, usage })
    }
}

/// The calls that a run on the example makes, with what was written as answers.
async fn calls(example: &Example) -> Vec<Transcript> {
    let written = example.written();
    let tree = DirTree::open(&example.folder()).expect("the example is there");
    let config = Config::default();
    let places = NodeProbe.functions(&tree, &config);
    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    for (number, one) in (0..).zip(&written.target) {
        let place = places
            .iter()
            .find(|place| place.path == one.path && place.name == one.name)
            .expect("the function is there");
        let text =
            std::fs::read_to_string(example.folder().join(&one.path)).expect("the file is there");
        let before = &text[..place.span.start as usize];
        let target = ModelTarget {
            path: one.path.clone(),
            name: one.name.clone(),
            line: u32::try_from(before.matches('\n').count()).expect("a small file") + 1,
            span: place.span,
            complexity: one.nesting,
            share_permille: Some(one.share_permille),
            calls: one.calls,
            elements: Some(one.elements),
            inputs: one.inputs.clone(),
            profile: one.profile.clone(),
        };
        let patches: Vec<ModelPatch> = one.patch.iter().cloned().map(patch).collect();
        let mut answers = vec![serde_json::json!({ "patches": patches }).to_string()];
        let mut failed = Vec::new();
        for WrittenRepair { patch: of, gate, message, answer } in &one.repair {
            let repaired: Vec<ModelPatch> = answer.iter().cloned().map(patch).collect();
            answers.push(serde_json::json!({ "patches": repaired }).to_string());
            failed.push(FailedPatch {
                patch: patches[*of].clone(),
                gate: gate.clone(),
                message: message.clone(),
            });
        }
        let client = client(answers, folder.path());
        let ask = PatchAsk {
            account: SpendingAccount {
                run: RunId(uuid::Uuid::nil()),
                repo: RepoId(uuid::Uuid::nil()),
            },
            tree: &tree,
            config: &config,
            target: &target,
            number,
            repair: None,
            cancel: &CancelFlag::default(),
        };
        let answer = client.propose(&ask).await.expect("the model answers");
        assert_eq!(answer.unusable, Vec::<String>::new(), "{}", one.name);
        for failed in &failed {
            let again = PatchAsk { repair: Some(failed), ..ask };
            client.propose(&again).await.expect("the model answers");
        }
    }
    let mut calls = read_transcripts(folder.path()).expect("the transcripts read");
    for call in &mut calls {
        call.synthetic = true;
        call.usage = None;
        call.counted = Spend::default();
        call.latency = Millis(0);
    }
    calls
}

fn client(answers: Vec<String>, folder: &Path) -> ModelClient {
    let much = Spend { tokens: u64::MAX, micro_dollars: u64::MAX };
    ModelClient::new(ModelParts {
        provider: Arc::new(ByHand(Mutex::new(answers))),
        settings: Settings {
            provider: ProviderKind::Openai,
            model: "none".into(),
            base_url: None,
            key_variable: String::new(),
            max_output_tokens: 8000,
            timeout: std::time::Duration::from_mins(1),
            price: Price { input: 0, output: 0 },
            limits: SpendingLimits { run: much, repository: much, month: much },
        },
        spending: Arc::new(MemorySpending::default()),
        clock: Arc::new(SystemClock::new()),
        pause: Arc::new(SystemPause),
        retry: RetryPolicy::default(),
        record: Some(folder.to_owned()),
        secrets: Vec::new(),
    })
}

/// The transcripts of an example, which must be those that the current prompt
/// asks for. With `SELFOPT_BLESS` in the environment they are written anew.
pub(super) async fn kept(example: &Example) -> Vec<Transcript> {
    let calls = calls(example).await;
    let folder = example.transcripts();
    if std::env::var_os("SELFOPT_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        for call in &calls {
            write_transcript(&folder, call).expect("transcripts can be written");
        }
    }
    let kept = read_transcripts(&folder).expect("the transcripts read");
    assert!(kept.iter().all(|one| one.synthetic), "no model was asked for them");
    assert_eq!(kept, calls, "run this test with `SELFOPT_BLESS=1` to write them anew");
    kept
}
