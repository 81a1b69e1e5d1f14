//! The line by which a file says that it was loaded: only then does the
//! absence of calls mean that nothing called it.

use selfopt_syntax::SourceFile;

use super::hook::Hook;

/// The line that says that `file` was loaded; to be appended with
/// [`super::append_line`]. `None` where the file has no way to the hook.
pub fn announcement(file: &SourceFile) -> Option<String> {
    let hook = Hook::of(file, &[]).ok()?;
    let (h, any, expression) = (hook.name("h"), hook.any(), &hook.expression);
    let path = serde_json::Value::from(&*file.path);
    Some(format!(
        ";(function({h}{any}){{if({h}&&{h}.loaded){{{h}.loaded({path})}}}})({expression});"
    ))
}
