//! The npm packages that pages of the rulebook are run with: React, what
//! renders it, and the TypeScript compiler.

use std::fs;

use anyhow::{Context, Result};

use crate::shell::{CommandLine, repository_root};

/// Manifest and lock file, and where pages look for what they install, below
/// the target directory. `selfopt-rules/tests/rulebook/equivalence.rs` reads it.
const SOURCE: &str = "selfopt-rules/tests/rulebook/packages";
const FOLDER: &str = "page-packages";
const LOCK: &str = "package-lock.json";
const STAMP: &str = "installed";

/// Installs what the lock file says, unless it is there.
pub(crate) fn install() -> Result<()> {
    let source = repository_root().join(SOURCE);
    let folder = crate::wasm::target_dir().join(FOLDER);
    let lock = fs::read_to_string(source.join(LOCK)).with_context(|| SOURCE.to_owned())?;
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == lock) {
        println!("packages of the rulebook: present");
        return Ok(());
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for file in ["package.json", LOCK] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| file.to_owned())?;
    }
    CommandLine::new("npm ci --ignore-scripts --no-audit --no-fund").run_in(&folder)?;
    // Last, so that it stands for a folder that is whole.
    fs::write(folder.join(STAMP), lock)?;
    println!("packages of the rulebook: installed");
    Ok(())
}
