//! Rule packs as WebAssembly: the official ones against their native builds,
//! and the host against packs that mean it harm.

mod cache;
mod commands;
mod equality;
mod files;
mod hostile;
mod loading;
mod project;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use selfopt::packs::{CompiledCache, Limits, PackHost, RulePacks};

/// Where `cargo xtask packs` puts what it builds: beside the program.
fn built(file: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_selfopt"));
    program.parent().expect("the program is in a folder").join(file)
}

/// A built pack.
fn pack(file: &str) -> Vec<u8> {
    let path = built(file);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("`{}`: {error}; `cargo xtask packs` builds it", path.display())
    })
}

const CORE: &str = "packs/core.wasm";
const HOSTILE: &str = "test-packs/hostile.wasm";
const SETTINGS: &str = "test-packs/settings.wasm";

/// A host as the program has it. Each test is a process of its own, so what one
/// compiled is kept for the next.
fn host() -> PackHost {
    static HOST: OnceLock<PackHost> = OnceLock::new();
    let start = || {
        let cache = CompiledCache::open(&built("test-packs/compiled")).expect("a private folder");
        PackHost::new(Limits::default(), Some(cache)).expect("the runtime starts")
    };
    HOST.get_or_init(start).clone()
}

/// The official packs.
fn official() -> RulePacks {
    let folders = std::fs::read_dir(files::repository().join("plugins/packs")).expect("is there");
    let mut names: Vec<_> = folders.flatten().map(|folder| folder.file_name()).collect();
    names.sort();
    let load = |name: &std::ffi::OsString| {
        let wasm = pack(&format!("packs/{}.wasm", name.to_string_lossy()));
        host().load(&wasm).expect("an official pack loads")
    };
    RulePacks::new(names.iter().map(load).collect(), []).expect("no rule is there twice")
}
