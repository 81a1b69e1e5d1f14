//! pnpm, Yarn 2 and Bun write down what the root asked for, and refuse when
//! it asks for something else now.

use std::collections::BTreeMap;

use super::Fault;
use crate::diagnose::Asked;
use crate::diagnose::lock::{indent, unquoted};

/// What the root asked for when the lock file was written, by name.
pub(super) type Root<'a> = BTreeMap<&'a str, &'a str>;

pub(super) fn faults<'a>(root: &Root<'_>, asked: &[Asked<'a>]) -> Vec<(Asked<'a>, Fault)> {
    asked
        .iter()
        .filter_map(|asked| {
            let fault = match root.get(asked.name) {
                None => Fault::Lacks,
                Some(there) if *there == asked.spec => return None,
                Some(there) => Fault::Differs { there: (*there).to_owned() },
            };
            Some((*asked, fault))
        })
        .collect()
}

/// The importer `.`, or the top of a lock file without importers.
pub(super) fn of_pnpm(text: &str) -> Option<Root<'_>> {
    let has_importers = text.lines().any(|line| line == "importers:");
    // Each name has a line, and its specifier is on the next; version 5 has a
    // list of specifiers instead.
    let lines: Vec<&str> = if has_importers {
        let importer = text.lines().skip_while(|line| *line != "importers:").skip(1);
        importer
            .skip_while(|line| *line != "  .:")
            .skip(1)
            .take_while(|line| line.is_empty() || indent(line) >= 4)
            .collect()
    } else {
        text.lines().take_while(|line| *line != "packages:").collect()
    };
    let depth = if has_importers { 4 } else { 0 };
    let mut root = Root::new();
    let (mut group, mut name) = ("", "");
    for line in lines {
        let bare = line.trim();
        match indent(line).checked_sub(depth) {
            Some(0) => group = bare.trim_end_matches(':'),
            Some(2) if group == "specifiers" => {
                if let Some((name, spec)) = bare.split_once(": ") {
                    root.insert(unquoted(name), unquoted(spec));
                }
            }
            Some(2) if group.ends_with("ependencies") => {
                name = unquoted(bare.trim_end_matches(':'));
            }
            Some(4) if group.ends_with("ependencies") => {
                if let Some(spec) = bare.strip_prefix("specifier: ") {
                    root.insert(name, unquoted(spec));
                }
            }
            _ => {}
        }
    }
    (!root.is_empty()).then_some(root)
}

/// The entry of the workspace `.`.
pub(super) fn of_berry(text: &str) -> Option<Root<'_>> {
    let entry = text.lines().skip_while(|line| {
        !(line.starts_with('"') && line.contains("@workspace:.\"")
            || line.contains("@workspace:., "))
    });
    let mut is_inside = false;
    let mut root = Root::new();
    for line in entry.skip(1).take_while(|line| indent(line) > 0) {
        if indent(line) == 2 {
            is_inside = line.trim() == "dependencies:";
        } else if is_inside && let Some((name, spec)) = line.trim().split_once(": ") {
            let spec = unquoted(spec);
            root.insert(unquoted(name), spec.strip_prefix("npm:").unwrap_or(spec));
        }
    }
    (!root.is_empty()).then_some(root)
}

/// The workspace `""`.
pub(super) fn of_bun(text: &str) -> Option<Root<'_>> {
    let mut root = Root::new();
    let workspace = text
        .lines()
        .skip_while(|line| line.trim() != "\"workspaces\": {")
        .skip_while(|line| *line != "    \"\": {")
        .skip(1)
        .take_while(|line| indent(line) > 4);
    let mut group = "";
    for line in workspace {
        let bare = line.trim();
        match indent(line) {
            6 => group = bare,
            8 if group.ends_with("ependencies\": {") && !group.starts_with("\"peer") => {
                if let Some((name, spec)) = bare.trim_end_matches(',').split_once("\": \"") {
                    root.insert(name.trim_start_matches('"'), spec.trim_end_matches('"'));
                }
            }
            _ => {}
        }
    }
    (!root.is_empty()).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(root: Option<Root<'_>>) -> Vec<(&str, &str)> {
        root.unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn pnpm_with_and_without_importers() {
        let nine = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@s/a':\n        specifier: ^1.0.0\n        version: 1.0.0\n    devDependencies:\n      b:\n        specifier: '>=2'\n        version: 2.0.0(c@1.0.0)\n\n  packages/x:\n    dependencies:\n      z:\n        specifier: ^9\n        version: 9.0.0\n\npackages:\n";
        assert_eq!(pairs(of_pnpm(nine)), [("@s/a", "^1.0.0"), ("b", ">=2")]);
        let six = "lockfileVersion: '6.0'\n\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.0.0\n\npackages:\n\n  /z@1.0.0:\n    dependencies:\n      a: 1\n";
        assert_eq!(pairs(of_pnpm(six)), [("a", "^1")]);
        let five = "lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1\n  '@s/b': ~2.0.0\n\ndependencies:\n  a: 1.0.0\n\npackages:\n";
        assert_eq!(pairs(of_pnpm(five)), [("@s/b", "~2.0.0"), ("a", "^1")]);
        assert_eq!(of_pnpm("importers:\n\n  .: {}\n"), None);
    }

    #[test]
    fn berry_and_bun() {
        let berry = "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  version: 1.0.0\n  dependencies:\n    z: \"npm:^9\"\n\n\"x@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"x@workspace:.\"\n  dependencies:\n    \"@s/b\": \"npm:^2\"\n    a: ^1\n  languageName: unknown\n";
        assert_eq!(pairs(of_berry(berry)), [("@s/b", "^2"), ("a", "^1")]);
        let bun = "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\n      \"name\": \"x\",\n      \"dependencies\": {\n        \"a\": \"^1\",\n      },\n      \"peerDependencies\": {\n        \"p\": \"^3\",\n      },\n    },\n    \"packages/y\": {\n      \"dependencies\": {\n        \"z\": \"^9\",\n      },\n    },\n  },\n}\n";
        assert_eq!(pairs(of_bun(bun)), [("a", "^1")]);
    }
}
