//! Runs files in Node and compares what they log.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A file to run, and under which hook.
pub(crate) struct Variant {
    pub(crate) label: String,
    pub(crate) text: String,
    /// `none`, `base` or `candidate`.
    pub(crate) hook: &'static str,
    /// The mutant that the hook names.
    pub(crate) mutant: u32,
    /// It is expected to log something else than the first variant.
    pub(crate) apart: bool,
    /// Numbers of exposed functions and the keys of `globalThis.exposed` under
    /// which the file itself put them.
    pub(crate) expose: Vec<(u32, String)>,
}

impl Variant {
    pub(crate) fn new(label: &str, hook: &'static str, text: &str) -> Self {
        Self {
            label: label.to_owned(),
            text: text.to_owned(),
            hook,
            mutant: 0,
            apart: false,
            expose: Vec::new(),
        }
    }
}

/// Variants that must log the same.
pub(crate) struct Case {
    pub(crate) name: String,
    /// `cjs` or `mjs`.
    pub(crate) extension: &'static str,
    pub(crate) variants: Vec<Variant>,
    /// Functions that must be seen by the hook.
    pub(crate) counted: Vec<u32>,
}

/// Runs all cases in one process. What each variant logged and counted is
/// under `"<case> <label>"`. Panics with the differences when there are any.
pub(crate) fn run(cases: &[Case]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let manifest: Vec<_> = (0..).zip(cases).map(|(idx, case)| write(&folder, idx, case)).collect();
    let files = [
        ("driver.cjs", include_str!("driver.cjs").to_owned()),
        ("manifest.json", Value::from(manifest).to_string()),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("the file can be written");
    }
    node(folder.path());
    let results = std::fs::read_to_string(folder.path().join("results.json")).expect("results");
    serde_json::from_str(&results).expect("results are JSON")
}

fn write(folder: &TempDir, idx: usize, case: &Case) -> Value {
    let variants = (0..).zip(&case.variants).map(|(number, variant): (usize, _)| {
        let file = format!("case{idx}-{number}.{}", case.extension);
        // A module that imports itself sees what others see of it.
        let text = variant.text.replace("./SELF", &format!("./{file}"));
        std::fs::write(folder.path().join(&file), text).expect("the file can be written");
        json!({
            "label": variant.label, "file": file, "hook": variant.hook, "mutant": variant.mutant,
            "apart": variant.apart, "expose": variant.expose,
        })
    });
    json!({"name": case.name, "counted": case.counted, "variants": variants.collect::<Vec<_>>()})
}

fn node(folder: &Path) {
    let output = Command::new("node").arg("driver.cjs").current_dir(folder).output();
    let output = output.expect("`node` starts: install Node 20 or later and put it on PATH");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
