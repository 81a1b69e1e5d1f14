//! Package manifests and what stands beside them.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = [
    "package.json",
    "packages/b/package.json",
    "tsconfig.json",
    "turbo.json",
    "nx.json",
    "lerna.json",
    ".npmrc",
    ".tool-versions",
];

fuzz_target!(|data: &[u8]| {
    if let Some((name, content)) = selfopt_fuzz::choose(&NAMES, data) {
        selfopt_fuzz::detect(&[(name, content)]);
    }
});
