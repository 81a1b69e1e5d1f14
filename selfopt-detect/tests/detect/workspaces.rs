//! Monorepos, and what only looks like one.

use selfopt_core::config::Config;
use selfopt_core::{MemoryTree, Project, WorkspaceKind, detection};

use crate::{detected, test_cmd};

const PACKAGE: &str =
    r#"{"name": "@x/a", "scripts": {"build": "tsc", "test": "mocha", "test:ts": "tsc --noEmit"}}"#;
const OTHER: &str = r#"{"name": "@x/b", "scripts": {"build": "tsc", "test": "mocha", "test:ts": "tsc --noEmit", "bench": "node bench.js"}}"#;

#[test]
fn settings_alone_are_no_workspace() {
    let files = [
        ("package.json", r#"{"scripts": {"test": "mocha"}}"#),
        ("pnpm-lock.yaml", ""),
        ("pnpm-workspace.yaml", "onlyBuiltDependencies:\n  - esbuild\n"),
        ("packages/a/package.json", PACKAGE),
    ];
    let project = detected(&files);
    assert_eq!(project.workspace_kind, WorkspaceKind::None);
    assert_eq!(test_cmd(&project), Some("pnpm test"));
    let root_only = [
        ("package.json", "{}"),
        ("pnpm-workspace.yaml", "packages: ['.']"),
        ("pnpm-lock.yaml", ""),
    ];
    assert_eq!(detected(&root_only).workspace_kind, WorkspaceKind::None);
}

#[test]
fn a_root_without_scripts_runs_them_everywhere() {
    let files = [
        ("package.json", r#"{"private": true}"#),
        ("pnpm-lock.yaml", ""),
        ("pnpm-workspace.yaml", "packages:\n  - packages/*\n  - '!packages/old'\n"),
        ("packages/a/package.json", PACKAGE),
        ("packages/b/package.json", OTHER),
        ("packages/old/package.json", "{ broken"),
    ];
    let project = detected(&files);
    assert_eq!(project.workspace_kind, WorkspaceKind::Pnpm);
    assert_eq!(test_cmd(&project), Some("pnpm -r test"));
    assert_eq!(project.build_cmd.unwrap().cmd, "pnpm -r build");
    assert_eq!(project.typecheck_cmd.unwrap().cmd, "pnpm -r test:ts");
    assert_eq!(project.bench.unwrap().cmd, "pnpm --filter @x/b bench");
}

#[test]
fn placeholders_at_the_root_do_not_hide_the_packages() {
    let files = [
        ("package.json", r#"{"workspaces": ["packages/*"], "scripts": {"test": "exit 0"}}"#),
        ("package-lock.json", "{}"),
        ("packages/a/package.json", PACKAGE),
    ];
    let project = detected(&files);
    assert_eq!(project.workspace_kind, WorkspaceKind::Npm);
    assert_eq!(test_cmd(&project), Some("npm run test --workspaces --if-present"));
}

#[test]
fn the_kind_names_the_task_runner() {
    for (file, kind) in [
        ("turbo.json", WorkspaceKind::Turbo),
        ("nx.json", WorkspaceKind::Nx),
        ("lerna.json", WorkspaceKind::Lerna),
    ] {
        let files = [
            (
                "package.json",
                r#"{"workspaces": {"packages": ["packages/*"]}, "scripts": {"test": "turbo run test"}}"#,
            ),
            ("yarn.lock", "__metadata:\n"),
            (file, "{}"),
            ("packages/a/package.json", PACKAGE),
        ];
        let project = detected(&files);
        assert_eq!(project.workspace_kind, kind);
        assert_eq!(test_cmd(&project), Some("yarn test"));
    }
}

#[test]
fn nx_and_turbo_lose_what_does_not_test() {
    let test = |script: &str| {
        let manifest = format!("{{\"scripts\": {{\"test\": \"{script}\"}}}}");
        test_cmd(&detected(&[("package.json", &manifest)])).map(str::to_owned)
    };
    assert_eq!(
        test("nx affected --targets=lint,test").as_deref(),
        Some("npx nx run-many --targets=test")
    );
    assert_eq!(test("turbo run lint test").as_deref(), Some("npx turbo run test"));
}

/// A root with these scripts beside this many locked projects.
fn beside(scripts: &str, n: usize) -> Project {
    let root = format!("{{\"scripts\": {scripts}}}");
    let mut files = vec![("package.json".to_owned(), root)];
    for name in ["a", "b", "c", "d"].iter().take(n) {
        files.push((format!("{name}/package.json"), "{}".to_owned()));
        files.push((format!("{name}/package-lock.json"), "{}".to_owned()));
        // Neither a project inside of it nor an example is one more.
        files.push((format!("{name}/sub/package.json"), "{}".to_owned()));
        files.push((format!("{name}/sub/yarn.lock"), String::new()));
        files.push((format!("examples/{name}/package.json"), "{}".to_owned()));
        files.push((format!("examples/{name}/yarn.lock"), String::new()));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    detected(&files)
}

#[test]
fn projects_beside_each_other_end_in_a_choice() {
    let project = beside(r#"{"build": "tsc"}"#, 4);
    assert_eq!(project.apart, ["a", "b", "c", "d"]);
    let note = project.notes.iter().find(|note| note.message.contains("no workspace joins them"));
    let note = note.unwrap();
    assert!(note.message.ends_with(": a, b, c, …"), "{note:?}");
    assert!(note.hint.as_ref().unwrap().contains("`selfopt optimize a`"), "{note:?}");
    assert!(beside("{}", 1).apart.is_empty());
}

#[test]
fn a_root_with_tests_is_the_project_whatever_lies_beside_it() {
    let project = beside(r#"{"test": "node --test"}"#, 3);
    assert_eq!((test_cmd(&project), project.apart.len()), (Some("npm test"), 0));
    assert!(
        project.notes.iter().any(|note| note.message.ends_with("no workspace joins them: a, b, c")),
        "{:?}",
        project.notes
    );
    let few = beside(r#"{"test": "node --test"}"#, 2);
    assert!(few.notes.iter().all(|note| !note.message.contains("no workspace")), "{few:?}");
    // What the user says goes before.
    let text = "[commands]\ntest = \"make test\"\n";
    let config = Config::parse(text).unwrap().config;
    let tree = MemoryTree::new([
        ("package.json", "{}"),
        ("a/package.json", "{}"),
        ("a/yarn.lock", ""),
        ("b/package.json", "{}"),
        ("b/yarn.lock", ""),
    ]);
    let project = detection::detect(&tree, &selfopt_detect::detectors(), &config, text);
    assert!(project.apart.is_empty());
}

#[test]
fn without_a_root_every_project_below_is_named() {
    let locked = [("a/package.json", "{}"), ("a/yarn.lock", ""), ("tools/x/package.json", "{}")];
    assert_eq!(detected(&locked).apart, ["a"]);
    let plain = [("a/b/package.json", "{}"), ("a/package.json", "{}"), ("c/package.json", "{}")];
    assert_eq!(detected(&plain).apart, ["a", "c"]);
    assert!(detected(&[("README.md", "")]).apart.is_empty());
}
