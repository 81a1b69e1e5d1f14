//! Files that are said to be rule packs. A valid beginning is put in front of
//! half of them, so that not all end at the first bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let mut wasm = if first % 2 == 0 { b"\0asm\x0d\0\x01\0".to_vec() } else { Vec::new() };
    wasm.extend_from_slice(rest);
    std::hint::black_box(selfopt_plugin_host::inspect(&wasm).is_ok());
    std::hint::black_box(selfopt_fuzz::packs::host().load(&wasm).is_ok());
});
