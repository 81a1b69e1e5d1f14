//! Pages of test cases: `//// name.ext` starts one, its text follows.

use selfopt_syntax::Language;

use crate::strip::strip;

/// One case of a page.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// A path with the case's extension.
    pub(crate) path: String,
    pub(crate) text: &'static str,
}

/// The cases of a page.
pub(crate) fn parts(page: &'static str) -> impl Iterator<Item = Part> {
    page.split("//// ").skip(1).map(|part| {
        let (title, text) = part.split_once('\n').expect("a title has a line of its own");
        let (name, extension) = title.trim().rsplit_once('.').expect("a title has an extension");
        Part { name, path: format!("src/file.{extension}"), text }
    })
}

/// All cases that run as they are.
pub(crate) fn programs() -> impl Iterator<Item = Part> {
    let pages = [
        include_str!("cases/commonjs.txt"),
        include_str!("cases/modules.txt"),
        include_str!("cases/typescript.txt"),
        include_str!("cases/statements.txt"),
    ];
    pages.into_iter().flat_map(parts)
}

/// The text as Node runs it.
pub(crate) fn runnable(path: &str, text: &str) -> String {
    let language = Language::from_path(path).expect("the path is one of code");
    if language.is_typescript() { strip(path, text) } else { text.to_owned() }
}

/// The extension under which Node runs it.
pub(crate) fn node_extension(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "cjs")) => "cjs",
        _ => "mjs",
    }
}
