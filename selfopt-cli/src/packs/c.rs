//! A pack in C: clang makes the object, a linker for WebAssembly the module,
//! and the interface is written into it here.

use std::path::{Path, PathBuf};
use std::process::Command;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::build::component;
use super::manifest::Manifest;
use crate::error::CliError;

const CLANGS: [&str; 8] =
    ["clang", "clang-20", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];
const LINKERS: [&str; 5] = ["wasm-ld", "wasm-ld-19", "wasm-ld-18", "wasm-ld-16", "wasm-ld-14"];

pub(super) fn build(dir: &Path, manifest: &Manifest) -> Result<Vec<u8>, CliError> {
    let source = manifest.source()?;
    let folder = tempfile::tempdir()
        .map_err(|source| CliError::Io { doing: "make a temporary directory".into(), source })?;
    let (object, module) = (folder.path().join("pack.o"), folder.path().join("pack.wasm"));
    let mut compile = Command::new(first_of(&CLANGS).ok_or_else(|| {
        CliError::usage("`clang` was not found", "install clang 14 or newer (Debian: `clang`)")
    })?);
    compile
        .args(["--target=wasm32", "-std=c11", "-O2", "-ffreestanding", "-nostdlib", "-Wall"])
        .args(["-Wno-unused-function", "-c", source, "-o"])
        .arg(&object)
        .current_dir(dir);
    run(compile)?;
    let mut link = linker()?;
    link.args(["--no-entry", "--gc-sections", "--strip-debug"]).arg(&object).arg("-o").arg(&module);
    run(link)?;
    let mut core = std::fs::read(&module)
        .map_err(|source| CliError::Io { doing: "read the linked module".into(), source })?;
    embed(&mut core).map_err(|error| {
        CliError::usage(
            format!("the interface cannot be written into the module: {error:#}"),
            "report it",
        )
    })?;
    component(&core)
}

/// Says which interface the module speaks.
fn embed(core: &mut Vec<u8>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rules.wit", selfopt_plugin_host::WIT)?;
    let world = resolve.select_world(&[package], Some("pack"))?;
    embed_component_metadata(core, &resolve, world, StringEncoding::UTF8)?;
    Ok(())
}

/// LLVM's linker, or the one that every Rust toolchain of rustup brings.
fn linker() -> Result<Command, CliError> {
    if let Some(own) = first_of(&LINKERS) {
        return Ok(Command::new(own));
    }
    let asked = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let path = PathBuf::from(sysroot.unwrap_or_default())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    if path.is_file() {
        let mut command = Command::new(path);
        command.args(["-flavor", "wasm"]);
        return Ok(command);
    }
    Err(CliError::usage(
        "no linker for WebAssembly was found",
        "install LLVM's (Debian: `lld`), or Rust through rustup, which brings one",
    ))
}

fn first_of(names: &[&'static str]) -> Option<&'static str> {
    let works = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    names.iter().copied().find(|name| works(name))
}

/// Runs a step whose complaints are for the author.
pub(super) fn run(mut command: Command) -> Result<(), CliError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|source| CliError::Io { doing: format!("start `{name}`"), source })?;
    if status.success() {
        return Ok(());
    }
    Err(CliError::usage("the pack does not build", format!("`{name}` says why above")))
}
