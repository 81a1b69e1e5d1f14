//! Whole runs with real measurements; nextest gives them the machine alone.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::project::Project;
use crate::scan::Model;
use crate::selfopt::{SelfOpt, repository};

const OPTIMIZE: [&str; 4] = ["optimize", "--format", "json", "--isolation"];

fn minimal() -> Project {
    Project::copy_of(&repository().join("examples/minimal"))
}

/// How often a run that found the machine too noisy is made again.
const TRIES: usize = 3;

const TOO_NOISY: &str =
    "this machine was too noisy in every try: stop other work on it and run the test again";

/// A run that could measure, and its store. Fails where none can be had.
fn measured(project: &Project) -> (SelfOpt, Value) {
    let run = || {
        let selfopt = SelfOpt::new();
        let mut args = OPTIMIZE.to_vec();
        args.push("process");
        let report = selfopt.run(project.path(), &args).json();
        (selfopt, report)
    };
    (0..TRIES).map(|_| run()).find(|(_, report)| !is_too_noisy(report)).expect(TOO_NOISY)
}

/// What no two runs of the same commit and seed may differ in.
fn identity(report: &Value) -> Value {
    let attempts: Vec<_> = report["attempts"]
        .as_array()
        .expect("attempts")
        .iter()
        .map(|a| [&a["id"], &a["opportunity"]])
        .collect();
    serde_json::json!({ "opportunities": report["opportunities"], "attempts": attempts })
}

/// A machine on which identical code differs too much now, or by chance in one
/// direction, proves nothing and must say so.
fn is_too_noisy(report: &Value) -> bool {
    let noisy = report["exit"]["code"] == 4;
    let biased = report["baseline"]["noise"]["biased"] == true;
    if noisy {
        assert!(report["paused"]["hint"].is_string());
    }
    let nothing = report["proposals"].as_array().is_some_and(Vec::is_empty);
    assert!(nothing || !noisy, "{report:#}");
    // Functions can be proved where the whole benchmark is biased.
    noisy || (biased && nothing)
}

#[test]
fn the_storefront_gets_proposals_and_no_trap_is_among_them_in_bubblewrap() {
    let gets_them = || storefront(&["bubblewrap"]) >= LEAST_PROPOSALS;
    assert!((0..TRIES).any(|_| gets_them()), "{TOO_NOISY}");
}

#[test]
fn the_first_opportunity_of_the_storefront_is_proved_in_plain_processes_too() {
    let gets_it = || storefront(&["process", "--max-candidates", "1"]) == 1;
    assert!((0..TRIES).any(|_| gets_it()), "{TOO_NOISY}");
}

/// Proposals that the storefront must get.
const LEAST_PROPOSALS: usize = 3;

/// A run: whatever the machine's noise, nothing outside the model is accepted,
/// and the evidence holds. How many proposals it got, which depends on the noise.
fn storefront(with: &[&str]) -> usize {
    let selfopt = SelfOpt::new();
    let project = Project::copy_of(&repository().join("examples/storefront"));
    let ran = selfopt.run(project.path(), &[&OPTIMIZE[..], with].concat());
    let report = ran.json();
    if is_too_noisy(&report) {
        return 0;
    }
    let model = Model::read();
    let proposals = report["proposals"].as_array().expect("proposals");
    assert_eq!(ran.code, if proposals.is_empty() { 10 } else { 0 }, "{ran:#?}");
    for proposal in proposals {
        let place = model.improvement.iter().find(|place| {
            proposal["rule"] == place.rule.as_str() && proposal["files"][0] == place.path.as_str()
        });
        assert!(place.is_some(), "accepted, and not in the model: {proposal:#}");
        let verified = selfopt.run(
            project.path(),
            &["verify", proposal["id"].as_str().expect("an id"), "--format", "json"],
        );
        assert_eq!(verified.code, 0, "{verified:#?}");
    }
    for attempt in report["attempts"].as_array().expect("attempts") {
        assert!(!attempt["reason"].as_str().unwrap_or_default().is_empty(), "{attempt:#}");
    }
    proposals.len()
}

#[test]
fn a_proposal_can_be_verified_listed_shown_and_applied() {
    let project = minimal();
    let (selfopt, report) = measured(&project);
    one_changed_byte_of_a_sample_diff_or_log_is_found_and_named(&project, &selfopt, &report);
    it_is_listed_shown_applied_and_refused_on_conflict(&project, &selfopt, &report);
}

fn it_is_listed_shown_applied_and_refused_on_conflict(
    project: &Project,
    selfopt: &SelfOpt,
    report: &Value,
) {
    let id = report["proposals"][0]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no proposal: {report:#}"))
        .to_owned();
    let list = selfopt.run(project.path(), &["proposals", "list"]);
    assert!(list.stdout.contains(&id), "{list:#?}");
    let show = selfopt.run(project.path(), &["proposals", "show", &id]);
    assert!(show.stdout.contains("diff --git a/src/tags.js b/src/tags.js"), "{show:#?}");

    let before = project.read("src/tags.js");
    project.write("src/tags.js", &format!("// changed meanwhile\n{before}"));
    let conflict = selfopt.run(project.path(), &["proposals", "apply", &id]);
    assert_eq!(conflict.code, 2, "{conflict:#?}");
    assert!(conflict.stderr.contains("src/tags.js"), "{conflict:#?}");
    assert_eq!(project.read("src/tags.js"), format!("// changed meanwhile\n{before}"));

    project.write("src/tags.js", &before);
    let applied = selfopt.run(project.path(), &["proposals", "apply", &id]);
    assert_eq!(applied.code, 0, "{applied:#?}");
    assert_ne!(project.read("src/tags.js"), before);
}

fn one_changed_byte_of_a_sample_diff_or_log_is_found_and_named(
    project: &Project,
    selfopt: &SelfOpt,
    report: &Value,
) {
    let bundle = report["proposals"][0]["bundle"]
        .as_str()
        .unwrap_or_else(|| panic!("no proposal: {report:#}"));
    let bytes = std::fs::read(bundle).expect("the bundle is there");
    let forged = project.path().join("forged.tar");
    let needle = |text: &str| {
        let at = bytes.windows(text.len()).position(|window| window == text.as_bytes());
        at.unwrap_or_else(|| panic!("no `{text}` in the bundle")) + text.len()
    };
    for (text, file) in
        [("\"cpu_us\": ", "baseline.json"), ("+++ b/src/", "diff.patch"), ("$ npm ", "logs.txt")]
    {
        let mut changed = bytes.clone();
        let at = needle(text);
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        std::fs::write(&forged, &changed).expect("files can be written");
        let verified = selfopt.run(project.path(), &["verify", forged.to_str().expect("UTF-8")]);
        assert_eq!(verified.code, 5, "{text}: {verified:#?}");
        assert!(verified.stdout.contains(file), "{text}: {verified:#?}");
    }
    let whole = selfopt.run(project.path(), &["verify", bundle]);
    assert_eq!(whole.code, 0, "{whole:#?}");
}

#[test]
fn a_pull_request_that_is_faster_is_proved_by_the_example_for_ci() {
    let project = minimal();
    let before = project.read("src/tags.js");
    let after = before.replace(
        "articles.reduce((names, article) => [...names, article.tag.trim()], [])",
        "articles.map((article) => article.tag.trim())",
    );
    assert_ne!(after, before);
    project.write("src/tags.js", &after);
    project.commit();
    let (code, summary) = (0..TRIES)
        .map(|_| crate::ci::proved(&project))
        .find(|(code, _)| *code != 4)
        .expect(TOO_NOISY);
    assert_eq!(code, 0, "{summary}");
    assert!(summary.starts_with("# SelfOpt: proved\n"), "{summary}");
    assert!(summary.contains("Change tagNames in src/tags.js"), "{summary}");
}

#[test]
fn a_killed_run_goes_on_and_nothing_is_lost_or_done_twice() {
    let project = minimal();
    let (_, whole) = measured(&project);
    assert!((0..TRIES).any(|_| killed_and_resumed(&project, &whole)), "{TOO_NOISY}");
}

/// Whether the machine let the resumed run measure; the rest is asserted.
fn killed_and_resumed(project: &Project, whole: &Value) -> bool {
    let selfopt = SelfOpt::new();
    let args = ["optimize", "--resume", "--format", "json", "--isolation", "process"];
    // Each is what standard error says when a phase is over.
    for phase in ["commit ", "install", "tests", "noise", "median of"] {
        let mut child = selfopt
            .command(&args)
            .current_dir(project.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("standard error is piped"));
        let seen = stderr.lines().map_while(Result::ok).any(|line| line.contains(phase));
        if seen {
            child.kill().expect("the program can be killed");
        }
        child.wait().expect("the program ends");
    }
    let ran = selfopt.run(project.path(), &args);
    let report = ran.json();
    if is_too_noisy(&report) {
        return false;
    }
    assert_eq!(identity(&report), identity(whole));
    let ids: Vec<&str> = report["attempts"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|a| a["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{report:#}");
    let listed = selfopt.run(project.path(), &["proposals", "list", "--format", "json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), report["proposals"].as_array().map(Vec::len));
    for proposal in report["proposals"].as_array().expect("an array") {
        let verified =
            selfopt.run(project.path(), &["verify", proposal["id"].as_str().expect("an id")]);
        assert_eq!(verified.code, 0, "{verified:#?}");
    }
    assert!(selfopt.store().join("selfopt.db").exists());
    true
}
