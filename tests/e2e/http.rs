//! A server as the benchmark: real processes, real requests.

use serde_json::Value;

use crate::project::Project;
use crate::prove::piped;
use crate::selfopt::{Ran, SelfOpt};

const MANIFEST: &str = r#"{"name": "shop", "private": true, "scripts": {"test": "node --test"}}"#;

const CONFIG: &str = "\
[http]
start = \"node server.js\"
ready = \"/health\"
rate = 100
seconds = 1
warm_up_seconds = 1
connections = 4

[[http.requests]]
path = \"/total\"

[[http.requests]]
method = \"POST\"
path = \"/total?twice\"
headers = { content-type = \"text/plain\" }
body = \"20000\"

[proof]
mutants = 0
ladder = false
";

const SERVER: &str = "\
'use strict';
const http = require('http');
const { total } = require('./total.js');

const server = http.createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    response.setHeader('content-type', 'text/plain');
    response.end(String(total(Number(body) || 20000)));
  });
});
server.listen(process.env.PORT, '127.0.0.1');
";

/// Sums numbers by way of their text.
const TOTAL: &str = "\
'use strict';

function total(n) {
  const end = Math.min(Number(n), 50000);
  let sum = 0;
  for (let i = 1; i <= end; i++) sum += Number(String(i));
  return sum;
}

module.exports = { total };
";

const TEST: &str = "\
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { total } = require('./total.js');
test('total', () => assert.strictEqual(total(4), 10));
";

const SLOW: &str = "sum += Number(String(i));";

fn shop(config: &str) -> Project {
    Project::with(&[
        ("package.json", MANIFEST),
        ("selfopt.toml", config),
        ("server.js", SERVER),
        ("total.js", TOTAL),
        ("total.test.js", TEST),
    ])
}

/// Proves the change of the loop.
fn prove(selfopt: &SelfOpt, project: &Project, isolation: &str, quick: &str) -> Ran {
    assert!(TOTAL.contains(SLOW));
    project.write("total.js", &TOTAL.replace(SLOW, quick));
    let diff = std::process::Command::new("git")
        .arg("diff")
        .current_dir(project.path())
        .output()
        .expect("git is installed");
    let patch = String::from_utf8(diff.stdout).expect("the patch is text");
    let args = ["prove", "-", "--format", "json", "--isolation", isolation];
    piped(selfopt, project, &patch, &args)
}

fn only(report: &Value) -> (&str, &str) {
    let attempt = &report["attempts"][0];
    (attempt["status"].as_str().unwrap_or(""), attempt["reason"].as_str().unwrap_or(""))
}

pub(crate) mod measured {
    use super::*;

    /// How often a run whose load was too noisy to decide is made again: the
    /// function alone then speaks for the change.
    const TRIES: usize = 3;

    #[test]
    fn a_server_that_costs_less_is_proved() {
        let project = shop(CONFIG);
        let run = || {
            let selfopt = SelfOpt::new();
            let ran = prove(&selfopt, &project, "process", "sum += i;");
            assert_eq!(ran.code, 0, "{ran:#?}");
            (ran.json(), selfopt)
        };
        let by_load = |report: &Value| !report["proposals"][0]["load"].is_null();
        let (report, selfopt) = (0..TRIES)
            .map(|_| run())
            .find(|(report, _)| by_load(report))
            .expect("the load was too noisy in every try: stop other work on this machine");
        assert_eq!(report["baseline"]["measured_cmd"], "selfopt-load");
        assert_eq!(report["baseline"]["metric"], "cpu");
        assert_eq!(report["baseline"]["pairing"]["kind"], "back-to-back");
        let proposal = &report["proposals"][0];
        assert!(proposal["gain"].as_f64().expect("a gain") > 0.3, "{proposal:#}");
        let load = &proposal["load"];
        assert_eq!(load["load"]["rate"], 100, "{proposal:#}");
        let cost = |at: usize| load["request_ns"][at].as_u64().expect("a cost");
        assert!(cost(0) > cost(1) && cost(1) > 0, "{load:#}");
        for side in [0, 1] {
            let latency =
                |name: &str| load["latency_us"][side][name].as_u64().expect("it is there");
            assert!(0 < latency("p50") && latency("p50") <= latency("p99"), "{load:#}");
        }
        project.git(&["checkout", "--quiet", "total.js"]);
        let bundle = proposal["bundle"].as_str().expect("a bundle");
        let verified = selfopt.run(project.path(), &["verify", bundle]);
        assert_eq!(verified.code, 0, "{verified:#?}");
    }
}

/// What the unit test does not see, the server's answers show: numbers as large
/// as the requests' are summed otherwise.
fn answers_otherwise(isolation: &str) {
    // Nothing is measured to its end.
    let project = shop(&CONFIG.replace("warm_up_seconds = 1", "warm_up_seconds = 0"));
    let ran = prove(&SelfOpt::new(), &project, isolation, "if (i < 20000) sum += i;");
    let report = ran.json();
    assert_eq!(ran.code, 10, "{ran:#?}");
    let (status, reason) = only(&report);
    assert_eq!(status, "rejected", "{ran:#?}");
    // The calls under load were recorded too, and are compared first.
    let gate = report["attempts"][0]["gate"].as_str();
    assert!(matches!(gate, Some("equivalence" | "benchmark")), "{gate:?}: {reason}");
    let benchmark = &report["baseline"]["load"];
    assert_eq!(benchmark["before"][0]["status"], 200, "{ran:#?}");
    assert_eq!(benchmark["steady_bodies"], serde_json::json!([true, true]));
}

#[test]
fn another_answer_is_refused_in_plain_processes() {
    answers_otherwise("process");
}

/// There the server and the load have a loopback of their own and no network.
#[cfg(target_os = "linux")]
#[test]
fn another_answer_is_refused_in_bubblewrap() {
    answers_otherwise("bubblewrap");
}

#[test]
fn a_server_that_does_not_come_up_shows_its_last_words() {
    let project =
        shop(&CONFIG.replace("node server.js", "node -e \\\"throw new Error('no database')\\\""));
    let args = ["baseline", "--format", "json", "--isolation", "process"];
    let ran = SelfOpt::new().run(project.path(), &args);
    let reason = ran.json()["baseline"]["no_benchmark"].to_string();
    for part in ["ended with exit code 1 before it answered on port", "no database"] {
        assert!(reason.contains(part), "{ran:#?}");
    }
}
