//! `detect --explain` and `init`: what a person sees of detection, and the
//! file that takes it over.

use crate::project::Project;
use crate::selfopt::{Ran, SelfOpt};

const MANIFEST: &str = "{\n  \"name\": \"shop\",\n  \"scripts\": {\n    \"test\": \"eslint . && mocha\",\n    \"test:watch\": \"mocha --watch\"\n  }\n}\n";

fn project() -> Project {
    Project::with(&[("package.json", MANIFEST), ("package-lock.json", "{}"), ("test/a.js", "")])
}

fn run(project: &Project, args: &[&str]) -> Ran {
    SelfOpt::new().run(project.path(), args)
}

#[test]
fn explain_shows_lines_and_reasons_in_both_forms() {
    let project = project();
    let ran = run(&project, &["detect", "--explain"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    for part in ["npx mocha", "package.json:4", "npm run test:watch", "is a watcher"] {
        assert!(ran.stdout.contains(part), "{part} in {ran:#?}");
    }
    let ran = run(&project, &["detect", "--explain", "--format", "markdown"]);
    assert!(ran.stdout.contains("| `npm test` | runs a linter | `package.json:4` |"), "{ran:#?}");
    let json = run(&project, &["detect", "--format", "json"]).json();
    assert_eq!(json["rejected"][0]["reason"], "is a watcher", "{json:#}");
    assert_eq!(run(&project, &["detect", "--explain", "--try"]).code, 2);
}

#[test]
fn init_writes_once_and_overwrites_only_when_asked_to() {
    let project = project();
    let printed = run(&project, &["init", "--stdout"]);
    assert_eq!(printed.code, 0, "{printed:#?}");
    assert!(!project.path().join("selfopt.toml").exists());
    assert_eq!(run(&project, &["init"]).code, 0);
    assert_eq!(project.read("selfopt.toml"), printed.stdout);
    // A file that only has comments changes nothing.
    let before = run(&project, &["detect", "--format", "json"]).stdout;
    project.write("selfopt.toml", "[commands]\ntest = \"true\"\n");
    let refused = run(&project, &["init"]);
    assert_eq!(refused.code, 2, "{refused:#?}");
    assert!(refused.stderr.contains("--force"), "{refused:#?}");
    assert_eq!(project.read("selfopt.toml"), "[commands]\ntest = \"true\"\n");
    assert_eq!(run(&project, &["init", "--force"]).code, 0);
    assert_eq!(project.read("selfopt.toml"), printed.stdout);
    assert_eq!(run(&project, &["detect", "--format", "json"]).stdout, before);
}

#[test]
fn every_field_can_be_overridden() {
    let project = project();
    project.write(
        "selfopt.toml",
        "[project]\npackage_manager = \"pnpm@9.1.0\"\nworking_directory = \"app\"\nnode = 20\n\n[commands]\nbuild = \"make\"\n",
    );
    let json = run(&project, &["detect", "--format", "json"]).json();
    assert_eq!(json["package_manager"]["name"], "pnpm");
    assert_eq!(json["package_manager"]["version"], "9.1.0");
    assert_eq!(json["working_directory"], "app");
    assert_eq!(json["node_version"]["pick"], "20");
    assert_eq!(json["build_cmd"]["cmd"], "make");
    // What is found is called through the manager that is named.
    assert_eq!(json["test_cmd"]["cmd"], "pnpm exec mocha");
    project.write("selfopt.toml", "[project]\npackage_manager = \"yarn\"\n");
    let refused = run(&project, &["detect"]);
    assert_eq!(refused.code, 2, "{refused:#?}");
    assert!(refused.stderr.contains("project.package_manager"), "{refused:#?}");
}

#[test]
fn init_needs_a_project() {
    let empty = Project::empty();
    let ran = run(&empty, &["init"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    assert!(ran.stderr.contains("no package.json"), "{ran:#?}");
    assert!(!empty.path().join("selfopt.toml").exists());
}
