//! Workspaces: one package alone, and projects that no workspace joins.

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

/// Two packages of which one needs the other, each with a loop that looks
/// things up in an array.
fn shop() -> Project {
    let slow = "export function known(ids, all) {\n  const found = [];\n  for (const id of all) {\n    if (ids.includes(id)) found.push(id);\n  }\n  return found;\n}\n";
    Project::with(&[
        (
            "package.json",
            r#"{"name": "shop", "private": true, "workspaces": ["packages/*"], "scripts": {"test": "node --test", "build": "tsc -b"}}"#,
        ),
        (
            "packages/core/package.json",
            r#"{"name": "@shop/core", "scripts": {"build": "tsc", "test": "node --test"}}"#,
        ),
        ("packages/core/src/known.js", slow),
        (
            "packages/web/package.json",
            r#"{"name": "@shop/web", "dependencies": {"@shop/core": "*"}, "scripts": {"build": "tsc", "test": "node --test test", "bench": "node bench.js"}}"#,
        ),
        ("packages/web/src/known.js", slow),
    ])
}

fn run(project: &Project, args: &[&str]) -> Ran {
    SelfOpt::new().run(project.path(), args)
}

#[test]
fn detect_shows_one_package_alone() {
    let project = shop();
    let whole = run(&project, &["detect", "--format", "json"]).json();
    assert_eq!(whole["workspace_kind"], "npm");
    assert_eq!(whole["test_cmd"]["cmd"], "npm test");
    assert_eq!(whole["packages"][1]["depends_on"], serde_json::json!(["@shop/core"]));
    let one = run(&project, &["detect", "--package", "@shop/web", "--format", "json"]).json();
    assert_eq!(one["package"], "@shop/web");
    assert_eq!(
        one["build_cmd"]["cmd"],
        "npm run build -w @shop/core && npm run build -w @shop/web"
    );
    assert_eq!(one["test_cmd"]["cmd"], "npm test -w @shop/web");
    assert_eq!(one["bench"]["cmd"], "npm run bench -w @shop/web");
    assert_eq!(one["install_cmd"], whole["install_cmd"]);
    assert_eq!(one["working_directory"], ".");
    assert_eq!(one["test_cmd"]["evidence"][0]["path"], "packages/web/package.json");
}

#[test]
fn the_packages_are_listed_for_people() {
    let project = shop();
    let human = run(&project, &["detect"]);
    assert!(human.stdout.contains("2 packages"), "{human:#?}");
    assert!(human.stdout.contains("packages/core build, tests"), "{human:#?}");
    let markdown = run(&project, &["detect", "--format", "markdown"]);
    let row = "| `@shop/web` | `packages/web` | build, tests, benchmark | `@shop/core` |";
    assert!(markdown.stdout.contains(row), "{markdown:#?}");
}

#[test]
fn the_configuration_names_a_package_too_and_the_flag_goes_before_it() {
    let project = shop();
    project.write("selfopt.toml", "[project]\npackage = \"@shop/web\"\n");
    let name = |args: &[&str]| run(&project, args).json()["package"].clone();
    assert_eq!(name(&["detect", "--format", "json"]), "@shop/web");
    let flagged = ["detect", "--format", "json", "--package", "packages/core"];
    assert_eq!(name(&flagged), "@shop/core");
}

#[test]
fn a_scan_of_one_package_sees_its_files_alone() {
    let project = shop();
    let places = |args: &[&str]| -> Vec<String> {
        let report = run(&project, args).json();
        let found = report["opportunities"].as_array().expect("opportunities").iter();
        found.map(|one| one["path"].as_str().expect("a path").to_owned()).collect()
    };
    let all = places(&["scan", "--format", "json"]);
    assert!(all.iter().any(|path| path.starts_with("packages/core/")), "{all:?}");
    let web = places(&["scan", "--package", "@shop/web", "--format", "json"]);
    assert!(!web.is_empty() && web.len() < all.len(), "{web:?}");
    assert!(web.iter().all(|path| path.starts_with("packages/web/")), "{web:?}");
}

#[test]
fn an_unknown_package_is_answered_with_the_nearest() {
    let project = shop();
    for command in ["detect", "scan", "baseline", "optimize"] {
        let ran = run(&project, &[command, "--package", "@shop/wep"]);
        assert_eq!(ran.code, 2, "{ran:#?}");
        let says = "none of the workspace's 2 packages is called `@shop/wep`";
        assert!(ran.stderr.contains(says), "{ran:#?}");
        assert!(ran.stderr.contains("hint: the nearest names are `@shop/web`"), "{ran:#?}");
    }
}

#[test]
fn projects_side_by_side_end_in_a_choice() {
    let app = r#"{"scripts": {"test": "node --test"}}"#;
    let files = [
        ("api/package.json", app),
        ("api/package-lock.json", "{}"),
        ("web/package.json", app),
        ("web/package-lock.json", "{}"),
    ];
    let with_root: Vec<_> = files.iter().copied().chain([("package.json", "{}")]).collect();
    let project = Project::with(&with_root);
    for command in ["detect", "optimize"] {
        let ran = run(&project, &[command]);
        assert_eq!(ran.code, 2, "{ran:#?}");
        assert!(ran.stderr.contains("holds 2 projects that no workspace joins"), "{ran:#?}");
        assert!(ran.stderr.contains("\n  api\n  web\n"), "{ran:#?}");
        assert!(ran.stderr.contains("/api`"), "no command in {ran:#?}");
    }
    let detected = run(&project, &["detect", "--format", "json"]);
    assert_eq!(detected.json()["apart"], serde_json::json!(["api", "web"]));
    let bare = Project::with(&files);
    let ran = run(&bare, &["detect"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert!(ran.stderr.contains("`selfopt optimize ./api`"), "{ran:#?}");
    let ran = run(&bare, &["optimize"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert!(ran.stderr.contains("`api`, `web`; such as `selfopt optimize /"), "{ran:#?}");
    let chosen = run(&bare, &["detect", "api", "--format", "json"]);
    assert_eq!((chosen.code, chosen.json()["test_cmd"]["cmd"].clone()), (0, "npm test".into()));
}
