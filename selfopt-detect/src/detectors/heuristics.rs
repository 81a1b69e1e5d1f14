//! What no file says outright: a type check that nothing runs, a benchmark
//! without a script.

use selfopt_core::{BenchKind, Claim, CommandSource, Detector, EvidenceLine, Fact, SourceTree};

use super::{is_claimed, manager_so_far};
use crate::choose::bench;
use crate::choose::typecheck::type_tests;
use crate::evidence::{claim, find_line, whole_file};
use crate::manager::exec_prefix;
use crate::manifest::Manifest;
use crate::scripts::Scripts;
use crate::tree_facts::has_typescript_sources;

pub(super) struct Heuristics;

impl Detector for Heuristics {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let Ok(Some(manifest)) = Manifest::root(tree) else {
            return Vec::new();
        };
        let manager = manager_so_far(so_far);
        let mut claims = Vec::new();
        if !is_claimed(so_far, |fact| matches!(fact, Fact::Typecheck(_))) {
            let scripts = Scripts { manifest: &manifest, manager };
            let of_declarations =
                || type_tests(&scripts).map(|choice| choice.claim(Fact::Typecheck));
            claims.extend(
                synthesized_typecheck(tree, &manifest, exec_prefix(manager))
                    .or_else(of_declarations),
            );
        }
        if !is_claimed(so_far, |fact| matches!(fact, Fact::Bench(_))) {
            let scripts = Scripts { manifest: &manifest, manager };
            claims.extend(bench::folder(tree, &manifest, &scripts).map(|choice| {
                choice.claim(|cmd| Fact::Bench(cmd.map(|cmd| (BenchKind::Script, cmd))))
            }));
        }
        claims
    }
}

/// `tsc --noEmit`, where there is a configuration, the compiler, and
/// something to check.
fn synthesized_typecheck(tree: &dyn SourceTree, manifest: &Manifest, exec: &str) -> Option<Claim> {
    let synthesized = |cmd: String, evidence: Vec<EvidenceLine>| {
        claim(Fact::Typecheck(Some(cmd)), 0.6, CommandSource::Synthesized, evidence)
    };
    let dependency = |name: &str| manifest.dependencies.get(name).map(|field| field.line.clone());
    if let Some(line) = dependency("svelte-check") {
        return Some(synthesized(format!("{exec} svelte-check"), vec![line]));
    }
    let text = tree.text("tsconfig.json")?;
    let config = whole_file("tsconfig.json");
    if let Some(line) = dependency("vue-tsc") {
        return Some(synthesized(format!("{exec} vue-tsc --noEmit"), vec![config, line]));
    }
    let line = dependency("typescript")?;
    // Declarations that are only written by hand are not checked by anybody.
    if !has_typescript_sources(tree) && !option_is_on(&text, "checkJs") {
        return None;
    }
    if lists_projects(&text) {
        return None;
    }
    let project = solution_project(&text).map_or_else(String::new, |path| format!(" -p {path}"));
    Some(synthesized(format!("{exec} tsc --noEmit{project}"), vec![config, line]))
}

/// The application's project of a configuration that only lists references:
/// `tsc --noEmit` would check nothing there.
pub(super) fn solution_project(text: &str) -> Option<String> {
    let paths = solution_references(text)?;
    let is_aside =
        |path: &str| ["spec", "test", "node", "e2e"].iter().any(|word| path.contains(word));
    paths.iter().find(|path| !is_aside(path)).or(paths.first()).cloned()
}

/// What a configuration refers to that has nothing to check itself.
fn solution_references(text: &str) -> Option<Vec<String>> {
    let parsed = jsonc_parser::parse_to_ast(
        text,
        &jsonc_parser::CollectOptions::default(),
        &jsonc_parser::ParseOptions::default(),
    )
    .ok()?;
    let root = parsed.value.as_ref()?.as_object()?;
    let is_empty = root.get_array("files").is_some_and(|files| files.elements.is_empty());
    if !is_empty || root.get_array("include").is_some_and(|include| !include.elements.is_empty()) {
        return None;
    }
    let references = root.get_array("references")?;
    let path = |reference: &jsonc_parser::ast::Value<'_>| {
        let path = reference.as_object()?.get_string("path")?;
        Some(path.value.trim_start_matches("./").to_owned())
    };
    Some(references.elements.iter().filter_map(path).collect())
}

/// Whether a configuration has nothing to check itself and refers to several
/// projects in folders of their own: no one of them stands for all.
fn lists_projects(text: &str) -> bool {
    let is_folder = |path: &&String| path.rsplit_once('.').is_none_or(|(_, end)| end != "json");
    solution_references(text).is_some_and(|paths| paths.iter().filter(is_folder).count() > 1)
}

/// Whether a boolean option of a `tsconfig.json` is on.
pub(super) fn option_is_on(text: &str, option: &str) -> bool {
    let key = format!("\"{option}\"");
    let line = find_line("tsconfig.json", text, |line| {
        line.find(&key).is_some_and(|at| !line[..at].contains("//") && !line[..at].contains("/*"))
    });
    line.text
        .split_once(&key)
        .is_some_and(|(_, rest)| rest.trim_start_matches([':', ' ', '\t']).starts_with("true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_outside_of_comments() {
        assert!(option_is_on("{\n \"noEmit\": true }", "noEmit"));
        assert!(!option_is_on("{\n // \"noEmit\": true\n }", "noEmit"));
        assert!(!option_is_on("{\"noEmit\": false}", "noEmit"));
        assert!(!option_is_on("", "noEmit"));
    }

    #[test]
    fn a_solution_names_the_application() {
        let text = r#"{"files": [], "references": [{"path": "./tsconfig.spec.json"}, {"path": "./tsconfig.app.json"}]}"#;
        assert_eq!(solution_project(text).as_deref(), Some("tsconfig.app.json"));
        assert_eq!(solution_project(r#"{"include": ["src"]}"#), None);
    }
}
