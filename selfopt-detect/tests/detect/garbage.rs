//! Broken files: a note with the place, never a panic.

use crate::detected;

#[test]
fn broken_files_are_noted_with_their_line() {
    let project = detected(&[
        ("package.json", "{\n  \"scripts\": {\n    \"test\": jest\n  }\n}"),
        ("package-lock.json", "{\n<<<<<<< HEAD\n}"),
        (".github/workflows/ci.yml", "jobs:\n  a: [\n"),
    ]);
    let places: Vec<_> =
        project.notes.iter().filter_map(|note| Some(note.evidence.as_ref()?.to_string())).collect();
    assert!(places.contains(&"package.json:3".to_owned()), "{places:?}");
    assert!(places.contains(&"package-lock.json:2".to_owned()), "{places:?}");
    assert!(places.iter().any(|place| place.starts_with(".github/workflows/ci.yml")), "{places:?}");
    assert!(project.notes.iter().all(|note| note.hint.is_some()));
    assert_eq!(project.test_cmd, None);
}

#[test]
fn hostile_scripts_and_workflows_end_soon() {
    let chain = "yarn ".repeat(50_000);
    let many: Vec<_> = (0..600)
        .map(|i| format!("\"s{i}\": \"npm run s{} && npm run s{} && npm run test\"", i + 1, i + 2))
        .collect();
    let manifest = format!("{{\"scripts\": {{\"test\": \"{chain}\", {}}}}}", many.join(","));
    let steps: Vec<_> = (0..2_000).map(|i| format!("      - run: npm run s{i}")).collect();
    let workflow = format!(
        "on: push\njobs:\n  a:\n    strategy: {{matrix: {{a: [1, 2, 3, 4], b: [1, 2, 3, 4]}}}}\n    steps:\n{}",
        steps.join("\n")
    );
    detected(&[
        ("package.json", manifest.as_str()),
        (".github/workflows/ci.yml", workflow.as_str()),
    ]);
}

/// Every file cut off at every byte, and with bytes changed.
#[test]
fn no_cut_and_no_change_panics() {
    let files = [
        (
            "package.json",
            "{\"name\":\"é\",\"scripts\":{\"test\":\"A=1 cross-env B='x y' npm run \\\"a\\\" && concurrently -n 'x' 'npm:b*' && nx run-many -t=a\",\"a\":\"vitest --é\",\"bé\":\"jest -w $(x\"},\"workspaces\":[\"**/x*\"],\"engines\":{\"node\":\">=99999999999999999999\"}}",
        ),
        ("pnpm-workspace.yaml", "packages:\n  - 'a/*'\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    strategy: {matrix: {n: [1, é]}}\n    steps:\n      - run: npm t ${{ matrix.n }} '\n",
        ),
        ("yarn.lock", "__metadata:\n"),
        ("tsconfig.json", "{\"files\":[],\"references\":[{\"path\":\"é\"}]}"),
        (".tool-versions", "nodejs é1"),
    ];
    for (idx, (path, text)) in files.iter().enumerate() {
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let mut changed: Vec<(&str, &str)> = files.to_vec();
            let replaced = format!("{}\u{0}\"{}", &text[..at], &text[at..]);
            changed[idx] = (*path, &text[..at]);
            detected(&changed);
            changed[idx] = (*path, &replaced);
            detected(&changed);
        }
    }
}
