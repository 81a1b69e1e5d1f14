//! Names that are free to use.

use selfopt_syntax::SourceFile;

use crate::rule::RuleContext;

/// `base`, or `base2`, `base3`, …: the first that occurs nowhere in the file as
/// a name of any sort, so that it neither captures nor is captured.
pub fn fresh_name(file: &SourceFile, base: &str) -> String {
    let is_free =
        |name: &str| !file.tree.root().subtree().any(|node| node.is_named() && node.text() == name);
    let numbered = (2_u32..).map(|number| format!("{base}{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}

/// Whether the file declares the name anywhere, so that it may not be the host's.
pub fn declares(ctx: RuleContext<'_>, name: &str) -> bool {
    ctx.bindings()
        .is_none_or(|bindings| bindings.symbols().any(|(id, _)| bindings.name(id) == name))
}
