//! `selfopt pack check`: what a built pack is, and whether it can be used.

use std::fmt::Write as _;
use std::path::Path;

use selfopt_core::ExitCode;
use selfopt_plugin_host::{RulePack, inspect};
use serde_json::{Value, json};

use crate::args::{Common, Format};
use crate::error::CliError;
use crate::packs::{PackStore, fetch};
use crate::render;

pub(super) fn run(common: &Common, file: &Path) -> Result<ExitCode, CliError> {
    let name = file.display().to_string();
    let wasm = fetch(&name, None)?;
    let refused = |error| CliError::pack(name.clone(), error);
    let inspection = inspect(&wasm).map_err(refused)?;
    let host = PackStore::of(common)?.host()?;
    let pack = host.load(&wasm).map_err(refused)?;
    if common.format == Format::Json {
        render::json(&document(&pack, wasm.len()))?;
        return Ok(ExitCode::Success);
    }
    let mut text = format!(
        "{} {}: {}\n  interface selfopt:rules@{}, {} bytes, licence {}\n  sha256 {}\n",
        pack.info().id,
        pack.info().version,
        pack.info().description,
        inspection.interface,
        wasm.len(),
        pack.info().license,
        pack.sha256(),
    );
    for rule in &pack.info().rules {
        let _ = writeln!(text, "  {} {}: {}", rule.id, rule.version, rule.title);
    }
    render::text(&text);
    Ok(ExitCode::Success)
}

/// What a pack is, for programs.
pub(super) fn document(pack: &RulePack, n_bytes: usize) -> Value {
    let info = pack.info();
    let rules: Vec<Value> = info
        .rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "version": rule.version,
                "title": rule.title,
                "why": rule.why,
                "risk": rule.risk,
                "typical_speedup": rule.typical_speedup,
            })
        })
        .collect();
    json!({
        "id": info.id,
        "version": info.version,
        "license": info.license,
        "description": info.description,
        "sha256": pack.sha256().as_str(),
        "bytes": n_bytes,
        "interface": selfopt_plugin_host::INTERFACE.to_string(),
        "options_schema": info.options_schema,
        "rules": rules,
    })
}
