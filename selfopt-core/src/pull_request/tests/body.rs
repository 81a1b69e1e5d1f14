//! What the body, the title and the message say.

use super::example::{DIFF, attempt, baseline, drafted, opportunity, proposal};
use crate::domain::{AttemptStatus, Authorship, MODEL_RULE, RuleId};
use crate::ports::FileUpdate;
use crate::pull_request::{Marker, Subject};
use crate::report::ProposalReport;

#[test]
fn a_body_answers_what_maintainers_ask() {
    let draft = drafted(&proposal());
    insta::assert_snapshot!(draft.body);
}

#[test]
fn title_branch_and_message() {
    let draft = drafted(&proposal());
    insta::assert_snapshot!([draft.title, draft.branch, draft.message].join("\n---\n"));
    assert_eq!(
        draft.changes,
        [FileUpdate::Patch { folder: "packages/graph".into(), diff: DIFF.into() }]
    );
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    let mut bare = proposal();
    (bare.proof, bare.impact, bare.bundle) = (None, None, "somewhere".into());
    let subject = Subject {
        proposal: &bare,
        baseline: None,
        opportunity: None,
        attempts: &[],
        folder: "",
        base_branch: "main",
        evidence_url: Some("javascript:alert(1)"),
    };
    let body = subject.draft().body;
    for said in [
        "The reason was not recorded",
        "was not measured",
        "The commands stand in the evidence bundle",
        "The environment stands in the evidence bundle",
        "The gates' verdicts stand in the evidence bundle",
        "The other attempts of the run are not at hand",
        "selfopt verify bundle.tar",
    ] {
        assert!(body.contains(said), "{said}\n{body}");
    }
    assert!(!body.contains("javascript"), "{body}");
}

#[test]
fn a_model_is_named() {
    let author = |synthetic| Authorship {
        provider: "openai".into(),
        model: "a-model<b>@everyone".into(),
        prompt: "3".into(),
        calls: Vec::new(),
        synthetic,
    };
    let written =
        ProposalReport { author: Some(author(false)), rule: RuleId::new(MODEL_RULE), ..proposal() };
    let body = drafted(&written).body;
    assert!(body.contains("- Written by a language model: <code>openai/a-model&#60;b&#62;&#64;everyone</code>, prompt `3`."), "{body}");
    let by_rule = drafted(&proposal()).body;
    assert!(
        by_rule.contains(
            "- Written by the rule `array-includes-in-loop`, a program without a language model"
        ),
        "{by_rule}"
    );
}

#[test]
fn a_body_fits_however_much_there_is() {
    let mut long = proposal();
    let text = "@x |`".repeat(4000);
    long.title.clone_from(&text);
    long.files = vec![text.clone(); 500];
    let proof = long.proof.as_mut().expect("a proof");
    proof.notes = vec![text.clone(); 500];
    proof.workloads = vec![proof.workloads[0].clone(); 500];
    let attempts = vec![attempt("cand-1", AttemptStatus::Rejected, Some("tests"), &text); 500];
    let draft = Subject {
        proposal: &long,
        baseline: Some(&baseline()),
        opportunity: Some(&opportunity()),
        attempts: &attempts,
        folder: "",
        base_branch: "main",
        evidence_url: None,
    }
    .draft();
    assert!(draft.body.chars().count() < 65_536, "{}", draft.body.chars().count());
    assert!(draft.title.chars().count() < 256);
    assert_eq!(Marker::find(&draft.body), Some(draft.marker));
    assert!(draft.body.contains("and 488 more") || draft.body.contains("too long for this page"));
}
