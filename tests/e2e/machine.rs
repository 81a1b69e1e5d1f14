//! `noise` and `workload survey`: what can be told apart on this machine, and
//! which functions of a project can be judged at all.

use serde_json::{Value, json};

use crate::project::Project;
use crate::selfopt::SelfOpt;

#[test]
fn identical_code_is_measured_and_what_to_do_is_said() {
    let selfopt = SelfOpt::new();
    let home = Project::with(&[("package.json", "{}")]);
    let args = ["noise", "--kernel", "intloop", "--trials", "1", "--samples", "samples.jsonl"];
    let ran = selfopt.run(home.path(), &[&args[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:#?}");
    let report = ran.json();
    assert_eq!(report["schema"], "selfopt.noise/1");
    let [kernel] = report["kernels"].as_array().expect("kernels").as_slice() else {
        panic!("one kernel: {report:#}");
    };
    assert_eq!((&kernel["kernel"], &kernel["trials"]), (&json!("intloop"), &json!(1)));
    assert!(kernel["noise"]["n_pairs"].as_u64().is_some_and(|pairs| pairs >= 10), "{kernel:#}");
    assert!(kernel["smallest_gain_percent"].as_u64().is_none_or(|gain| gain >= 3), "{kernel:#}");
    let lines = || home.read("samples.jsonl").lines().map(str::to_owned).collect::<Vec<_>>();
    let samples = lines();
    for line in &samples {
        serde_json::from_str::<Value>(line).expect("each line is a document");
    }
    // What was measured is kept: the same command has nothing left to measure.
    let again = selfopt.run(home.path(), &args);
    again.check(0, &["intloop", "identical code differs by", "identical code was accepted in"]);
    assert_eq!(lines(), samples);
}

#[test]
fn a_kernel_that_there_is_not_is_refused() {
    let ran = SelfOpt::new()
        .run(Project::with(&[("package.json", "{}")]).path(), &["noise", "--kernel", "none"]);
    ran.check(2, &["none", "intloop"]);
}

const SOURCE: &str = "export const sum = (list) => list.reduce((a, b) => a + b, 0);
export function sorted(list, by) { return [...list].sort(by); }
export class Counter {
  #n = 0;
  constructor(step) { this.step = step; }
  next(times) { this.#n += this.step * times; return this.#n; }
}
export function unused(a) { return a + 1; }
";
const TEST: &str = "import assert from 'node:assert';
import { test } from 'node:test';
import { Counter, sorted, sum } from '../src/all.js';
test('all', () => {
  assert.strictEqual(sum([1, 2, 3]), 6);
  assert.strictEqual(sum([]), 0);
  assert.deepStrictEqual(sorted([2, 1], (a, b) => a - b), [1, 2]);
  assert.strictEqual(new Counter(2).next(3), 6);
});
";

#[test]
fn a_survey_says_of_each_function_how_it_can_be_judged() {
    let project = Project::with(&[
        (
            "package.json",
            r#"{"name": "all", "type": "module", "scripts": {"test": "node --test"}}"#,
        ),
        ("src/all.js", SOURCE),
        ("test/all.test.js", TEST),
    ]);
    let selfopt = SelfOpt::new();
    let args = ["workload", "survey", "--isolation", "process"];
    let ran = selfopt.run(project.path(), &[&args[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:#?}");
    let report = ran.json();
    assert_eq!(report["schema"], "selfopt.survey/1");
    let functions = report["functions"].as_array().expect("functions");
    let ways: Vec<_> = functions
        .iter()
        .map(|one| json!([one["function"]["name"], one["way"], one["seen"]]))
        .collect();
    let expected = [
        json!(["sum", "detached", 2]),
        json!(["sorted", "in-place", 1]),
        json!(["Counter.constructor", "not-at-all", 0]),
        json!(["Counter.next", "not-at-all", 1]),
        json!(["unused", "not-called", 0]),
    ];
    assert_eq!(ways, expected, "{report:#}");
    let reasons = functions[3]["reasons"].as_object().expect("reasons");
    assert!(reasons.contains_key("cannot be compared: private-state:Counter"), "{report:#}");
    selfopt.run(project.path(), &args).check(0, &["on copies", "in place", "not called"]);
    assert_eq!(project.read("src/all.js"), SOURCE, "the user's tree is never touched");
}

#[test]
fn a_file_that_cannot_be_loaded_by_itself_takes_no_other_with_it() {
    let test = "import assert from 'node:assert';
import { test } from 'node:test';
import named from '../src/named.cjs';
import { sum } from '../src/sum.js';
test('all', async () => {
  globalThis.window = { title: 'a' };
  const { title } = await import('../src/browser.js');
  assert.deepStrictEqual([title('b'), named.twice(2), sum([1, 2])], ['ab', 4, 3]);
});
";
    let project = Project::with(&[
        (
            "package.json",
            r#"{"name": "all", "type": "module", "scripts": {"test": "node --test"}}"#,
        ),
        (
            "src/browser.js",
            "const { title: first } = window;\nexport const title = (x) => first + x;\n",
        ),
        ("src/named.cjs", "exports.twice = function twice(x) { return x * 2; };\n"),
        (
            "src/sum.js",
            "export function sum(xs) { let n = 0; for (const x of xs) n += x; return n; }\n",
        ),
        ("test/all.test.js", test),
    ]);
    let args = ["workload", "survey", "--isolation", "process", "--format", "json"];
    let ran = SelfOpt::new().run(project.path(), &args);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let report = ran.json();
    let functions = report["functions"].as_array().expect("functions");
    let ways: Vec<_> =
        functions.iter().map(|one| json!([one["function"]["name"], one["way"]])).collect();
    let expected =
        [json!(["title", "in-place"]), json!(["twice", "detached"]), json!(["sum", "detached"])];
    assert_eq!(ways, expected, "{report:#}");
    let why = "`src/browser.js` cannot be loaded by itself: ";
    assert!(functions[0].to_string().contains(why), "{report:#}");
}
