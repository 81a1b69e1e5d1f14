//! Takes a file out of type checks. An instrumented function takes and gives
//! `any`, so that files which are not instrumented themselves, tests above
//! all, no longer check against it: `xs.map((x) => …)` on its result has a
//! parameter without a type.

use super::hook::TYPES_MARK;

/// `text` with a `// @ts-nocheck` line in front of its code. It stands behind
/// the comments that begin the file: a test runner reads its settings from the
/// first, and of several such marks the compiler takes the last.
pub fn unchecked(text: &str) -> String {
    if text.contains(TYPES_MARK) {
        return text.to_owned();
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    match code_start(text) {
        Some(at) => format!("{}{TYPES_MARK}{newline}{}", &text[..at], &text[at..]),
        None => text.to_owned(),
    }
}

/// Where the first token stands; `None` where there is none.
fn code_start(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    if rest.starts_with("#!") {
        rest = &rest[rest.find('\n')?..];
    }
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if rest.starts_with("//") {
            rest = &rest[rest.find(['\n', '\r', '\u{2028}', '\u{2029}'])?..];
        } else if rest.starts_with("/*") {
            rest = &rest[rest.find("*/")? + 2..];
        } else {
            return (!rest.is_empty()).then(|| text.len() - rest.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_in_front_of_the_code() {
        let mark = "/* eslint-disable */// @ts-nocheck";
        let check = |text: &str, head: &str, newline: &str, code: &str| {
            assert_eq!(unchecked(text), format!("{head}{mark}{newline}{code}"), "{text:?}");
        };
        let code = "import { f } from './f';\n";
        check(code, "", "\n", code);
        check("\u{feff}let a", "\u{feff}", "\n", "let a");
        check("#!/usr/bin/env node\nlet a", "#!/usr/bin/env node\n", "\n", "let a");
        check("let a\r\nlet b", "", "\r\n", "let a\r\nlet b");
        // A comment of the test runner, and one that the compiler takes.
        let docblock = "/**\n * @jest-environment jsdom\n */\n// @ts-check\n\n";
        check(&format!("{docblock}{code}"), docblock, "\n", code);
        check("/* a */ let b", "/* a */ ", "\n", "let b");
        check("/**/'use strict'", "/**/", "\n", "'use strict'");
    }

    #[test]
    fn what_has_no_code_or_is_marked_stays() {
        for text in ["", "\n", "// a", "/* a */\n", "/* a", "#!/bin/node"] {
            assert_eq!(unchecked(text), text);
        }
        let marked = unchecked("let a");
        assert_eq!(unchecked(&marked), marked);
    }
}
