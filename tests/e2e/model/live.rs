//! The program asks a provider over loopback and takes what it says through the
//! gates, all in one run: answers that are good, wrong, over the limits,
//! hostile, malformed, late, cut and refused for their rate.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::examples::brief;
use super::written::Example;
use crate::project::Project;
use crate::selfopt::SelfOpt;

#[path = "../../../selfopt-llm/tests/llm/server.rs"]
mod server;

use server::{Play, Server};

const EXAMPLE: Example = Example("bookshelf");
const KEY: &str = "the-key-of-this-test";
const TRIES: usize = 3;

/// What a request is about: the function, and whether a patch is to be repaired.
fn asked(body: &Value) -> (String, bool) {
    let messages = body["messages"].as_array().expect("messages");
    let user = messages.iter().find(|one| one["role"] == "user").expect("the document");
    let document: Value = serde_json::from_str(user["content"].as_str().expect("a text"))
        .expect("the document is JSON");
    let name = document["target"]["name"].as_str().expect("a name").to_owned();
    (name, document.get("failed").is_some())
}

/// Before each first answer something goes wrong, another thing for each
/// function; functions that nothing was written about get an answer that is no
/// patch, and nothing is said of what it took.
fn provider() -> impl Fn(u64, &Value) -> Play + Send + Sync + 'static {
    let answers = EXAMPLE.answers();
    let times: Mutex<BTreeMap<(String, bool), usize>> = Mutex::default();
    move |_, body| {
        let (name, is_repair) = asked(body);
        let time = {
            let mut times = times.lock().expect("no panic while locked");
            let time = times.entry((name.clone(), is_repair)).or_default();
            *time += 1;
            *time - 1
        };
        let text = |text: &str| Play::Text(text.to_owned(), [1000, 200]);
        let Some(known) = answers.iter().find(|one| one.name == name) else {
            return match time {
                0 => Play::Garbage,
                _ => Play::NoUsage("{\"patches\": \"I cannot help with that\"}".to_owned()),
            };
        };
        if is_repair {
            return text(known.repairs.get(time).map_or("{\"patches\": []}", String::as_str));
        }
        match (name.as_str(), time) {
            ("idsBelow", 0) => Play::Status(429, Some(0)),
            ("inShelfOrder", 0) => Play::Cut,
            ("sharedLoans", 0) => Play::Silence,
            _ => text(&known.first),
        }
    }
}

/// The form in which a provider is spoken to.
struct Form {
    provider: &'static str,
    path: &'static str,
    /// The header that carries the key, up to the key.
    key: &'static str,
}

const OPENAI: Form =
    Form { provider: "openai", path: "/v1/chat/completions", key: "authorization: bearer " };
const ANTHROPIC: Form = Form { provider: "anthropic", path: "/v1/messages", key: "x-api-key: " };

struct Run {
    report: Value,
    server: Server,
    transcripts: String,
}

async fn run(project: &Project, form: &Form) -> Run {
    let server = Server::start(provider()).await;
    let own = tempfile::tempdir().expect("a temporary directory can be made");
    let file = own.path().join("model.toml");
    let text = format!(
        "provider = \"{}\"\nmodel = \"test-model\"\nbase_url = \"{}\"\nkey_variable = \"TEST_MODEL_KEY\"\n\
         timeout_seconds = 2\n[price]\ninput = 1\noutput = 5\n",
        form.provider, server.base_url
    );
    std::fs::write(&file, text).expect("the file can be written");
    let record = own.path().join("transcripts");
    let selfopt = SelfOpt::new();
    let args = ["optimize", "--format", "json", "--isolation", "process", "--model"];
    let mut command = selfopt.command(&args);
    command.arg(&file).arg("--model-record").arg(&record);
    command.current_dir(project.path()).env("TEST_MODEL_KEY", KEY);
    let output = command.output().expect("the program starts");
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!said.contains(KEY), "{said}");
    let named = format!("functions of this repository are sent to {}/test-model", form.provider);
    assert!(said.contains(&named), "{said}");
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("standard output is JSON ({error}): {said}"));
    let files = std::fs::read_dir(&record).expect("transcripts were written");
    let transcripts = files
        .map(|file| {
            let path = file.expect("the folder reads").path();
            std::fs::read_to_string(path).expect("the transcript reads")
        })
        .collect();
    Run { report, server, transcripts }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_answer_meets_the_client_and_the_gates_in_one_run() {
    every_kind_of_answer(&OPENAI).await;
}

mod long {
    use super::{ANTHROPIC, every_kind_of_answer};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_kind_of_answer_in_the_form_of_anthropic() {
        every_kind_of_answer(&ANTHROPIC).await;
    }
}

async fn every_kind_of_answer(form: &Form) {
    let project = Project::copy_of(&EXAMPLE.folder());
    brief(&project);
    let mut found = None;
    for _ in 0..TRIES {
        let one = run(&project, form).await;
        let accepted = one.report["proposals"].as_array().map_or(0, Vec::len);
        found = Some(one);
        // A machine that is too noisy now is tried again.
        if accepted >= 2 {
            break;
        }
    }
    let Run { report, server, transcripts } = found.expect("a run was made");
    let titles: Vec<&str> = report["proposals"]
        .as_array()
        .expect("proposals")
        .iter()
        .filter_map(|one| one["title"].as_str())
        .collect();
    for title in [
        "Make each title's key once instead of at every comparison",
        "Collect into one list instead of copying each level's",
    ] {
        assert!(titles.contains(&title), "{title}: {report:#}");
    }
    let ended = |status: &str, gate: &str| {
        let all = report["attempts"].as_array().expect("attempts").iter();
        all.filter(|one| one["status"] == status && one["gate"] == gate).count()
    };
    // The package and the hostile one; the set and the sort in place.
    assert_eq!(ended("rejected", "limits"), 2, "{report:#}");
    assert!(ended("rejected", "tests") >= 2, "{report:#}");
    assert_eq!(report["model"]["over_limits"], 2);
    assert_eq!(report["model"]["stopped"], Value::Null);
    what_was_asked(&server, form);
    // Of what is cut, late, garbled or without usage nothing is known: it counts
    // in full.
    let tokens = report["model"]["spent"]["tokens"].as_u64().expect("a number");
    let told = server.counters.input.load(std::sync::atomic::Ordering::SeqCst)
        + server.counters.output.load(std::sync::atomic::Ordering::SeqCst);
    let unknown = server.counters.unknown.load(std::sync::atomic::Ordering::SeqCst);
    assert!(unknown >= 4, "{unknown}");
    assert!(tokens > told + unknown * 8000, "{tokens} counted, {told} told");
    assert!(transcripts.contains("\"synthetic\": false") && !transcripts.contains(KEY));
}

/// The key, the measured figures and the message of a failing test arrived, and
/// no file of tests.
fn what_was_asked(server: &Server, form: &Form) {
    let seen = server.seen.lock().expect("no panic while locked").clone();
    assert_eq!(seen.len() as u64, server.calls());
    let mut documents = Vec::new();
    for (path, head, body) in &seen {
        assert_eq!(path, form.path);
        assert!(head.to_lowercase().contains(&format!("{}{KEY}", form.key)), "{head}");
        documents.push(body["messages"].to_string());
    }
    let of = |text: &str| documents.iter().filter(|one| one.contains(text)).count();
    assert!(of("node:test") == 0, "tests are not sent");
    assert!(of("args[0]: array") > 0 && of("own_permille") > 0, "{documents:#?}");
    let failed = documents.iter().find(|one| one.contains("failing test: "));
    assert!(
        failed.is_some_and(|one| one.contains("\\\"gate\\\": \\\"tests\\\"")),
        "{documents:#?}"
    );
    assert_ne!(json!(seen[0].2), Value::Null);
}
