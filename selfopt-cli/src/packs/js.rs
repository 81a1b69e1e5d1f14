//! A pack in JavaScript: npm brings the tool that its package.json pins, which
//! puts the sources into a small engine.

use std::path::Path;
use std::process::Command;

use selfopt_core::digest::Digest;

use super::c::run;
use super::manifest::Manifest;
use crate::error::CliError;

/// What the pack is made of: its sources, the interface and the installed tool.
/// `None` when that cannot be told, as before the first build.
pub(super) fn inputs(dir: &Path) -> Option<Digest> {
    let installed = std::fs::read(dir.join("node_modules/.package-lock.json")).ok()?;
    super::stamp::of(dir, &[selfopt_plugin_host::WIT.as_bytes(), &installed]).ok()?
}

pub(super) fn build(dir: &Path, manifest: &Manifest) -> Result<Vec<u8>, CliError> {
    let failed =
        |doing: &'static str| move |source| CliError::Io { doing: doing.to_owned(), source };
    let source = manifest.source()?;
    if !dir.join("node_modules").is_dir() {
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(dir);
        run(install)?;
    }
    let folder = tempfile::tempdir().map_err(failed("make a temporary directory"))?;
    let wit = folder.path().join("wit");
    std::fs::create_dir(&wit).map_err(failed("make a temporary directory"))?;
    std::fs::write(wit.join("rules.wit"), selfopt_plugin_host::WIT)
        .map_err(failed("write the interface"))?;
    let module = folder.path().join("pack.wasm");
    let dir = dir.canonicalize().map_err(failed("find the pack's folder"))?;
    let mut make = Command::new(dir.join("node_modules/.bin/componentize-qjs"));
    make.args(["--sync", "--stub-wasi", "--opt-size", "-m", "--world", "pack"])
        .args(["--js", source, "--module-root", ".", "--wit"])
        .arg(&wit)
        .arg("--output")
        .arg(&module)
        .current_dir(&dir);
    run(make)?;
    std::fs::read(&module).map_err(failed("read the built component"))
}
