//! Workflows of the CI and composite actions.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 3] =
    [".github/workflows/ci.yml", ".github/actions/setup/action.yml", "pnpm-workspace.yaml"];
const CALLER: &[u8] = b"on: push\njobs: {a: {steps: [{uses: ./.github/actions/setup}]}}\n";

fuzz_target!(|data: &[u8]| {
    if let Some((name, content)) = selfopt_fuzz::choose(&NAMES, data) {
        selfopt_fuzz::detect(&[(".github/workflows/caller.yml", CALLER), (name, content)]);
    }
});
