//! Slices made from stacks, as folded-stack files write them.

use std::collections::BTreeMap;

use selfopt_probe::profile::{FunctionShare, Merger, Recording};
use serde_json::{Value, json};

/// A slice of lines such as `main@/w/a.js:1 inner@/w/b.js:4 = 3`: a stack from
/// the outermost function on, and how many samples of 1 ms it was seen in. A
/// frame without `@` is the engine's; `~` stands for a space in a name.
pub(crate) fn slice(pid: u64, stacks: &str) -> Vec<u8> {
    let mut nodes: Vec<Value> = vec![node(0, "(root)")];
    let mut children: Vec<Vec<usize>> = vec![Vec::new()];
    let mut known: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut samples = Vec::new();
    for line in stacks.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (stack, n) = line.split_once(" = ").expect("a stack and its samples");
        let mut at = 0;
        for frame in stack.split(' ') {
            let key = (at, frame.to_owned());
            let next = *known.entry(key).or_insert_with(|| {
                nodes.push(node(nodes.len(), frame));
                children.push(Vec::new());
                children[at].push(nodes.len() - 1);
                nodes.len() - 1
            });
            at = next;
        }
        samples.extend(vec![at; n.parse().expect("a number of samples")]);
    }
    for (node, children) in nodes.iter_mut().zip(children) {
        node["children"] = json!(children);
    }
    let slice = json!({
        "root": "/w", "pid": pid, "thread": 0, "startTime": 5000,
        "endTime": 5000 + 1000 * samples.len(), "nodes": nodes,
        "timeDeltas": (0..samples.len()).map(|n| if n == 0 { 0 } else { 1000 }).collect::<Vec<_>>(),
        "samples": samples,
    });
    slice.to_string().into_bytes()
}

fn node(id: usize, frame: &str) -> Value {
    let (name, place) = frame.split_once('@').unwrap_or((frame, ":0"));
    let (url, line) = place.rsplit_once(':').expect("a file and a line");
    let line: i64 = line.parse().expect("a line");
    json!({
        "id": id, "hitCount": 0,
        "callFrame": { "functionName": name.replace('~', " "), "url": url, "lineNumber": line - 1, "columnNumber": 3 },
    })
}

/// What slices of these stacks add up to, each in a process of its own.
pub(crate) fn recorded(stacks: &[&str]) -> Recording {
    let mut merger = Merger::new();
    for (pid, stacks) in (1..).zip(stacks) {
        merger.add(&slice(pid, stacks)).expect("the slice reads");
    }
    merger.finish()
}

/// `function path:line self total samples`, times in ms.
pub(crate) fn table(recording: &Recording) -> Vec<String> {
    let row = |of: &FunctionShare| {
        format!(
            "{} {}:{} {} {} {}",
            of.function,
            of.path,
            of.line,
            of.self_us / 1000,
            of.total_us / 1000,
            of.samples
        )
    };
    recording.profile.functions.iter().map(row).collect()
}
