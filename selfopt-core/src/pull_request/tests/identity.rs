//! By what a change is known again: fingerprint and marker.

use super::example::{DIFF, drafted, proposal};
use crate::domain::{ProposalId, Ratio, RuleId};
use crate::pull_request::{Fingerprint, Marker};
use crate::report::ProposalReport;

#[test]
fn a_fingerprint_stays_while_code_moves() {
    let of = |report: &ProposalReport| Fingerprint::of(report).to_string();
    let one = proposal();
    let mut moved = proposal();
    moved.base = "f".repeat(40);
    moved.id = ProposalId::new("prop-ffffffffffffffff");
    moved.title = "Another title".into();
    moved.gain = Ratio(0.1);
    moved.diff = DIFF.replace("@@ -3,3 +3,3 @@ class Graph\n context", "@@ -90,3 +95,3 @@\n other");
    assert_eq!(of(&one), of(&moved));
    let differs = |change: fn(&mut ProposalReport)| {
        let mut other = proposal();
        change(&mut other);
        assert_ne!(of(&one), of(&other));
    };
    differs(|report| report.rule = RuleId::new("other-rule"));
    differs(|report| report.files = vec!["src/other.js".into()]);
    differs(|report| report.diff = report.diff.replace("set.has", "map.has"));
    differs(|report| {
        report.proof.as_mut().expect("a proof").functions = vec!["src/graph.js:Graph.other".into()];
    });
    assert_eq!(Fingerprint::parse(&of(&one)), Some(Fingerprint::of(&one)));
    for bad in ["", "0123456789abcdeF", "0123456789abcdef0", "../../../../etc/x"] {
        assert_eq!(Fingerprint::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_marker_is_read_back_from_what_people_edit() {
    let draft = drafted(&proposal());
    let edited = format!("hello\r\n\r\n{}\r\nthanks!\r\n", draft.body.replace('\n', "\r\n"));
    assert_eq!(Marker::find(&edited), Some(draft.marker.clone()));
    let Marker::Proposal { fingerprint, .. } = &draft.marker else { panic!("of a proposal") };
    let later = Marker::Proposal {
        id: ProposalId::new("prop-1111111111111111"),
        fingerprint: fingerprint.clone(),
    };
    assert!(draft.marker.is_same_change(&later) && draft.marker != later);
    assert!(!draft.marker.is_same_change(&Marker::Onboarding));
    for not in [
        "",
        "text <!-- selfopt:onboarding -->",
        "<!-- selfopt:onboarding --> text",
        "<!-- selfopt:other -->",
        "<!-- selfopt:proposal prop-1 0123456789abcdef -->",
        "<!-- selfopt:proposal prop-0123456789abcdef 01 -->",
        "<!-- selfopt:proposal prop-0123456789abcdef 0123456789abcdef more -->",
    ] {
        assert_eq!(Marker::find(not), None, "{not}");
    }
}
