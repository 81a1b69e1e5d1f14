//! Examples with transcripts that were written by hand: the good answers are
//! accepted with their gain, each bad one is refused by the gate that is there
//! for it, and everything says who wrote it.

use std::path::Path;

use selfopt::llm::read_transcripts;
use selfopt::{ModelPatch, Transcript};
use serde_json::Value;

use super::written::{Example, kept};
use crate::project::Project;
use crate::selfopt::SelfOpt;

/// How often a run that found the machine too noisy is made again.
const TRIES: usize = 3;

/// An example, and what should become of its answers.
struct Expected {
    example: Example,
    targets: u64,
    over_limits: u64,
    /// Titles that are accepted.
    accepted: &'static [&'static str],
    /// Titles that are not, and the gates that may refuse each.
    refused: &'static [(&'static str, &'static [&'static str])],
}

const BOOKSHELF: Expected = Expected {
    example: Example("bookshelf"),
    targets: 3,
    over_limits: 2,
    accepted: &[
        "Make each title's key once instead of at every comparison",
        "Collect into one list instead of copying each level's",
    ],
    refused: &[
        ("Sort in place, since the copy is not needed", &["tests", "equivalence"]),
        ("Walk with a stack and report how long it took", &["limits"]),
        ("Look loans up in a set", &["tests"]),
        ("Use a package for multisets", &["limits"]),
    ],
};

const STOREFRONT: Expected = Expected {
    example: Example("storefront"),
    targets: 3,
    over_limits: 1,
    accepted: &[
        "Make the map from its entries instead of a copy for each",
        "Keep what is blocked in a set that grows with it",
    ],
    refused: &[
        ("Assign to one map instead of copying it", &["tests"]),
        ("Gather all that is blocked first", &["tests"]),
        ("Let a worker of the platform rank", &["limits"]),
    ],
};

#[tokio::test]
async fn the_transcripts_of_the_examples_fit_their_code_and_the_prompt() {
    for expected in [BOOKSHELF, STOREFRONT] {
        assert!(kept(&expected.example).await.len() > 2, "{}", expected.example.0);
    }
}

/// Leaves away what takes time and is not about models: the ladder of sizes and
/// the mutants.
#[cfg(feature = "llm")]
pub(super) fn brief(project: &Project) {
    let settings = project.read("selfopt.toml");
    let brief = "\n[proof]\nladder = false\nmutants = 0\n";
    project.write("selfopt.toml", &format!("{settings}{brief}"));
    project.commit();
}

/// Replays the answers and compares what became of them.
fn proved(expected: &Expected, selfopt: &SelfOpt, project: &Project) -> Value {
    let Expected { example, accepted, .. } = expected;
    let calls = read_transcripts(&example.transcripts()).expect("the transcripts read");
    // A machine that is too noisy now is tried again; a wrong verdict is not.
    let report = (0..TRIES)
        .map(|_| replayed(selfopt, project, example))
        .find(|report| {
            let proposals = report["proposals"].as_array();
            proposals.is_some_and(|all| all.len() >= accepted.len())
        })
        .expect("the improvements are proved, unless the machine is too noisy three times");
    assert_eq!(report["model"]["targets"], expected.targets);
    assert_eq!(report["model"]["over_limits"], expected.over_limits);
    assert_eq!(report["model"]["spent"]["tokens"], 0);
    let proposals = report["proposals"].as_array().expect("proposals");
    let is_proposed = |title: &str| proposals.iter().any(|one| one["title"] == title);
    for title in *accepted {
        assert!(is_proposed(title), "{title}: {report:#}");
    }
    for (title, gates) in expected.refused {
        let call = calls.iter().find(|call| patches(call).iter().any(|one| one.title == *title));
        let call = call.expect("one of the answers");
        let attempts = attempts(&report, call);
        assert_eq!(attempts.len(), patches(call).len(), "{attempts:#?}");
        let refused =
            |(status, by): &(String, String)| status == "rejected" && gates.contains(&by.as_str());
        assert!(!is_proposed(title) && attempts.iter().any(refused), "{title}: {attempts:#?}");
    }
    report
}

fn replayed(selfopt: &SelfOpt, project: &Project, example: &Example) -> Value {
    let folder = example.transcripts();
    let folder = folder.to_str().expect("UTF-8");
    let args = ["optimize", "--format", "json", "--isolation", "process", "--model-replay", folder];
    selfopt.run(project.path(), &args).json()
}

/// Status and gate of each attempt that a call's answer led to.
fn attempts(report: &Value, call: &Transcript) -> Vec<(String, String)> {
    let all = report["attempts"].as_array().expect("attempts").iter();
    all.filter(|attempt| attempt["author"]["calls"][0] == call.hash.as_str())
        .map(|attempt| {
            assert_eq!(attempt["author"]["model"], "none", "{attempt:#}");
            assert_eq!(attempt["author"]["synthetic"], true, "{attempt:#}");
            let text = |key: &str| attempt[key].as_str().unwrap_or_default().to_owned();
            (text("status"), text("gate"))
        })
        .collect()
}

fn patches(call: &Transcript) -> Vec<ModelPatch> {
    let answer: Value = serde_json::from_str(call.response.as_deref().unwrap_or_default())
        .expect("the answers are JSON");
    serde_json::from_value(answer["patches"].clone()).expect("the patches read")
}

fn what_is_stored_says_who_wrote_it(selfopt: &SelfOpt, project: &Project, report: &Value) {
    let said =
        "written by a language model: openai/none, prompt 2, from a transcript written by hand";
    let proposal = &report["proposals"][0];
    assert_eq!(proposal["rule"], "model");
    let id = proposal["id"].as_str().expect("an id");
    let shown = selfopt.run(project.path(), &["proposals", "show", id]);
    assert!(shown.all().contains(said), "{shown:#?}");
    let why_not = selfopt.run(project.path(), &["why-not"]);
    assert!(why_not.all().contains(said), "{why_not:#?}");
    let verified = selfopt.run(project.path(), &["verify", id]);
    assert_eq!(verified.code, 0, "{verified:#?}");
    let bundle = Path::new(proposal["bundle"].as_str().expect("a bundle"));
    let trace = bundle.with_file_name("agent_trace.json");
    let trace = std::fs::read_to_string(trace).expect("the agent trace is there");
    assert!(trace.contains("\"synthetic\": true"), "{trace}");
    let bytes = std::fs::read(bundle).expect("the bundle is there");
    assert!(
        String::from_utf8_lossy(&bytes).contains("model-answered"),
        "the bundle holds the call"
    );
}

/// Minutes each: with `cargo xtask evidence`, not with the other tests, which
/// take the bookshelf's answers through the gates from a provider (`live.rs`).
mod long {
    use super::*;

    #[test]
    fn what_a_model_says_about_the_bookshelf_goes_through_the_gates() {
        let project = Project::copy_of(&BOOKSHELF.example.folder());
        let selfopt = SelfOpt::new();
        let report = proved(&BOOKSHELF, &selfopt, &project);
        what_is_stored_says_who_wrote_it(&selfopt, &project, &report);
    }

    /// Without templates and the benchmark, which have tests of their own: no template
    /// covers these functions, and the benchmark does not run them.
    #[test]
    fn what_a_model_says_about_the_storefront_is_proved_where_no_template_helps() {
        let project = Project::copy_of(&STOREFRONT.example.folder());
        let package = project.read("package.json");
        let (before, bench) = package.split_once(",\n    \"bench\"").expect("it has a benchmark");
        let (_, after) = bench.split_once('\n').expect("more follows");
        project.write("package.json", &format!("{before}\n{after}"));
        let settings = project.read("selfopt.toml");
        let brief = "ladder = false\nmutants = 0\n";
        project.write(
            "selfopt.toml",
            &format!("[rules]\nonly = [\"lazy-init\"]\n\n{settings}{brief}"),
        );
        project.commit();
        proved(&STOREFRONT, &SelfOpt::new(), &project);
    }
}
