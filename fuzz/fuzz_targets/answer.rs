//! What a pack answers: the bytes that it says are its findings and patches.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| selfopt_fuzz::packs::answer(data));
