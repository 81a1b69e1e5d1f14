//! A language model in the pipeline: what it writes goes the way of every other
//! candidate, a resumed run does not ask again, and a refused patch is repaired
//! once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use selfopt::pipeline::{NoObserver, RunEvent};
use selfopt::report::Report;
use selfopt::syntax::Span;
use selfopt::{
    Authorship, CancelFlag, ModelAnswer, ModelEdit, ModelError, ModelPatch, ModelTarget, PatchAsk,
    PatchModel,
};

use crate::fixture::{Fixture, StopAfter};

type Say = Box<dyn Fn(&PatchAsk<'_>) -> ModelAnswer + Send + Sync>;

/// Says what it is told to say.
struct Said {
    say: Say,
    asked: AtomicUsize,
    /// Gate and message of each repair that it was asked for.
    repairs: Mutex<Vec<(String, String)>>,
}

impl Said {
    fn new(say: impl Fn(&PatchAsk<'_>) -> ModelAnswer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { say: Box::new(say), asked: AtomicUsize::new(0), repairs: Mutex::default() })
    }
}

#[async_trait]
impl PatchModel for Said {
    fn author(&self) -> Authorship {
        Authorship {
            provider: "openai".into(),
            model: "said".into(),
            prompt: "1".into(),
            calls: Vec::new(),
            synthetic: false,
        }
    }

    fn recorded_targets(&self) -> Option<Vec<ModelTarget>> {
        Some(vec![ModelTarget {
            path: "src/0.js".into(),
            name: "word".into(),
            line: 1,
            span: Span::new(0, 5),
            complexity: 2,
            share_permille: None,
            calls: 1,
            elements: None,
            inputs: Vec::new(),
            profile: Vec::new(),
        }])
    }

    async fn propose(&self, ask: &PatchAsk<'_>) -> Result<ModelAnswer, ModelError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(failed) = ask.repair {
            let repair = (failed.gate.clone(), failed.message.clone());
            self.repairs.lock().expect("no panic while locked").push(repair);
        }
        Ok((self.say)(ask))
    }
}

fn patch(title: &str, path: &str, find: &str, replace: &str) -> ModelPatch {
    ModelPatch {
        title: title.into(),
        rationale: String::new(),
        edits: vec![ModelEdit { path: path.into(), find: find.into(), replace: replace.into() }],
    }
}

fn patches(patches: Vec<ModelPatch>) -> ModelAnswer {
    ModelAnswer { patches, ..ModelAnswer::default() }
}

async fn run(fixture: &Fixture, model: Arc<Said>) -> Report {
    let input = fixture.input(false, CancelFlag::default());
    let engine = fixture.engine().await.model(model);
    engine.optimize(input, Arc::new(NoObserver)).await.expect("the run ends")
}

fn ends(report: &Report) -> Vec<(String, Option<String>)> {
    report.attempts.iter().map(|one| (format!("{:?}", one.status), one.gate.clone())).collect()
}

#[tokio::test]
async fn a_models_patch_is_proved_like_any_other_and_says_who_wrote_it() {
    // `fast` is a word that no template answers: only the model's patch is there.
    let fixture = Fixture::new(&["good"]);
    let model = Said::new(|_| {
        patches(vec![
            patch("The template's own", "src/0.js", "slow_good", "good_"),
            patch("Over the limits", "package.json", "\"words\"", "\"other\""),
            patch("Nowhere", "src/0.js", "not there", "x"),
        ])
    });
    let report = run(&fixture, model.clone()).await;
    // The first is what a template wrote: it is the template's, and tried once.
    assert_eq!(report.attempts.len(), 2, "{:?}", ends(&report));
    let refused = report.attempts.iter().find(|one| one.author.is_some()).expect("a model's");
    assert_eq!(refused.gate.as_deref(), Some("limits"));
    assert!(refused.reason.contains("package.json"), "{}", refused.reason);
    let asked = report.model.expect("a model was asked");
    assert_eq!((asked.targets, asked.patches, asked.over_limits), (1, 3, 1));
    assert!(asked.unusable[0].contains("nowhere"), "{:?}", asked.unusable);
    assert_eq!(model.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn additions_that_are_not_for_models_end_at_the_limits() {
    let fixture = Fixture::new(&["good"]);
    let model = Said::new(|_| {
        patches(vec![patch(
            "Faster, and it calls home",
            "src/0.js",
            "slow_good;",
            "good_; fetch('https://collect.example');",
        )])
    });
    let report = run(&fixture, model).await;
    let refused = report.attempts.iter().find(|one| one.author.is_some()).expect("a model's");
    assert_eq!(refused.gate.as_deref(), Some("limits"), "{}", refused.reason);
    assert!(refused.reason.contains("`fetch`"), "{}", refused.reason);
    assert!(report.proposals.iter().all(|one| one.author.is_none()));
}

#[tokio::test]
async fn a_patch_that_does_not_parse_is_repaired_once() {
    let fixture = Fixture::new(&["good"]);
    let model = Said::new(|ask| {
        let broken = if ask.repair.is_some() { "good_ +;" } else { "good_ (;" };
        patches(vec![patch("Faster", "src/0.js", "slow_good;", broken)])
    });
    let report = run(&fixture, model.clone()).await;
    let gates: Vec<_> = report
        .attempts
        .iter()
        .filter(|one| one.author.is_some())
        .map(|one| one.gate.as_deref())
        .collect();
    assert_eq!(gates, [Some("parses"), Some("parses")]);
    assert_eq!(model.asked.load(Ordering::SeqCst), 2, "a repair is not repaired");
    let repairs = model.repairs.lock().expect("no panic while locked");
    assert_eq!(repairs[0].0, "parses");
    assert!(repairs[0].1.contains("syntax errors"), "{}", repairs[0].1);
}

#[tokio::test]
async fn a_run_that_was_stopped_after_any_event_asks_about_nothing_twice() {
    let say = |ask: &PatchAsk<'_>| {
        let broken = if ask.repair.is_some() { "good_ +;" } else { "good_ (;" };
        patches(vec![patch("Faster", "src/0.js", "slow_good;", broken)])
    };
    let whole = {
        let model = Said::new(say);
        let report = run(&Fixture::new(&["good"]), model).await;
        ends(&report)
    };
    // Stopping before the first answer, after it, and around the repair.
    for stop_after in (20..60).step_by(4) {
        let fixture = Fixture::new(&["good"]);
        let model = Said::new(say);
        let observer = StopAfter::new(stop_after);
        let first = fixture.engine().await.model(model.clone());
        let input = fixture.input(false, observer.cancel.clone());
        let _ = first.optimize(input, observer.clone()).await;
        let told = |event: &RunEvent| matches!(event, RunEvent::ModelAnswered { .. });
        let before = model.asked.load(Ordering::SeqCst);
        let kept = observer
            .events
            .lock()
            .expect("no panic while locked")
            .iter()
            .filter(|e| told(e))
            .count();
        let again = fixture.engine().await.model(model.clone());
        let input = fixture.input(true, CancelFlag::default());
        let report = again.optimize(input, Arc::new(NoObserver)).await.expect("the run ends");
        assert_eq!(ends(&report), whole, "stopped after {stop_after}");
        let asked = model.asked.load(Ordering::SeqCst);
        assert!(
            asked <= 2 + before - kept,
            "stopped after {stop_after}: {asked}, {before}, {kept}"
        );
    }
}
