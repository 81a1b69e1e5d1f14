//! A Rust compiler that builds for WebAssembly: the one that is installed, or
//! the private one that `cargo xtask setup` makes out of Debian's packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use etcetera::BaseStrategy as _;

use crate::error::CliError;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The compiler to use. `None` is cargo's own choice.
pub(crate) fn rustc() -> Result<Option<PathBuf>, CliError> {
    let default = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    if has_target(&default) {
        return Ok(None);
    }
    let private = etcetera::choose_base_strategy()
        .map(|strategy| strategy.cache_dir().join("selfopt/wasm32/rustc"))
        .unwrap_or_default();
    if has_target(&private) {
        return Ok(Some(private));
    }
    Err(CliError::usage(
        format!("the Rust compiler has no standard library for {TARGET}"),
        format!(
            "`rustup target add {TARGET}` installs it; without rustup, `cargo xtask setup` in a \
             checkout of selfopt makes one out of Debian's packages"
        ),
    ))
}

fn has_target(rustc: &Path) -> bool {
    let asked = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    let Some(output) = asked.ok().filter(|output| output.status.success()) else {
        return false;
    };
    let dir = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let Ok(entries) = std::fs::read_dir(dir) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore"))
}
