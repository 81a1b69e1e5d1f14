//! What a function calls and which types it names: top-level declarations of
//! its own file, and of files of the project that its file imports by name.

use std::collections::BTreeSet;

use selfopt_core::SourceTree;
use selfopt_syntax::{Language, Node, SourceFile, Span, parse};
use serde::Serialize;

use super::screen::Screen;
use super::secrets::holds_secret;

const MAX_EXCERPTS: usize = 12;
const MAX_EXCERPT_BYTES: usize = 4 * 1024;
const MAX_ALL_BYTES: usize = 24 * 1024;

/// A piece of the project beside the function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Excerpt {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) code: String,
}

/// What is looked through.
pub(super) struct Ground<'a> {
    pub(super) tree: &'a dyn SourceTree,
    pub(super) screen: &'a Screen<'a>,
    pub(super) path: &'a str,
    pub(super) language: Language,
    pub(super) text: &'a str,
    pub(super) target: Span,
}

/// The excerpts, in the order in which the function names them.
pub(super) fn gather(ground: &Ground<'_>) -> Vec<Excerpt> {
    let file = parse(ground.path.to_owned(), ground.language, ground.text.to_owned());
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut bytes = 0;
    for name in names(&file, ground.target) {
        if !seen.insert(name) || found.len() >= MAX_EXCERPTS {
            continue;
        }
        let excerpt = declared(&file, name)
            .filter(|node| !node.span().contains(ground.target))
            .map(|node| (ground.path.to_owned(), name.to_owned(), node.text().to_owned()))
            .or_else(|| imported(ground, &file, name));
        let Some((path, name, code)) = excerpt else { continue };
        let fits = code.len() <= MAX_EXCERPT_BYTES && bytes + code.len() <= MAX_ALL_BYTES;
        if fits && !holds_secret(&code) {
            bytes += code.len();
            found.push(Excerpt { path, name, code });
        }
    }
    found
}

/// Names in the function that may be declared elsewhere.
fn names(file: &SourceFile, target: Span) -> impl Iterator<Item = &str> {
    let kinds = ["identifier", "type_identifier", "shorthand_property_identifier"];
    let inside = file.tree.root().subtree().filter(move |node| target.contains(node.span()));
    inside.filter(move |node| node.is_any(&kinds)).map(Node::text)
}

/// The top-level declaration of a name.
fn declared<'a>(file: &'a SourceFile, name: &str) -> Option<Node<'a>> {
    file.tree.root().named_children().find(|statement| {
        let inner = match statement.kind() {
            "export_statement" => statement.child_by_field("declaration"),
            _ => Some(*statement),
        };
        inner.is_some_and(|declaration| declares(declaration, name))
    })
}

fn declares(declaration: Node<'_>, name: &str) -> bool {
    match declaration.kind() {
        "lexical_declaration" | "variable_declaration" => {
            declaration.named_children().any(|one| named(one, name))
        }
        "function_declaration"
        | "generator_function_declaration"
        | "class_declaration"
        | "abstract_class_declaration"
        | "interface_declaration"
        | "type_alias_declaration"
        | "enum_declaration" => named(declaration, name),
        _ => false,
    }
}

fn named(node: Node<'_>, name: &str) -> bool {
    node.child_by_field("name").is_some_and(|one| one.text() == name)
}

/// The declaration behind an import by name of a file of the project.
fn imported(
    ground: &Ground<'_>,
    file: &SourceFile,
    name: &str,
) -> Option<(String, String, String)> {
    let (specifier, original) = file.tree.root().named_children().find_map(|statement| {
        if !statement.is("import_statement") {
            return None;
        }
        let source = statement.child_by_field("source")?;
        let specifiers = statement.subtree().filter(|node| node.is("import_specifier"));
        let original = specifiers.into_iter().find_map(|one| {
            let original = one.child_by_field("name")?.text();
            let local = one.child_by_field("alias").map_or(original, Node::text);
            (local == name).then_some(original)
        })?;
        Some((source.text().trim_matches(['"', '\'']), original))
    })?;
    let path = resolved(ground.tree, ground.path, specifier)?;
    if ground.screen.withholds(&path).is_some() {
        return None;
    }
    let language = Language::from_path(&path)?;
    let other = parse(path.clone(), language, ground.tree.text(&path)?);
    let code = declared(&other, original)?.text().to_owned();
    Some((path, original.to_owned(), code))
}

/// The file that a relative import means; TypeScript writes `./a.js` for
/// `a.ts`.
fn resolved(tree: &dyn SourceTree, from: &str, specifier: &str) -> Option<String> {
    if !specifier.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".mjs")).unwrap_or(&path);
    let endings = ["", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts", "/index.ts", "/index.js"];
    let tried = endings.iter().map(|ending| format!("{stem}{ending}"));
    std::iter::once(path.clone()).chain(tried).find(|path| tree.contains(path))
}
