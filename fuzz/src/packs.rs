//! A rule pack whose answers are arbitrary bytes.

use std::sync::OnceLock;

use selfopt_plugin_host::{Limits, PackHost, RulePacks, WIT};
use selfopt_syntax::{Language, parse};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use selfopt_core::{PatchTemplate as _, Scanner as _};

/// Where the description lies, and where the answers do.
const ANSWERS: usize = 4096;

/// A host with little room, so that each try is short.
pub fn host() -> PackHost {
    static HOST: OnceLock<PackHost> = OnceLock::new();
    let limits = Limits {
        describe_fuel: 1_000_000,
        file_fuel: 1_000_000,
        fuel_per_byte: 0,
        memory_bytes: 2 << 20,
        ..Limits::default()
    };
    HOST.get_or_init(|| PackHost::new(limits, None).expect("the runtime starts")).clone()
}

/// Loads a pack that gives `data` for its findings and its patches, and uses it.
pub fn answer(data: &[u8]) {
    let data = &data[..data.len().min(32 << 10)];
    let pack = host().load(&component(data)).expect("it describes itself well");
    let packs = RulePacks::new(vec![pack], []).expect("no rule is there twice");
    let file = parse("a.ts", Language::TypeScript, "const żółw = '🐢'; // abc\n");
    for finding in packs.scan(&file) {
        std::hint::black_box(packs.propose(&file, &finding));
    }
    std::hint::black_box(packs.report());
}

fn component(data: &[u8]) -> Vec<u8> {
    let module = format!(
        r#"(module
             (memory (export "memory") 8)
             (global $next (mut i32) (i32.const 65536))
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
               (global.set $next (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
               (global.get $next)
               (global.set $next (i32.add (global.get $next) (local.get 3))))
             (func (export "selfopt:rules/guest@0.1.0#describe") (result i32) (i32.const 0))
             (func (export "selfopt:rules/guest@0.1.0#configure") (param i32 i32) (result i32)
               (i32.const {ANSWERS}))
             (func (export "selfopt:rules/guest@0.1.0#scan")
               (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const {ANSWERS}))
             (func (export "selfopt:rules/guest@0.1.0#propose") (param i32) (result i32)
               (i32.const {ANSWERS}))
             (data (i32.const 0) "{}")
             (data (i32.const {ANSWERS}) "{}"))"#,
        escaped(&description()),
        escaped(data)
    );
    let mut core = wat::parse_str(module).expect("the text is a module");
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rules.wit", WIT).expect("the interface reads");
    let world = resolve.select_world(&[package], Some("pack")).expect("there is one");
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).expect("it fits");
    let encoder = ComponentEncoder::default().module(&core).expect("it is a module");
    encoder.validate(true).encode().expect("it is a component")
}

/// `pack-info` with one rule, `r`, laid out by hand.
fn description() -> Vec<u8> {
    const RULE: u32 = 64;
    const CONDITION: u32 = 192;
    const TEXTS: u32 = 256;
    let mut bytes = vec![0; 512];
    let mut put = |at: u32, word: u32| {
        let at = at as usize;
        bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    };
    // Texts: "a" at 0 of them, "1.0.0" at 1, "r" at 6.
    let texts = [(0, 0, 1), (8, 1, 5), (16, 0, 1), (24, 0, 1)];
    for (at, from, len) in texts {
        put(at, TEXTS + from);
        put(at + 4, len);
    }
    put(44, RULE);
    put(48, 1);
    for (at, from, len) in [(0, 6, 1), (8, 1, 5), (16, 0, 1), (24, 0, 1)] {
        put(RULE + at, TEXTS + from);
        put(RULE + at + 4, len);
    }
    // A speed-up of 2.0.
    put(RULE + 76, 0x4000_0000);
    put(RULE + 84, CONDITION);
    put(RULE + 88, 1);
    for at in [0, 8] {
        put(CONDITION + at, TEXTS);
        put(CONDITION + at + 4, 1);
    }
    bytes[TEXTS as usize..TEXTS as usize + 7].copy_from_slice(b"a1.0.0r");
    bytes
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}
