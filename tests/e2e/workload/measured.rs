//! The same change on the unit tests' inputs, on large ones and on small ones.

use serde_json::Value;

use super::{library, module, record, with_a_set};
use crate::project::Project;
use crate::selfopt::SelfOpt;

/// How often a run that found the machine too noisy is made again.
const TRIES: usize = 3;
const UNIQUE: &str = "src/unique.js:unique";

/// The last commit's proof: the one attempt of a run that could measure.
fn proved(project: &Project, workload: &[&str]) -> (Value, Value) {
    let range = ["prove", "--range", "HEAD~1..HEAD", "--isolation", "process", "--format", "json"];
    let run = || {
        let ran = SelfOpt::new().run(project.path(), &[&range, workload].concat());
        assert!([0, 4, 10].contains(&ran.code), "{ran:#?}");
        let report = ran.json();
        (report["attempts"][0].clone(), report)
    };
    let is_told = |attempt: &Value| attempt.is_object() && attempt["status"] != "inconclusive";
    (0..TRIES)
        .map(|_| run())
        .find(|(attempt, _)| is_told(attempt))
        .expect("this machine was too noisy in every try: stop other work on it and run it again")
}

fn workloads(attempt: &Value) -> Vec<Value> {
    let verdicts = attempt["verdicts"].as_array().expect("verdicts");
    let verdict = verdicts.iter().find(|one| one["gate"] == "workloads").expect("was measured");
    verdict["details"]["workloads"].as_array().expect("workloads").clone()
}

#[test]
fn on_the_inputs_of_the_unit_tests_it_depends_on_the_size() {
    let project = library(&[]);
    with_a_set(&project);
    let (attempt, report) = proved(&project, &[]);
    let status = attempt["status"].as_str();
    assert!(matches!(status, Some("size_dependent" | "rejected")), "{attempt:#}");
    assert_eq!(report["proposals"], serde_json::json!([]));
    let first = &workloads(&attempt)[0]["workload"];
    assert_eq!((&first["id"], &first["role"]), (&"tests".into(), &"decides".into()));
    assert_eq!(first["elements"]["max"], 3);
}

#[test]
fn on_calls_recorded_from_a_real_run_it_is_accepted() {
    let project = library(&[]);
    let out = ["--function", UNIQUE, "--out", "bench/report.calls", "--"];
    let recorded =
        record(&SelfOpt::new(), &project, &[&out[..], &["node", "examples/report.js"]].concat());
    assert_eq!(recorded.code, 0, "{recorded:#?}");
    project.commit();
    with_a_set(&project);
    let (attempt, report) = proved(&project, &["--workload", "bench/report.calls"]);
    assert_eq!(attempt["status"], "accepted", "{attempt:#}");
    let measured = workloads(&attempt);
    let first = &measured[0]["workload"];
    assert_eq!((&first["id"], &first["role"]), (&"report.calls".into(), &"decides".into()));
    assert_eq!(
        first["provenance"],
        serde_json::json!({ "from": "file", "path": "bench/report.calls" })
    );
    // What the tests call it with is shown, and does not decide.
    let tests = measured.iter().find(|one| one["workload"]["id"] == "tests").expect("the tests");
    assert_eq!(tests["workload"]["role"], "ladder");
    assert_eq!(report["proposals"].as_array().map(Vec::len), Some(1));
}

#[test]
fn on_small_inputs_that_a_module_names_it_is_rejected() {
    let inputs = module(UNIQUE, "{ pairs: [[['b', 'a']], [['a', 'a']]], three: [[[3, 1, 3]]] }");
    let project = library(&[("bench/small.mjs", &inputs)]);
    with_a_set(&project);
    let (attempt, report) = proved(&project, &["--workload", "bench/small.mjs"]);
    assert_eq!((&attempt["status"], &attempt["gate"]), (&"rejected".into(), &"workloads".into()));
    assert_eq!(report["proposals"], serde_json::json!([]));
    let ids: Vec<Value> =
        workloads(&attempt).iter().map(|one| one["workload"]["id"].clone()).collect();
    for id in ["small.mjs", "small.mjs:pairs", "small.mjs:three"] {
        assert!(ids.contains(&id.into()), "{ids:?}");
    }
}
