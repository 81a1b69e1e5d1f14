//! One loadable file of each version, made from the project's sources.

use std::collections::BTreeMap;

use selfopt_core::pipeline::RunError;
use selfopt_core::{Lab, Millis};

use super::failure::ScriptError;
use super::room::{Room, shell_word};
use super::runtime::Place;

/// How long the bundler may take.
const LIMIT: Millis = Millis::from_secs(120);
/// Bundled CommonJS code that loads packages needs these in an ES module.
const ESM_BANNER: &str = "import{createRequire as $r}from\"module\";import{fileURLToPath as $u}from\"url\";import{dirname as $d}from\"path\";const require=$r(import.meta.url),__filename=$u(import.meta.url),__dirname=$d(__filename);";

/// The module system of a bundle: that of the files it begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Esm,
    CommonJs,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Esm => "mjs",
            Self::CommonJs => "cjs",
        }
    }

    /// The name of a side's bundle in the runtime's folder.
    pub(crate) fn bundle(self, side: &str) -> String {
        format!("side/{side}/bundle.{}", self.extension())
    }
}

/// Writes the texts and bundles what the entries lead to.
pub(super) async fn bundle(
    lab: &mut dyn Lab,
    room: &Room,
    texts: &BTreeMap<String, String>,
    entries: &[String],
    side: &str,
    format: Format,
) -> Result<Result<(), ScriptError>, RunError> {
    room.write(texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))).await?;
    let lines: Vec<String> = entries
        .iter()
        .map(|path| {
            let path = serde_json::Value::from(room.place().to_project(path)).to_string();
            match format {
                Format::Esm => format!("import {path};\n"),
                Format::CommonJs => format!("require({path});\n"),
            }
        })
        .collect();
    let entry = format!("entry.{}", format.extension());
    let made = build(lab, room, &entry, lines.concat(), &format.bundle(side), format).await?;
    Ok(made.map_err(|first| ScriptError(format!("the sources cannot be bundled: {first}"))))
}

/// Bundles one module of the project so that its exports are those of
/// `exported`, into a file of the runtime's folder. `Err` is what the bundler
/// says.
pub(super) async fn bundle_exports(
    lab: &mut dyn Lab,
    room: &Room,
    path: &str,
    outfile: &str,
) -> Result<Result<(), String>, RunError> {
    let path = serde_json::Value::from(room.place().to_project(path));
    let entry = format!("import * as exported from {path};\nexport {{ exported }};\n");
    build(lab, room, "exports.mjs", entry, outfile, Format::Esm).await
}

/// Bundles an entry of the runtime's folder. `Err` is the first line of what
/// the bundler says.
async fn build(
    lab: &mut dyn Lab,
    room: &Room,
    entry: &str,
    text: String,
    outfile: &str,
    format: Format,
) -> Result<Result<(), String>, RunError> {
    room.put(entry, text.into_bytes()).await?;
    let mut flags = vec![
        "selfopt-esbuild".to_owned(),
        shell_word(&Place::inside(entry)),
        "--bundle".into(),
        "--platform=node".into(),
        "--packages=external".into(),
        "--ignore-annotations".into(),
        "--log-level=error".into(),
        "--legal-comments=none".into(),
        "--loader:.js=jsx".into(),
        "--loader:.node=empty".into(),
        "--loader:.css=empty".into(),
        "--allow-overwrite".into(),
        format!("--outfile={}", shell_word(&Place::inside(outfile))),
    ];
    match format {
        Format::Esm => {
            flags.push("--format=esm".into());
            flags.push(format!("--banner:js={}", shell_word(ESM_BANNER)));
        }
        Format::CommonJs => flags.push("--format=cjs".into()),
    }
    let outcome = room.plain(lab, &flags.join(" "), LIMIT).await?;
    if outcome.succeeded() {
        return Ok(Ok(()));
    }
    let text = outcome.text();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Ok(Err(first.to_owned()))
}
