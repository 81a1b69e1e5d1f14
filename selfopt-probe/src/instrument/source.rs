//! Reads a file for instrumentation, and adds lines at its end.

use selfopt_syntax::{Language, SourceFile, Witnesses, parse};

/// Why a file cannot be instrumented at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The extension is not one of JavaScript or TypeScript.
    #[error("`{path}` is neither JavaScript nor TypeScript")]
    Language {
        /// The file.
        path: String,
    },
    /// A parser refuses the text: a syntax error, an extension of the language,
    /// or a file that is too large or too deep.
    #[error("`{path}` cannot be read at line {line}: {message}")]
    Syntax {
        /// The file.
        path: String,
        /// Where, from 1.
        line: u32,
        /// What the parser says.
        message: String,
    },
}

/// Reads a file whose text both parsers accept.
pub fn source(path: &str, text: &str) -> Result<SourceFile, Unreadable> {
    let language =
        Language::from_path(path).ok_or_else(|| Unreadable::Language { path: path.to_owned() })?;
    let file = parse(path, language, text);
    if Witnesses::of(&file).are_ok() {
        return Ok(file);
    }
    // A CommonJS file may return at its top level; by its extension alone it
    // is not known to be one.
    let may_be_common = !language.is_typescript() && path.rsplit('.').next() == Some("js");
    let common = may_be_common.then(|| parse(format!("{path}.cjs"), language, text));
    if let Some(mut common) = common.filter(|file| Witnesses::of(file).are_ok()) {
        path.clone_into(&mut common.path);
        return Ok(common);
    }
    let first = file.diagnostics.first();
    Err(Unreadable::Syntax {
        path: path.to_owned(),
        line: first.map_or(1, |d| file.line(d.span.start)),
        message: first.map_or_else(String::new, |d| d.message.clone()),
    })
}

/// `text` with `line` as its last line. `line` must begin with `;` when it is a
/// statement: the file's last statement may lack its own.
pub fn append_line(text: &str, line: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    format!("{text}{gap}{line}{newline}")
}
