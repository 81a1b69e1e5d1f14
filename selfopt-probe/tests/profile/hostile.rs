//! Slices that no profiler wrote.

use selfopt_probe::profile::{FlameGraph, Merger, Recording};
use serde_json::{Value, json};

fn merged(slice: &Value) -> Recording {
    let mut merger = Merger::new();
    merger.add(slice.to_string().as_bytes()).expect("it reads");
    merger.finish()
}

fn frame(name: &str, url: &str) -> Value {
    json!({ "functionName": name, "url": url, "lineNumber": 0, "columnNumber": 1 })
}

/// Drawn in both forms: neither may fail or grow without bound.
fn drawn(recording: &Recording) -> [String; 2] {
    let graph = FlameGraph::new("profile", recording);
    [graph.svg(), graph.html()]
}

#[test]
fn a_stack_deeper_than_any_machines_is_walked_and_cut() {
    const DEPTH: usize = 40_000;
    let nodes: Vec<Value> = (0..DEPTH)
        .map(|id| {
            let url = format!("/w/{}.js", id % 7);
            json!({ "id": id, "callFrame": frame("f", &url), "children": [id + 1] })
        })
        .collect();
    let slice = json!({
        "root": "/w", "endTime": 1000, "nodes": nodes, "samples": [DEPTH - 1], "timeDeltas": [0],
    });
    let recording = merged(&slice);
    assert_eq!(recording.profile.functions.len(), 7);
    assert!(recording.profile.functions.iter().all(|of| of.total_us == 1000));
    for document in drawn(&recording) {
        assert!(document.len() < 100_000, "{}", document.len());
    }
}

#[test]
fn rings_and_strangers_among_the_nodes_are_left_out() {
    let slice = json!({
        "root": "/w", "endTime": 4000, "startTime": 0,
        "nodes": [
            { "id": 1, "callFrame": frame("a", "/w/a.js"), "children": [2, 77] },
            { "id": 2, "callFrame": frame("b", "/w/a.js"), "children": [1] },
            { "id": 3, "callFrame": frame("c", "/w/a.js"), "children": [3, 4, 4] },
            { "id": 4, "callFrame": frame("d", "/w/a.js") },
        ],
        "samples": [1, 2, 4, 99], "timeDeltas": [0, 1000, 1000, 1000],
    });
    let recording = merged(&slice);
    let names: Vec<&str> =
        recording.profile.functions.iter().map(|of| of.function.as_str()).collect();
    assert_eq!(names, ["d", "c"]);
    assert_eq!(recording.profile.beneath_us, 1000);
}

#[test]
fn more_functions_than_any_project_has_become_one() {
    let nodes: Vec<Value> = (0..60_000)
        .map(|id| json!({ "id": id, "callFrame": frame(&format!("f{id}"), "/w/a.js") }))
        .collect();
    let samples: Vec<usize> = (0..60_000).collect();
    let deltas = vec![1; 60_000];
    let slice = json!({
        "root": "/w", "endTime": 60_001, "nodes": nodes, "samples": samples, "timeDeltas": deltas,
    });
    let recording = merged(&slice);
    assert_eq!(recording.profile.functions.len(), 50_001);
    assert_eq!(recording.profile.own_us, 60_000);
    for document in drawn(&recording) {
        assert!(document.len() < 100_000, "{}", document.len());
    }
}

#[test]
fn times_that_cannot_be_do_no_harm() {
    let huge = i64::MAX;
    let slice = json!({
        "root": "/w", "startTime": i64::MIN, "endTime": huge,
        "nodes": [{ "id": 1, "callFrame": frame("f", "/w/a.js") }],
        "samples": [1, 1, 1, 1], "timeDeltas": [huge, huge, -5, i64::MIN],
    });
    let recording = merged(&slice);
    assert!(recording.profile.all_us <= 40_000, "{}", recording.profile.all_us);
    // Samples without times, and times without samples.
    let slice = json!({
        "root": "/w", "nodes": [{ "id": 1, "callFrame": frame("f", "/w/a.js") }],
        "samples": [1, 1, 1], "timeDeltas": [5],
    });
    assert_eq!(merged(&slice).profile.samples, 3);
}

#[test]
fn names_stay_inside_of_a_document() {
    let name = "</title></button><script>alert(1)</script>\"'&";
    let url = "/w/src/<img src=x onerror=alert(1)>.js";
    let slice = json!({
        "root": "/w", "endTime": 1000,
        "nodes": [{ "id": 1, "callFrame": frame(name, url) }], "samples": [1], "timeDeltas": [0],
    });
    let recording = merged(&slice);
    let graph = FlameGraph::new("<b>\"title\"</b>", &recording);
    for document in [graph.svg(), graph.html()] {
        assert!(document.contains("&lt;/title&gt;&lt;/button&gt;&lt;script&gt;alert(1)"));
        for raw in ["<script>alert", "<img", "<b>", "alert(1)</script>"] {
            assert!(!document.contains(raw), "{raw}");
        }
    }
}
