//! The repository's own benchmark: whether it runs the work tree, and the
//! figures that it reports.

use serde_json::Value;

use crate::project::Project;
use crate::selfopt::SelfOpt;

const PACKAGE: &str = r#"{
  "name": "words",
  "version": "2.0.0",
  "type": "module",
  "exports": "./src/index.js",
  "scripts": { "test": "node --test", "bench": "cd bench && node index.js" }
}
"#;

const SOURCE: &str = "'use strict'
export const total = (words) => words.reduce((sum, word) => sum + word.length, 0);
";

const TEST: &str = "import assert from 'node:assert';
import { test } from 'node:test';
import { total } from '../src/index.js';

test('total', () => assert.equal(total(['a', 'bc']), 3));
";

/// Runs for a time, as most tools do, and reports how long a call took.
const BENCH: &str = "
const words = Array.from({ length: 50 }, (_, i) => 'w'.repeat(i));
const start = process.hrtime.bigint();
let calls = 0;
let checksum = 0;
while (process.hrtime.bigint() - start < 20000000n) {
  checksum = total(words);
  calls += 1;
}
const value = Number(process.hrtime.bigint() - start) / calls;
console.log(JSON.stringify({
  schema: 'selfopt.bench/1', judge: 'cases', cases: [{ name: 'total', value, unit: 'ns' }],
}));
console.log(`checksum ${checksum}`);
";

/// The baseline of a project whose benchmark imports `total` from there.
fn baseline(from: &str) -> Value {
    let bench = format!("import {{ total }} from '{from}';\n{BENCH}");
    // Without a package of its own, `words` would be the project itself.
    let apart = r#"{"private":true,"type":"module"}"#;
    let published = r#"{"name":"words","version":"1.0.0","type":"module","exports":"./index.js"}"#;
    let project = Project::with(&[
        ("package.json", PACKAGE),
        ("src/index.js", SOURCE),
        ("test/index.test.js", TEST),
        ("bench/index.js", &bench),
        ("bench/package.json", apart),
        ("bench/node_modules/words/package.json", published),
        ("bench/node_modules/words/index.js", SOURCE),
    ]);
    let args = ["baseline", "--format", "json", "--isolation", "process"];
    let ran = SelfOpt::new().run(project.path(), &args);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let report = ran.json();
    assert!(report["baseline"].is_object(), "{ran:#?}");
    report["baseline"].clone()
}

#[test]
fn one_that_loads_a_published_copy_does_not_run_the_work_tree() {
    let baseline = baseline("words");
    let reason = baseline["no_benchmark"].as_str().unwrap_or_else(|| panic!("{baseline:#}"));
    assert!(reason.contains("does not run the files of the work tree"), "{reason}");
    let copy = "the copy of `words` in `bench/node_modules/words`";
    assert!(reason.contains(copy), "{reason}");
    assert!(baseline["noise"].is_null(), "nothing was measured on it: {baseline:#}");
}

#[test]
fn one_that_imports_the_sources_is_judged_by_what_it_reports() {
    let baseline = baseline("../src/index.js");
    assert!(baseline["no_benchmark"].is_null(), "{baseline:#}");
    let check = &baseline["work_tree"];
    let us = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("{baseline:#}"));
    assert_eq!((us(&check["files"]), us(&check["planted_us"])), (1, 500_000));
    let with = check["with_us"].as_array().expect("a list").iter().map(us).max();
    let without = check["without_us"].as_array().expect("a list").iter().map(us).max();
    assert!(with.zip(without).is_some_and(|(with, without)| with - without >= 250_000), "{check}");
    let known = &baseline["cases"];
    assert_eq!((&known["tool"], &known["measure"]), (&"document".into(), &"cases".into()));
    assert_eq!(known["cases"][0]["name"], "total");
    assert_eq!(baseline["metric"], "wall");
    assert_eq!(baseline["pairing"]["kind"], "back-to-back");
}
