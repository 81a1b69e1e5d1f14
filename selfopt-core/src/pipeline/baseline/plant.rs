//! A statement that burns CPU, for the top of a source file: a benchmark that
//! runs the file takes longer.

use selfopt_syntax::{Node, SourceFile};

/// The text with the statement behind its directives and imports, on a line
/// that is there; `None` for a file that cannot be read.
///
/// It runs once a process (once a realm, where there are several), burns
/// processor time and not elapsed time, and needs nothing that Node 12 lacks.
pub(super) fn planted(file: &SourceFile, millis: u64) -> Option<String> {
    if !file.diagnostics.is_empty() {
        return None;
    }
    let root = file.tree.root();
    let mut head = String::new();
    let text = &*file.text;
    // Types of other people's settings: what is planted has none.
    let unchecked = if file.language.is_typescript() { "// @ts-nocheck\n" } else { "" };
    let (mark_at, at) = (mark_at(text)?, place(root, text));
    head.push_str(text.get(..mark_at)?);
    head.push_str(unchecked);
    head.push_str(text.get(mark_at..at)?);
    head.push_str(&statement(millis));
    head.push_str(text.get(at..)?);
    Some(head)
}

/// In front of the first line that a mark may stand on.
fn mark_at(text: &str) -> Option<usize> {
    if text.starts_with("#!") {
        // Without an end of its line a script is nothing but that line.
        return text.find('\n').map(|end| end + 1);
    }
    Some(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 })
}

/// Behind directives and imports.
fn place(root: Node<'_>, text: &str) -> usize {
    let first = root.children().find(|child| !is_head(*child));
    first.map_or(text.len(), |child| child.start() as usize)
}

fn is_head(child: Node<'_>) -> bool {
    let is_directive = || {
        child.is("expression_statement")
            && child.named_children().filter(|inner| !inner.is_comment()).all(|it| it.is("string"))
    };
    child.is_comment() || child.is_any(&["import_statement", "hash_bang_line"]) || is_directive()
}

/// One statement of plain old JavaScript that cannot grow together with what
/// stands before or behind it.
fn statement(millis: u64) -> String {
    format!(
        ";(function(g,k){{if(g[k])return;g[k]=1;var p=g.process,c=p&&p.cpuUsage,\
         f=c?function(){{var t=c.call(p);return(t.user+t.system)/1e3}}:Date.now,e=f()+{millis};\
         while(f()<e);}})(typeof globalThis===\"object\"?globalThis:this,\"__selfopt_planted__\");"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfopt_syntax::{Language, Witnesses, parse};

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        let language = Language::from_path(path).unwrap();
        let planted = planted(&parse(path, language, text), 500).unwrap();
        assert_eq!(planted.replace(&statement(500), "<burn>"), expected);
        assert!(Witnesses::of(&parse(path, language, planted.as_str())).are_ok(), "{planted}");
    }

    #[test]
    fn the_statement_stands_behind_directives_and_imports() {
        check("a.js", "'use strict'\nconst a = 1\n", "'use strict'\n<burn>const a = 1\n");
        check(
            "a.js",
            "// c\nimport b from 'b'\n\nexport { b }\n",
            "// c\nimport b from 'b'\n\n<burn>export { b }\n",
        );
        check("a.cjs", "#!/usr/bin/env node\nf()\n", "#!/usr/bin/env node\n<burn>f()\n");
        check(
            "a.ts",
            "import type { B } from 'b';\nexport const b: B = 1;\n",
            "// @ts-nocheck\nimport type { B } from 'b';\n<burn>export const b: B = 1;\n",
        );
        check("a.js", "import 'b'", "import 'b'<burn>");
        check("a.js", "", "<burn>");
        check("a.js", "(function () {})()\n", "<burn>(function () {})()\n");
        check(
            "a.jsx",
            "/* c */ export default () => <a/>\n",
            "/* c */ <burn>export default () => <a/>\n",
        );
        check("a.ts", "\u{feff}@d class A {}\n", "\u{feff}// @ts-nocheck\n<burn>@d class A {}\n");
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        for text in ["const = 1\n", "#!/bin/node"] {
            assert_eq!(planted(&parse("a.js", Language::JavaScript, text), 1), None, "{text}");
        }
    }
}
