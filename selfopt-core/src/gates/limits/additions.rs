//! What a change adds that a language model may not add: ways to the network,
//! to processes and to the environment, code made from text, imports, comments
//! for tools, and text that reads otherwise than it is.
//!
//! Both versions are read as syntax, and what the second has more of than the
//! first is an addition; so code that moves or stays is none.

use std::collections::BTreeMap;

use selfopt_syntax::{Language, Node, SourceFile, parse};

use crate::domain::ChangedFile;

/// Names of the surroundings that give a function more than its inputs.
const SURROUNDINGS: [&str; 36] = [
    "AsyncFunction",
    "Atomics",
    "Bun",
    "Deno",
    "EventSource",
    "Function",
    "GeneratorFunction",
    "Image",
    "ShadowRealm",
    "SharedArrayBuffer",
    "SharedWorker",
    "WebAssembly",
    "WebSocket",
    "WebTransport",
    "Worker",
    "XMLHttpRequest",
    "__dirname",
    "__filename",
    "caches",
    "document",
    "eval",
    "execScript",
    "exports",
    "fetch",
    "global",
    "globalThis",
    "importScripts",
    "indexedDB",
    "localStorage",
    "location",
    "module",
    "navigator",
    "process",
    "self",
    "sessionStorage",
    "window",
];

/// Properties through which code is reached that no name leads to:
/// `f.constructor("…")` makes a function from text.
const PROPERTIES: [&str; 8] = [
    "__proto__",
    "constructor",
    "sendBeacon",
    "__defineGetter__",
    "__defineSetter__",
    "setPrototypeOf",
    "prototype",
    "mainModule",
];

/// What a comment says to a tool, in lower case.
const TOOL_WORDS: [&str; 33] = [
    "@flow",
    "@generated",
    "@jest-environment",
    "@jsx",
    "@license",
    "@preserve",
    "@ts-",
    "@vite",
    "@vitest",
    "biome-ignore",
    "c8 ignore",
    "codeql",
    "deno-lint",
    "dprint-ignore",
    "eslint",
    "istanbul",
    "jscs:",
    "jshint",
    "lgtm",
    "node:coverage",
    "noinspection",
    "nosemgrep",
    "nosonar",
    "oxlint",
    "prettier-ignore",
    "#__",
    "@__",
    "selfopt",
    "sourcemappingurl",
    "sourceurl",
    "tslint",
    "v8 ignore",
    "webpack",
];

/// The first thing that the change adds and a model may not add, as the end of
/// a sentence.
pub(super) fn forbidden(files: &[ChangedFile]) -> Option<String> {
    files.iter().find_map(|file| {
        let language = Language::from_path(&file.path)?;
        let read = |text: &str| parse(file.path.clone(), language, text);
        let before = Inventory::of(&read(&file.before));
        let after = Inventory::of(&read(&file.after));
        after.more_than(&before).map(|what| format!("`{}`: it adds {what}", file.path))
    })
}

/// How often a file has each of the things that count.
struct Inventory(BTreeMap<String, usize>);

impl Inventory {
    fn of(file: &SourceFile) -> Self {
        let mut inventory = Self(BTreeMap::new());
        for node in file.tree.root().subtree() {
            if let Some(what) = thing(file, node) {
                *inventory.0.entry(what).or_default() += 1;
            }
        }
        for (c, name) in file.text.chars().filter_map(|c| Some((c, misleading(c)?))) {
            let what = format!("the character U+{:04X}, {name}", u32::from(c));
            *inventory.0.entry(what).or_default() += 1;
        }
        inventory
    }

    fn more_than(&self, before: &Self) -> Option<&str> {
        let had = |what: &str| before.0.get(what).copied().unwrap_or_default();
        self.0.iter().find(|(what, n)| **n > had(what)).map(|(what, _)| what.as_str())
    }
}

/// What a node is, if it counts. Files whose names cannot be resolved are read
/// as if every name were the surroundings'.
fn thing(file: &SourceFile, node: Node<'_>) -> Option<String> {
    if node.is_comment() {
        let text = node.text().to_lowercase();
        let word = TOOL_WORDS.iter().find(|word| text.contains(**word))?;
        return Some(format!("a comment that addresses a tool (`{word}`)"));
    }
    match node.kind() {
        "identifier" | "shorthand_property_identifier" => {
            let name = unescaped(node.text());
            let is_global = file.bindings.as_ref().is_none_or(|bindings| {
                bindings.reference_at(node.start()).is_some_and(|one| one.symbol.is_none())
            });
            (is_global && SURROUNDINGS.contains(&name.as_str())).then(|| format!("`{name}`"))
        }
        "import_statement" | "export_statement" => {
            let source = node.child_by_field("source")?;
            imported(source.text())
        }
        "import_require_clause" => imported(node.child_by_field("source")?.text()),
        "call_expression" => called(node),
        "meta_property" => node.text().starts_with("import").then(|| "`import.meta`".to_owned()),
        "member_expression" => property(node.child_by_field("property")?.text()),
        "subscript_expression" => {
            let index = node.child_by_field("index")?;
            index.is_any(&["string", "template_string"]).then(|| property(index.text()))?
        }
        "with_statement" => Some("a `with` statement".to_owned()),
        "debugger_statement" => Some("a `debugger` statement".to_owned()),
        "hash_bang_line" => Some("a first line for a shell".to_owned()),
        "expression_statement" => directive(node),
        _ => None,
    }
}

/// A module that is loaded: every package and built-in module counts, and of
/// the project's own files those that are other people's.
fn imported(specifier: &str) -> Option<String> {
    let name = specifier.trim_matches(['"', '\'', '`']);
    let own = name.starts_with("./") || name.starts_with("../");
    let foreign = !own || name.contains("node_modules");
    foreign.then(|| format!("an import of `{name}`"))
}

fn called(node: Node<'_>) -> Option<String> {
    let callee = node.child_by_field("function")?;
    if !callee.is("import") && unescaped(callee.text()) != "require" {
        return None;
    }
    let argument = node.child_by_field("arguments").and_then(|all| all.named_children().next());
    match argument.filter(|one| one.is("string")) {
        Some(name) => imported(name.text()),
        None => Some("an import of a computed name".to_owned()),
    }
}

fn property(text: &str) -> Option<String> {
    let name = unescaped(text.trim_matches(['"', '\'', '`']));
    PROPERTIES.contains(&name.as_str()).then(|| format!("the property `{name}`"))
}

fn directive(node: Node<'_>) -> Option<String> {
    let only = node.named_children().next()?;
    (only.is("string") && node.named_children().count() == 1)
        .then(|| format!("the directive {}", only.text()))
}

/// A name without `\u0065` and `\x65` in it.
fn unescaped(name: &str) -> String {
    if !name.contains('\\') {
        return name.to_owned();
    }
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let braced = escape.strip_prefix("u{").and_then(|hex| hex.split_once('}'));
        let fixed = |letter: char, n: usize| {
            let hex = escape.strip_prefix(letter)?;
            Some((hex.get(..n)?, hex.get(n..)?))
        };
        let found = braced.or_else(|| fixed('u', 4)).or_else(|| fixed('x', 2));
        let read = found.and_then(|(hex, rest)| {
            let c = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
            Some((c, rest))
        });
        match read {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => rest = escape,
        }
    }
    out.push_str(rest);
    out
}

/// Characters that make text look otherwise than it is.
fn misleading(c: char) -> Option<&'static str> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
            Some("which turns the direction of text")
        }
        '\u{200b}'..='\u{200d}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{e0000}'..='\u{e007f}' => Some("which is not seen"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(before: &str, after: &str) -> Option<String> {
        forbidden(&[ChangedFile {
            path: "src/a.ts".into(),
            before: before.into(),
            after: after.into(),
        }])
    }

    const BASE: &str = "import { x } from './x';\nimport os from 'node:os';\nexport function f(a: number[]) {\n  return a.map((n) => n + x);\n}\n";

    #[test]
    fn what_a_patch_needs_may_be_added() {
        let bodies = [
            "const seen = new Set(a); let sum = 0; for (const n of a) { sum += n; } return sum;",
            "// Sorted once, since the list does not change.\n  const m = new Map<string, number>(); return m;",
            "const process = a.length; const { fetch } = { fetch: 1 }; return process + fetch;",
            "const o = Object.create(null); o.eval = 1; return Math.imul(o.eval, 3);",
        ];
        for body in bodies {
            let after = BASE.replace("return a.map((n) => n + x);", body);
            assert_eq!(added(BASE, &after), None, "{body}");
        }
        let more = format!("import {{ y }} from './y';\n{BASE}");
        assert_eq!(added(BASE, &more), None, "a file of the project's own");
    }

    #[test]
    fn what_stays_or_moves_is_no_addition() {
        let base = "// eslint-disable-next-line\nfunction f() { return process.env.A; }\n";
        let moved = "function g() { return process.env.A; }\n// eslint-disable-next-line\nfunction f() { return g(); }\n";
        assert_eq!(added(base, moved), None);
        let twice = format!("{base}const b = process.env.B;\n");
        assert!(added(base, &twice).unwrap().contains("`process`"));
    }

    #[test]
    fn ways_out_are_seen() {
        let cases = [
            ("return eval('1');", "`eval`"),
            ("return (0, eval)('1');", "`eval`"),
            ("return \\u0065val('1');", "`eval`"),
            ("return new Function('return 1')();", "`Function`"),
            ("return a.constructor.constructor('return 1')();", "the property `constructor`"),
            ("return a['constructor'];", "the property `constructor`"),
            ("return a[`constructor`];", "the property `constructor`"),
            ("return a['\\x63onstructor'];", "the property `constructor`"),
            ("return fetch('https://a.example');", "`fetch`"),
            ("return globalThis['fet' + 'ch']('https://a.example');", "`globalThis`"),
            ("return process.env.HOME;", "`process`"),
            ("return { process };", "`process`"),
            ("return require('child_process');", "an import of `child_process`"),
            ("return require(a[0]);", "an import of a computed name"),
            ("return import('node:fs');", "an import of `node:fs`"),
            ("return import(`./${a}`);", "an import of a computed name"),
            ("return import.meta.url;", "`import.meta`"),
            ("Array.prototype.map = () => []; return a;", "the property `prototype`"),
            ("Object.setPrototypeOf(a, null); return a;", "the property `setPrototypeOf`"),
            ("debugger; return a;", "a `debugger` statement"),
            ("return a; // @ts-ignore", "a comment that addresses a tool"),
            ("/* istanbul ignore next */ return a;", "a comment that addresses a tool"),
            ("return a; /* selfopt: accept */", "a comment that addresses a tool"),
            ("'use asm'; return a;", "the directive"),
            ("return '\u{202e}a';", "which turns the direction of text"),
            ("const a\u{200b}b = 1; return a;", "which is not seen"),
        ];
        for (body, what) in cases {
            let after = BASE.replace("return a.map((n) => n + x);", body);
            let found = added(BASE, &after).unwrap_or_default();
            assert!(found.contains(what), "{body}: {found}");
        }
    }

    #[test]
    fn new_packages_are_seen() {
        for line in [
            "import fs from 'fs';",
            "import 'lodash';",
            "export * from 'node:net';",
            "import fs = require('fs');",
            "import x2 from '../node_modules/x/index.js';",
        ] {
            let after = format!("{line}\n{BASE}");
            let found = added(BASE, &after).unwrap_or_default();
            assert!(found.contains("an import of"), "{line}: {found}");
        }
        let again = format!("{BASE}import {{ cpus }} from 'node:os';\n");
        assert!(added(BASE, &again).is_some(), "one more import is an addition");
    }
}
