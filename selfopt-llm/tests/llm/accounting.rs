//! A thousand calls with faults: what is counted is what the provider counted,
//! and for calls that it said nothing about, the most that they can have taken.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use selfopt_core::{PatchModel as _, Spend, SpendingScope, SpendingStore as _, TokenUsage};
use selfopt_llm::{
    ChatRequest, HttpProvider, MemorySpending, Parameters, ProviderKind, upper_bound,
};

use crate::parts::{self, Asking, CODE, MUCH, PRICE};
use crate::server::{Play, Server};

/// The same mixture of faults for the same seed.
fn script(seed: u64) -> impl Fn(u64, &serde_json::Value) -> Play + Send + Sync + 'static {
    move |call, _| {
        let mut x = (call ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x ^= x >> 31;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 29;
        let usage = [x % 900 + 1, (x >> 10) % 990 + 1];
        match (x >> 32) % 12 {
            0 => Play::Status(429, Some(1)),
            1 => Play::Status(500, None),
            2 => Play::Cut,
            3 => Play::Garbage,
            4 => Play::NoUsage("{\"patches\": []}".into()),
            5 => Play::Text("no JSON".into(), usage),
            6 => Play::Status(503, None),
            _ => Play::Text(parts::patch("let sum = 0;", "let sum = 1 - 1;"), usage),
        }
    }
}

struct Counted {
    calls: u64,
    spent: Spend,
    told: Spend,
    unknown: u64,
    bound: Spend,
    stopped: u64,
}

/// Asks until so many calls were made or the budget holds no more.
async fn counted(kind: ProviderKind, calls: u64, limit: Spend) -> Counted {
    let server = Server::start(script(7)).await;
    let asking = Asking::new(CODE);
    let settings = parts::settings(kind, Some(server.base_url.clone()), limit);
    let provider = HttpProvider::new(&settings, Some("key")).unwrap();
    let spending = Arc::new(MemorySpending::default());
    let client = parts::client(Arc::new(provider), settings, spending.clone(), Arc::default());
    let scope = SpendingScope::Run(asking.account.run);
    let (mut stopped, mut number, mut counted, mut bound) = (0, 0, Spend::default(), None);
    while server.calls() < calls && stopped < 3 {
        let answer = client.propose(&asking.ask(number)).await.unwrap();
        number += 1;
        counted = counted.plus(answer.counted());
        stopped += u64::from(answer.stop.is_some_and(|why| why.contains("budget")));
        if let Some(one) = answer.transcripts.first() {
            let request: ChatRequest = serde_json::from_value(one.request.clone()).unwrap();
            assert_eq!(request.parameters, Parameters { max_output_tokens: 1000 });
            bound = Some(upper_bound(&request, PRICE));
        }
        let spent = spending.spent(&scope).await.unwrap();
        assert!(spent.is_within(limit), "{spent} of {limit} after {} calls", server.calls());
    }
    let spent = spending.spent(&scope).await.unwrap();
    assert_eq!(counted, spent, "the transcripts say the same as the store");
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::SeqCst);
    let counters = &server.counters;
    let told = TokenUsage { input: load(&counters.input), output: load(&counters.output) };
    Counted {
        calls: server.calls(),
        spent,
        told: PRICE.of(told),
        unknown: load(&counters.unknown),
        bound: bound.unwrap(),
        stopped,
    }
}

#[tokio::test]
async fn a_thousand_calls_are_counted_exactly() {
    for kind in [ProviderKind::Openai, ProviderKind::Anthropic] {
        let all = counted(kind, 1000, MUCH).await;
        assert!(all.calls >= 1000, "{}", all.calls);
        assert!(all.unknown > 200, "{}", all.unknown);
        let of_unknown = Spend {
            tokens: all.bound.tokens * all.unknown,
            micro_dollars: all.bound.micro_dollars * all.unknown,
        };
        // The prices are whole numbers of millionths a token: nothing is rounded.
        assert_eq!(all.spent, all.told.plus(of_unknown), "{kind:?}");
    }
}

#[tokio::test]
async fn the_budget_is_never_exceeded() {
    let limit = Spend { tokens: 400_000, micro_dollars: u64::MAX };
    let by_tokens = counted(ProviderKind::Openai, 1000, limit).await;
    assert_eq!(by_tokens.stopped, 3, "{} calls", by_tokens.calls);
    assert!(by_tokens.spent.tokens + by_tokens.bound.tokens > 400_000, "it is used up");
    let limit = Spend { tokens: u64::MAX, micro_dollars: 2_000_000 };
    let by_money = counted(ProviderKind::Anthropic, 1000, limit).await;
    assert_eq!(by_money.stopped, 3, "{} calls", by_money.calls);
    let nothing = Spend { tokens: 10, micro_dollars: 10 };
    let asking = Asking::new(CODE);
    let server = Server::start(script(1)).await;
    let settings = parts::settings(ProviderKind::Openai, Some(server.base_url.clone()), nothing);
    let provider = Arc::new(HttpProvider::new(&settings, None).unwrap());
    let client = parts::client(provider, settings, Arc::default(), Arc::default());
    let answer = client.propose(&asking.ask(0)).await.unwrap();
    assert_eq!(server.calls(), 0, "nothing is asked that could not be paid for");
    assert!(answer.stop.unwrap().contains("budget of the run"));
}
