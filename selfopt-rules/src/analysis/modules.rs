//! Whether a file's top-level names are its own.

use selfopt_syntax::SourceFile;

/// Whether the file is a module, so that only what it exports is seen
/// elsewhere. A script shares its top level with all other scripts of a page.
pub fn is_module(file: &SourceFile) -> bool {
    let has_clause = || {
        file.tree
            .root()
            .items()
            .any(|statement| statement.is_any(&["import_statement", "export_statement"]))
    };
    let is_commonjs = || {
        file.bindings.as_ref().is_some_and(|bindings| {
            bindings.all_references().iter().any(|reference| {
                let name = reference.span.text(&file.text);
                reference.symbol.is_none() && ["require", "module", "exports"].contains(&name)
            })
        })
    };
    has_clause() || is_commonjs()
}
