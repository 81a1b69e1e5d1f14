//! Lock files of every package manager.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 6] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    ".yarnrc.yml",
];

fuzz_target!(|data: &[u8]| {
    if let Some((name, content)) = selfopt_fuzz::choose(&NAMES, data) {
        selfopt_fuzz::detect(&[(name, content)]);
    }
});
