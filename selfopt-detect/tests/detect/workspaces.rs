//! Monorepos, and what only looks like one.

use selfopt_core::WorkspaceKind;

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

#[test]
fn projects_beside_each_other_end_in_a_note() {
    let files = [
        ("package.json", "{}"),
        ("a/package-lock.json", "{}"),
        ("b/package-lock.json", "{}"),
        ("c/package-lock.json", "{}"),
    ];
    let project = detected(&files);
    assert!(
        project.notes.iter().any(|note| note.message.ends_with("no workspace joins them: a, b, c")),
        "{:?}",
        project.notes
    );
}
