//! A file goes into bytes and comes back as it was; other bytes come back as
//! an error or as a tree that can be walked.

use proptest::prelude::*;
use selfopt_syntax::{Language, SourceFile, WireError, parse};

const TEXTS: [(Language, &str); 7] = [
    (Language::TypeScript, ""),
    (Language::TypeScript, "const żółw = '🐢';\nfor (const x of a) { if (b.includes(x)) n++; }\n"),
    (Language::TypeScript, "import { a as b } from 'c'; export class D<T> { #e = (f) => f + b; }"),
    (Language::Tsx, "export default function F({ x }) { return <p {...x}>{x?.y ?? 1}</p>; }"),
    (Language::JavaScript, "var a = 1; var a = 2; try { eval('a') } catch (e) { throw e; }"),
    (Language::JavaScript, "function f( { return ) ]; const x = {"),
    (Language::Jsx, "label: for (;;) { const f = async function* g(a = 1) { yield* a; }; }"),
];

fn again(file: &SourceFile, bytes: &[u8]) -> Result<SourceFile, WireError> {
    SourceFile::from_snapshot(file.path.clone(), file.language, file.text.clone(), bytes)
}

/// Every way through a file that rules use; it must end.
fn walk(file: &SourceFile) -> usize {
    let nodes = file.tree.root().subtree();
    let seen: usize = nodes
        .map(|node| {
            let names = node.kind().len() + node.field().map_or(0, str::len) + node.text().len();
            names + node.ancestors().count() + node.children().count()
        })
        .sum();
    let Some(bindings) = &file.bindings else { return seen };
    let symbols = bindings.symbols().map(|(id, symbol)| {
        bindings.name(id).len()
            + bindings.references(id).count()
            + bindings.scope_chain(symbol.scope).count()
    });
    seen + symbols.sum::<usize>()
}

#[test]
fn a_file_comes_back_as_it_was() {
    for (language, text) in TEXTS {
        let file = parse("src/a", language, text);
        let back = again(&file, &file.to_snapshot()).unwrap();
        assert_eq!(back.tree, file.tree, "{text}");
        assert_eq!(back.bindings, file.bindings, "{text}");
        assert_eq!(back.diagnostics, file.diagnostics, "{text}");
        assert_eq!(back.line_index(), file.line_index(), "{text}");
        assert_eq!(back.to_snapshot(), file.to_snapshot(), "{text}");
        assert_eq!(walk(&back), walk(&file), "{text}");
    }
}

#[test]
fn what_is_no_snapshot_is_said() {
    let file = parse("a.ts", Language::TypeScript, "let a = 1;");
    let bytes = file.to_snapshot();
    assert_eq!(again(&file, b"{}").unwrap_err(), WireError::NotASnapshot);
    let mut newer = bytes.clone();
    newer[4] = 2;
    assert_eq!(again(&file, &newer).unwrap_err(), WireError::Version { found: 2 });
    for end in 0..bytes.len() - 8 {
        assert!(again(&file, &bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
    }
    let other = parse("b.ts", Language::TypeScript, "a");
    assert!(matches!(again(&other, &bytes), Err(WireError::Damaged { .. })));
}

proptest! {
    #[test]
    fn changed_bytes_are_refused_or_can_be_walked(
        text in 0..TEXTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (language, text) = TEXTS[text];
        let file = parse("a", language, text);
        let mut bytes = file.to_snapshot();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(file) = again(&file, &bytes) {
            walk(&file);
        }
    }
}
