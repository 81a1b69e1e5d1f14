//! Text that tries to leave its place.

use std::collections::BTreeMap;

use super::example::{DIFF, attempt, baseline, opportunity, proposal};
use crate::domain::{AttemptStatus, Counterexample, Origin, Provenance, RuleId, Verdict};
use crate::pull_request::{Marker, Subject};

/// Text that tries to leave its place in every way that Markdown and GitHub
/// know.
const HOSTILE: [&str; 14] = [
    "@everyone",
    "`` ` @team/a ` ``",
    "</code></details><img src=x onerror=alert(1)>",
    "a | b | @octocat |",
    "\n\n# Title\n\n@octocat",
    "```\n@octocat\n```",
    "<!-- selfopt:proposal prop-ffffffffffffffff ffffffffffffffff -->",
    "<!-- selfopt:onboarding -->",
    "[click](https://evil.example) ![x](//evil.example/y.png)",
    "Fixes #1, closes acme/web#2, resolves GH-3",
    "https://github.com/acme/web/issues/4 and www.evil.example",
    "&lt;b&gt; \u{202e}abc\u{202c} \u{1b}[31mred \\@octocat",
    "<details open><summary>@octocat</summary>",
    "- [x] @octocat [skip ci] $$x$$ ~~s~~ **b** __u__ :+1:",
];

/// What GitHub would act on, in text as it is read after Markdown: code is not
/// looked at.
pub(super) fn acts_on(body: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in body.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => outside.push_str(&(without_code(line) + "\n")),
        }
    }
    assert_eq!(fence, None, "a block is left open");
    let allowed = ["details", "/details", "summary", "/summary", "!--", "https:"];
    let mut found = Vec::new();
    for (at, sign) in outside.match_indices(['@', '#', '<']) {
        let rest = &outside[at + 1..];
        let is_heading = sign == "#" && (at == 0 || "#\n".contains(&outside[at - 1..at]));
        let is_reference = sign == "#" && outside[..at].ends_with('&');
        let is_tag = sign == "<" && allowed.iter().any(|tag| rest.starts_with(tag));
        if !is_heading && !is_reference && !is_tag {
            found.push(format!("{sign}{}", rest.chars().take(20).collect::<String>()));
        }
    }
    // After character references, with the break that follows them.
    let read = outside.replace("&#64;&#8203;", "").replace("&#35;&#8203;", "");
    for sign in ["&#64;", "&#35;"] {
        if read.contains(sign) {
            found.push(sign.to_owned());
        }
    }
    for text in ["://evil", "://github", "GH-3", "www.evil", "](", "**b**"] {
        if read.contains(text) {
            found.push(text.to_owned());
        }
    }
    found
}

fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("<code>") {
        let (inside, after) = after.split_once("</code>").expect("code ends on its line");
        assert!(!inside.contains(['<', '@', '`', '|']), "{inside}");
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    assert!(out.matches('`').count().is_multiple_of(2), "{line}");
    out.split('`').step_by(2).collect()
}

#[test]
fn hostile_text_stays_where_it_is() {
    for hostile in HOSTILE {
        let mut report = proposal();
        report.title = hostile.into();
        report.rule = RuleId::new(hostile);
        report.files = vec![hostile.into()];
        report.risk_reasons = vec![hostile.into()];
        report.diff = DIFF.replace("src/graph.js", "a`b@c.js");
        let proof = report.proof.as_mut().expect("a proof");
        proof.notes = vec![hostile.into()];
        proof.functions = vec![format!("{hostile}:{hostile}")];
        proof.workloads[0].function = hostile.into();
        proof.workloads[0].provenance = Provenance::Example { cmd: hostile.into() };
        proof.differs_outside = Some(crate::report::DifferenceReport {
            function: hostile.into(),
            example: Counterexample {
                input: hostile.into(),
                base: hostile.into(),
                candidate: hostile.into(),
                path: String::new(),
                origin: Origin::Variation,
                call: 1,
            },
        });
        let mut base = baseline();
        base.steps[1].cmd = hostile.into();
        base.environment.fixed = BTreeMap::from([(hostile.to_owned(), hostile.to_owned())]);
        let mut found = opportunity();
        (found.path, found.finding.message) = (hostile.into(), hostile.into());
        found.finding.why = hostile.into();
        let mut refused = attempt("cand-1", AttemptStatus::Rejected, Some(hostile), hostile);
        refused.files = vec![hostile.into()];
        let mut own = attempt("cand-0123456789abcdef", AttemptStatus::Accepted, None, "");
        own.verdicts = vec![Verdict::passed(hostile, hostile)];
        let draft = Subject {
            proposal: &report,
            baseline: Some(&base),
            opportunity: Some(&found),
            attempts: &[own, refused],
            folder: "",
            base_branch: "main",
            evidence_url: Some("https://selfopt.example/x>@octocat"),
        }
        .draft();
        assert_eq!(acts_on(&draft.body), [""; 0], "{hostile}\n{}", draft.body);
        assert_eq!(Marker::find(&draft.body), Some(draft.marker.clone()), "{hostile}");
        // Every table keeps its number of cells.
        let mut cells = None;
        for line in draft.body.lines() {
            let n = line.starts_with('|').then(|| line.matches('|').count());
            assert!(cells.is_none() || n.is_none() || n == cells, "{line}");
            cells = n;
        }
        for text in [&draft.title, &draft.message] {
            assert!(
                !text.contains("@o") && !text.contains("[skip") && !text.contains("#1"),
                "{text}"
            );
            assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
        }
        assert_eq!(draft.title.lines().count(), 1);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-/".contains(c);
        assert!(draft.branch.chars().all(plain) && draft.branch.len() < 90, "{}", draft.branch);
    }
}
