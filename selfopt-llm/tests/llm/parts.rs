//! What a model is asked in these tests, and with what.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::config::Config;
use selfopt_core::{
    CancelFlag, Clock, MemoryTree, Millis, ModelTarget, PatchAsk, RepoId, RunId, Spend,
    SpendingAccount, SpendingLimits, Timestamp,
};
use selfopt_llm::{
    MemorySpending, ModelClient, ModelParts, Pause, Price, Provider, ProviderKind, RetryPolicy,
    Settings,
};
use selfopt_syntax::Span;
use uuid::Uuid;

pub(crate) const CODE: &str =
    "function total(rows) { let sum = 0; for (const row of rows) sum += row; return sum; }";

/// A project and what is asked about it.
pub(crate) struct Asking {
    pub(crate) tree: MemoryTree,
    pub(crate) config: Config,
    pub(crate) target: ModelTarget,
    pub(crate) cancel: CancelFlag,
    pub(crate) account: SpendingAccount,
}

impl Asking {
    pub(crate) fn new(code: &str) -> Self {
        Self {
            tree: MemoryTree::new([("src/total.js", format!("{code}\n"))]),
            config: Config::default(),
            target: ModelTarget {
                path: "src/total.js".into(),
                name: "total".into(),
                line: 1,
                span: Span::new(0, u32::try_from(code.len()).unwrap()),
                complexity: 2,
                share_permille: Some(400),
                calls: 12,
                elements: None,
                inputs: Vec::new(),
                profile: Vec::new(),
            },
            cancel: CancelFlag::default(),
            account: SpendingAccount {
                run: RunId(Uuid::from_u128(1)),
                repo: RepoId(Uuid::from_u128(2)),
            },
        }
    }

    pub(crate) fn ask(&self, number: u32) -> PatchAsk<'_> {
        PatchAsk {
            account: self.account,
            tree: &self.tree,
            config: &self.config,
            target: &self.target,
            number,
            repair: None,
            cancel: &self.cancel,
        }
    }
}

/// A clock that goes on by a millisecond whenever it is looked at.
#[derive(Default)]
pub(crate) struct Ticks(AtomicU64);

impl Clock for Ticks {
    fn now(&self) -> Timestamp {
        Timestamp(1_794_000_000_000 + self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn monotonic(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Counts waits and waits for nothing.
#[derive(Default)]
pub(crate) struct NoPause(pub(crate) std::sync::Mutex<Vec<Duration>>);

#[async_trait]
impl Pause for NoPause {
    async fn wait(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

pub(crate) const PRICE: Price = Price { input: 3_000_000, output: 15_000_000 };

pub(crate) fn settings(provider: ProviderKind, base_url: Option<String>, limit: Spend) -> Settings {
    Settings {
        provider,
        model: "test-model".into(),
        base_url,
        key_variable: "KEY".into(),
        max_output_tokens: 1000,
        timeout: Duration::from_secs(30),
        price: PRICE,
        limits: SpendingLimits { run: limit, repository: limit, month: limit },
    }
}

pub(crate) const MUCH: Spend = Spend { tokens: u64::MAX, micro_dollars: u64::MAX };

pub(crate) fn client(
    provider: Arc<dyn Provider>,
    settings: Settings,
    spending: Arc<MemorySpending>,
    pause: Arc<NoPause>,
) -> ModelClient {
    ModelClient::new(parts(provider, settings, spending, pause))
}

pub(crate) fn parts(
    provider: Arc<dyn Provider>,
    settings: Settings,
    spending: Arc<MemorySpending>,
    pause: Arc<NoPause>,
) -> ModelParts {
    ModelParts {
        provider,
        settings,
        spending,
        clock: Arc::new(Ticks::default()),
        pause,
        retry: RetryPolicy::default(),
        record: None,
        secrets: vec!["the-key-of-this-test".into()],
    }
}

/// An answer with one patch.
pub(crate) fn patch(find: &str, replace: &str) -> String {
    serde_json::json!({ "patches": [{
        "title": "Add up with a counted loop",
        "rationale": "no iterator",
        "edits": [{ "path": "src/total.js", "find": find, "replace": replace }],
    }]})
    .to_string()
}
