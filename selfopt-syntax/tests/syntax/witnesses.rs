//! Two parsers must agree that a text is a program.

use selfopt_syntax::{Language, Span, witnesses};

#[test]
fn verdicts() {
    let ok = witnesses(Language::TypeScript, "const a: number = 1;");
    assert!(ok.are_ok());
    let broken = witnesses(Language::TypeScript, "const a = (1;");
    assert!(!broken.tree_sitter.is_ok() && !broken.oxc.is_ok());
    assert!(broken.oxc.first_error.is_some());
    assert!(!broken.no_worse_than(ok));
    assert!(ok.no_worse_than(broken) && broken.no_worse_than(broken));
    let twice = witnesses(Language::JavaScript, "let a; let a;");
    assert!(twice.tree_sitter.is_ok() && !twice.oxc.is_ok());
    let annotated = witnesses(Language::JavaScript, "let a: number;");
    assert!(!annotated.tree_sitter.is_ok() && !annotated.oxc.is_ok());
}

#[test]
fn eval_is_no_syntax_error() {
    assert!(witnesses(Language::JavaScript, "eval('x')").are_ok());
}

#[test]
fn too_deep_counts_as_refused() {
    let deep = format!("{}1{}", "[".repeat(9_000), "]".repeat(9_000));
    let verdict = witnesses(Language::JavaScript, deep);
    assert!(verdict.tree_sitter.is_ok());
    assert_eq!((verdict.oxc.error_count, verdict.oxc.first_error), (1, Some(Span::at(0))));
}
