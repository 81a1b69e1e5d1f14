//! What goes over the wire, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use selfopt_core::{ModelAnswer, PatchModel as _, Spend, SpendingScope, SpendingStore as _};
use selfopt_llm::{HttpProvider, MemorySpending, ProviderKind, Settings};

use crate::parts::{self, Asking, CODE, MUCH, NoPause, PRICE};
use crate::server::{Play, Server};

struct Run {
    answer: ModelAnswer,
    waits: Vec<Duration>,
    spent: Spend,
}

async fn asked(server: &Server, kind: ProviderKind, timeout: Duration) -> Run {
    let asking = Asking::new(CODE);
    let settings =
        Settings { timeout, ..parts::settings(kind, Some(server.base_url.clone()), MUCH) };
    let provider = HttpProvider::new(&settings, Some("the-key-of-this-test")).unwrap();
    let (spending, pause) = (Arc::new(MemorySpending::default()), Arc::new(NoPause::default()));
    let client = parts::client(Arc::new(provider), settings, spending.clone(), pause.clone());
    let answer = client.propose(&asking.ask(0)).await.unwrap();
    let waits = pause.0.lock().unwrap().clone();
    let spent = spending.spent(&SpendingScope::Run(asking.account.run)).await.unwrap();
    Run { answer, waits, spent }
}

const LONG: Duration = Duration::from_mins(1);

fn good(_: u64, _: &serde_json::Value) -> Play {
    Play::Text(parts::patch("let sum = 0;", "let sum = 0; // one pass"), [100, 20])
}

#[tokio::test]
async fn both_forms_carry_the_request_and_its_key() {
    let forms = [
        (
            ProviderKind::Openai,
            "/v1/chat/completions",
            "authorization: bearer the-key-of-this-test",
        ),
        (ProviderKind::Anthropic, "/v1/messages", "x-api-key: the-key-of-this-test"),
    ];
    for (kind, path, header) in forms {
        let server = Server::start(good).await;
        let run = asked(&server, kind, LONG).await;
        assert_eq!(run.answer.patches.len(), 1, "{kind:?}: {:?}", run.answer);
        assert_eq!(run.spent, PRICE.of(selfopt_core::TokenUsage { input: 100, output: 20 }));
        let seen = server.seen.lock().unwrap().clone();
        let (at, head, body) = &seen[0];
        assert_eq!(at, path);
        assert!(head.to_lowercase().contains(header), "{head}");
        let body = body.to_string();
        assert!(body.contains("function total") && body.contains("test-model"), "{body}");
        assert!(body.contains("additionalProperties"), "the schema is sent: {body}");
        let kept = serde_json::to_string(&run.answer.transcripts).unwrap();
        assert!(!kept.contains("the-key-of-this-test"));
    }
}

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again_when_it_says() {
    let server = Server::start(|call, body| match call {
        0 => Play::Status(429, Some(7)),
        1 => Play::Status(503, None),
        _ => good(call, body),
    })
    .await;
    let run = asked(&server, ProviderKind::Openai, LONG).await;
    assert_eq!(run.answer.patches.len(), 1, "{:?}", run.answer);
    assert_eq!((run.waits.len(), run.waits[0]), (2, Duration::from_secs(7)));
    let transcript = &run.answer.transcripts[0];
    assert_eq!((transcript.tries, transcript.counted), (3, run.spent));
    assert!(run.spent.tokens > 120 + 1000, "an error inside of the provider counts in full");
}

#[tokio::test]
async fn a_provider_that_asks_for_too_long_a_wait_is_left_alone() {
    let server = Server::start(|_, _| Play::Status(429, Some(86_400))).await;
    let run = asked(&server, ProviderKind::Openai, LONG).await;
    assert_eq!((server.calls(), run.waits.len()), (1, 0));
    assert!(run.answer.stop.unwrap().contains("429"));
    assert_eq!(run.spent, Spend::default());
}

#[tokio::test]
async fn a_refused_key_ends_it_at_once() {
    let server = Server::start(|_, _| Play::Status(401, None)).await;
    let run = asked(&server, ProviderKind::Anthropic, LONG).await;
    assert_eq!(server.calls(), 1);
    assert!(run.answer.stop.unwrap().contains("401"));
}

#[tokio::test]
async fn what_is_cut_or_garbled_is_tried_again_and_counted_in_full() {
    for play in [Play::Cut, Play::Garbage] {
        let first = play.clone();
        let server = Server::start(
            move |call, body| if call == 0 { first.clone() } else { good(call, body) },
        )
        .await;
        let run = asked(&server, ProviderKind::Openai, LONG).await;
        assert_eq!(run.answer.patches.len(), 1, "{play:?}: {:?}", run.answer);
        assert!(run.spent.tokens > 1000, "{play:?}: {}", run.spent);
    }
}

#[tokio::test]
async fn silence_ends_at_the_time_limit() {
    let server = Server::start(|_, _| Play::Silence).await;
    let run = asked(&server, ProviderKind::Openai, Duration::from_millis(200)).await;
    assert_eq!(server.calls(), 4);
    assert_eq!(run.answer.patches.len(), 0);
    assert!(run.answer.unusable[0].contains("no readable answer"), "{:?}", run.answer);
    assert!(run.answer.stop.is_none(), "one slow answer is not the end");
}

#[tokio::test]
async fn answers_that_are_no_patches_are_told() {
    let cases = [
        ("I cannot help with that.".to_owned(), "not JSON"),
        ("{\"patches\": 3}".to_owned(), "schema"),
        ("{\"patches\": [], \"accept\": true}".to_owned(), "schema"),
        (format!("{{\"patches\": \"{}\"}}", "x".repeat(300_000)), "bytes"),
    ];
    for (text, why) in cases {
        let server = Server::start(move |_, _| Play::Text(text.clone(), [10, 10])).await;
        let run = asked(&server, ProviderKind::Anthropic, LONG).await;
        assert_eq!(server.calls(), 1, "an answer is an answer");
        assert!(run.answer.unusable[0].contains(why), "{:?}", run.answer.unusable);
    }
}

#[tokio::test]
async fn a_redirect_takes_no_key_along() {
    let elsewhere = Server::start(good).await;
    let to = elsewhere.base_url.clone();
    // The status alone: without the header there is nothing to follow either.
    let server = Server::start(move |_, _| Play::Status(307, None)).await;
    let run = asked(&server, ProviderKind::Openai, LONG).await;
    assert_eq!(elsewhere.calls(), 0, "{to}");
    assert!(run.answer.patches.is_empty());
}

#[tokio::test]
async fn a_cancelled_call_stays_counted() {
    let server = Server::start(|_, _| Play::Silence).await;
    let asking = Asking::new(CODE);
    let settings = parts::settings(ProviderKind::Openai, Some(server.base_url.clone()), MUCH);
    let provider = HttpProvider::new(&settings, None).unwrap();
    let spending = Arc::new(MemorySpending::default());
    let client = parts::client(Arc::new(provider), settings, spending.clone(), Arc::default());
    let ask = asking.ask(0);
    let call = client.propose(&ask);
    let stop = async {
        while server.calls() == 0 {
            tokio::task::yield_now().await;
        }
        asking.cancel.cancel();
    };
    let (ended, ()) = tokio::join!(call, stop);
    assert!(matches!(ended, Err(selfopt_core::ModelError::Cancelled)));
    let spent = spending.spent(&SpendingScope::Run(asking.account.run)).await.unwrap();
    assert!(spent.tokens > 1000, "{spent}");
}
