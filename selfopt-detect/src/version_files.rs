//! Files of version managers that pin several programs: `.tool-versions` of
//! asdf and `mise.toml`.

use std::collections::BTreeMap;

use selfopt_core::{EvidenceLine, SourceTree};
use serde::Deserialize;

use crate::evidence::{find_line, quoted, whole_file};

/// In the order in which they count.
const MISE_FILES: [&str; 3] = ["mise.toml", ".mise.toml", ".config/mise.toml"];

/// Real ones have some lines.
const MAX_BYTES: u64 = 256 << 10;

/// A program, the version that a file pins, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) program: String,
    pub(crate) version: String,
    pub(crate) line: EvidenceLine,
}

/// What the files at the root pin. The first of several versions counts, as it
/// does for the version managers.
pub(crate) fn pins(tree: &dyn SourceTree) -> Vec<Pin> {
    let mut pins = text(tree, ".tool-versions").map_or_else(Vec::new, |text| of_asdf(&text));
    for path in MISE_FILES {
        pins.extend(text(tree, path).into_iter().flat_map(|text| of_mise(path, &text)));
    }
    pins
}

/// What they pin of one program.
pub(crate) fn pin_of(tree: &dyn SourceTree, program: &str) -> Option<Pin> {
    pins(tree).into_iter().find(|pin| pin.program == program)
}

fn text(tree: &dyn SourceTree, path: &str) -> Option<String> {
    tree.entry(path).filter(|entry| entry.size <= MAX_BYTES)?;
    tree.text(path)
}

fn of_asdf(text: &str) -> Vec<Pin> {
    let pin = |(line_idx, line): (usize, &str)| {
        let mut words = line.split('#').next()?.split_whitespace();
        let (program, version) = (words.next()?, words.next()?);
        let line = quoted(".tool-versions", line_idx, line);
        Some(Pin { program: canonical(program), version: version.to_owned(), line })
    };
    text.lines().enumerate().filter_map(pin).collect()
}

fn of_mise(path: &str, text: &str) -> Vec<Pin> {
    #[derive(Deserialize)]
    struct Mise {
        #[serde(default)]
        tools: BTreeMap<String, toml::Value>,
    }

    let tools = toml::from_str::<Mise>(text).map(|mise| mise.tools).unwrap_or_default();
    let pin = |(key, value): (String, toml::Value)| {
        let version = version(&value)?;
        let is_line = |line: &str| {
            let line = line.trim_start().trim_start_matches(['"', '\'']);
            line.strip_prefix(key.as_str()).is_some_and(|rest| rest.contains('='))
        };
        let line =
            if text.contains(&key) { find_line(path, text, is_line) } else { whole_file(path) };
        Some(Pin { program: canonical(&key), version, line })
    };
    tools.into_iter().filter_map(pin).collect()
}

/// `"22"`, `22`, `["22", "20"]` or `{ version = "22" }`.
fn version(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(list) => list.first()?.as_str().map(str::to_owned),
        toml::Value::Table(table) => table.get("version")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// asdf calls Node by the name of its plugin, mise may name a backend.
fn canonical(program: &str) -> String {
    let program = program.rsplit(':').next().unwrap_or(program);
    if program == "nodejs" { "node".to_owned() } else { program.to_owned() }
}

#[cfg(test)]
mod tests {
    use selfopt_core::MemoryTree;

    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let found: Vec<_> = pins(&MemoryTree::new(files.iter().copied()))
            .into_iter()
            .map(|pin| format!("{} {} {}", pin.program, pin.version, pin.line))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_version_of_each_program_is_pinned() {
        check(
            &[(".tool-versions", "# ruby 3\nnodejs 22.11.0 20.1.0 # jod\npnpm 9.1.0\nruby\n")],
            &["node 22.11.0 .tool-versions:2", "pnpm 9.1.0 .tool-versions:3"],
        );
        let mise = "[env]\nnode = 1\n[tools]\nnode = ['22', '20']\n\"npm:pnpm\" = 9\nyarn = { version = '1.22.22' }\nrust = true\n";
        check(
            &[("mise.toml", mise)],
            &["node 22 mise.toml:2", "pnpm 9 mise.toml:5", "yarn 1.22.22 mise.toml:6"],
        );
    }

    #[test]
    fn what_is_no_version_file_pins_nothing() {
        let deep = format!("a = {}", "[".repeat(100_000));
        for text in ["", "[tools", "tools = 3", "\u{0}", &deep] {
            check(&[(".mise.toml", text)], &[]);
        }
    }
}
