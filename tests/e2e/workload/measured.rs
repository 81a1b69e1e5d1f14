//! The same change on the unit tests' inputs, on large ones and on small ones.

use serde_json::Value;

use super::{SETTINGS, library, module, record, with_a_set};
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
    for (id, role, elements) in [
        ("small.mjs", "decides", [2, 3]),
        ("small.mjs:pairs", "guards", [2, 2]),
        ("small.mjs:three", "guards", [3, 3]),
    ] {
        check_class(&attempt, id, role, elements);
    }
}

/// A workload was measured, in this role and on inputs of these sizes.
fn check_class(attempt: &Value, id: &str, role: &str, [min, max]: [u64; 2]) {
    let measured = workloads(attempt);
    let one = measured.iter().find(|one| one["workload"]["id"] == id);
    let one = one.unwrap_or_else(|| panic!("no {id}: {measured:#?}"));
    let workload = &one["workload"];
    assert_eq!(workload["role"], role, "{one:#}");
    assert_eq!(
        (&workload["elements"]["min"], &workload["elements"]["max"]),
        (&min.into(), &max.into())
    );
    assert!(one["pairs"].as_u64().is_some_and(|pairs| pairs > 0), "{one:#}");
}

#[test]
fn a_loss_on_the_small_calls_of_a_mix_is_seen_although_the_mix_gains() {
    let mixed = "{ mixed: function* () {
      for (let n = 500; n < 506; n += 1) yield [Array.from({ length: n }, (_, i) => i)];
      for (let n = 0; n < 30; n += 1) yield [[n, n + 1, n]];
    } }";
    let project = library(&[("bench/mixed.mjs", &module(UNIQUE, mixed))]);
    // Only the classes are looked at.
    let settings = format!("{SETTINGS}ladder = false\nworkloads = [\"bench/mixed.mjs\"]\n");
    project.write("selfopt.toml", &settings);
    project.commit();
    with_a_set(&project);
    let (attempt, report) = proved(&project, &[]);
    assert_eq!(attempt["status"], "size_dependent", "{attempt:#}");
    let reason = attempt["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("it loses on the small inputs of `bench/mixed.mjs`"), "{reason}");
    assert_eq!(report["proposals"], serde_json::json!([]));
    check_class(&attempt, "mixed.mjs:mixed:small", "guards", [3, 3]);
    check_class(&attempt, "mixed.mjs:mixed:large", "guards", [500, 505]);
}
