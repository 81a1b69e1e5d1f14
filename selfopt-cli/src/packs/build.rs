//! From a pack's folder to a component.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use selfopt_core::digest::Digest;
use wit_component::ComponentEncoder;

use super::manifest::{Language, Manifest};
use super::stamp;
use super::toolchain::{TARGET, rustc};
use crate::error::CliError;
use crate::render;

/// A built pack.
pub(crate) struct Built {
    pub(crate) path: PathBuf,
    pub(crate) wasm: Vec<u8>,
    pub(crate) sha256: Digest,
}

/// Builds the pack of a folder.
pub(crate) fn build(dir: &Path, out: Option<&Path>) -> Result<Built, CliError> {
    let manifest = Manifest::read(dir)?;
    let path = out.map_or_else(
        || dir.join("dist").join(format!("{}.wasm", manifest.name())),
        Path::to_path_buf,
    );
    // Cargo knows by itself what is unchanged, and C takes no time.
    let is_slow = manifest.language == Language::Js;
    let unchanged = if is_slow { super::js::inputs(dir) } else { None };
    if let Some(wasm) = unchanged.and_then(|inputs| stamp::built(&path, &inputs)) {
        render::progress(&format!("`{}` is what its sources make", path.display()));
        return Ok(Built { sha256: Digest::of(&wasm), wasm, path });
    }
    let wasm = match manifest.language {
        Language::Rust => component(&cargo_build(dir)?)?,
        Language::C => super::c::build(dir, &manifest)?,
        Language::Js => super::js::build(dir, &manifest)?,
    };
    let failed = |source| CliError::Io { doing: format!("write `{}`", path.display()), source };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(&path, &wasm).map_err(failed)?;
    if let Some(inputs) = is_slow.then(|| super::js::inputs(dir)).flatten() {
        stamp::note(&path, &inputs, &wasm).map_err(failed)?;
    }
    Ok(Built { sha256: Digest::of(&wasm), wasm, path })
}

/// Wraps a core module that says which interface it speaks.
pub(crate) fn component(core: &[u8]) -> Result<Vec<u8>, CliError> {
    let encode = || ComponentEncoder::default().module(core)?.validate(true).encode();
    encode().map_err(|error| {
        CliError::usage(
            format!("the module cannot be made a component: {error:#}"),
            "a Rust pack names its type in `export_pack!` and builds as a `cdylib`",
        )
    })
}

/// Runs cargo and returns the core module.
fn cargo_build(dir: &Path) -> Result<Vec<u8>, CliError> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--release", "--target", TARGET, "--message-format"])
        .arg("json-render-diagnostics")
        .current_dir(dir)
        .stderr(Stdio::inherit());
    if let Some(rustc) = rustc()? {
        command.env("RUSTC", rustc);
    }
    let output = command
        .output()
        .map_err(|source| CliError::Io { doing: "start `cargo`".to_owned(), source })?;
    if !output.status.success() {
        return Err(CliError::usage("the pack does not build", "cargo says why above"));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let module = messages.lines().filter_map(|line| module_of(line, dir)).next_back();
    let Some(module) = module else {
        return Err(CliError::usage(
            "the build made no WebAssembly module",
            "`crate-type = [\"cdylib\", \"rlib\"]` belongs under `[lib]` in Cargo.toml",
        ));
    };
    std::fs::read(&module)
        .map_err(|source| CliError::Io { doing: format!("read `{}`", module.display()), source })
}

/// The module that one of cargo's messages names, if it is this package's.
fn module_of(message: &str, dir: &Path) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let manifest = Path::new(message.get("manifest_path")?.as_str()?).canonicalize().ok()?;
    if manifest.parent()? != dir.canonicalize().ok()? {
        return None;
    }
    let files = message.get("filenames")?.as_array()?.iter().filter_map(|file| file.as_str());
    files.map(PathBuf::from).find(|file| file.extension().is_some_and(|ext| ext == "wasm"))
}
