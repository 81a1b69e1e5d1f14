//! Bytes that are said to be a file's snapshot: refused, or a tree that can be
//! walked to its end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use selfopt_syntax::{Language, SourceFile, parse};

const TEXT: &str = "const a = [1]; for (const x of y) if (a.includes(x)) n++;\n";

fuzz_target!(|data: &[u8]| {
    // A whole snapshot with places changed, and the bytes as they are.
    let mut changed = parse("a.ts", Language::TypeScript, TEXT).to_snapshot();
    for change in data.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % changed.len();
        changed[at] = change[2];
    }
    for bytes in [&changed[..], data] {
        if let Ok(file) = SourceFile::from_snapshot("a.ts", Language::TypeScript, TEXT, bytes) {
            for node in file.tree.root().subtree() {
                std::hint::black_box((node.kind(), node.field(), node.text()));
                std::hint::black_box(node.ancestors().count() + node.children().count());
            }
            for (id, symbol) in file.bindings.iter().flat_map(|bindings| bindings.symbols()) {
                let bindings = file.bindings.as_ref().expect("they are there");
                std::hint::black_box(bindings.references(id).count());
                std::hint::black_box(bindings.scope_chain(symbol.scope).count());
            }
        }
    }
});
