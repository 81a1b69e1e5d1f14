//! `selfopt pack test`: builds a pack and runs the pages of its rules through
//! the build, exactly as a scan would.

use std::path::Path;

use selfopt_core::ExitCode;
use selfopt_core::rulebook::{Page, check_page};
use selfopt_plugin_host::{PackReport, RulePacks};
use serde_json::json;

use crate::args::{Common, Format};
use crate::error::CliError;
use crate::packs::{PackStore, build};
use crate::render;

/// Where the pages are, in the pack's folder.
const PAGES: &str = "rules";

pub(super) fn run(common: &Common, dir: &Path) -> Result<ExitCode, CliError> {
    let built = build(dir, None)?;
    let name = built.path.display().to_string();
    let host = PackStore::of(common)?.host()?;
    let pack = host.load(&built.wasm).map_err(|error| CliError::pack(name.clone(), error))?;
    let ids: Vec<String> = pack.info().rules.iter().map(|rule| rule.id.clone()).collect();
    let packs = RulePacks::new(vec![pack], []).map_err(|error| CliError::pack(name, error))?;
    let mut n_found = 0;
    let mut faults = Vec::new();
    for id in ids {
        let path = dir.join(PAGES).join(format!("{id}.md"));
        let place = path.display();
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let result = check_page(&id, &Page::parse(&text), &packs, &packs);
                n_found += result.found;
                faults.extend(result.faults.iter().map(|fault| format!("{place}, {fault}")));
            }
            Err(error) => faults.push(format!("{place}: the rule has no page: {error}")),
        }
    }
    faults.extend(failures(&packs.report()));
    match common.format {
        Format::Json => render::json(&json!({ "found": n_found, "faults": faults }))?,
        _ => render::text(&format!(
            "{}{n_found} found, {} not\n",
            faults.iter().flat_map(|fault| [fault.as_str(), "\n"]).collect::<String>(),
            faults.len()
        )),
    }
    Ok(if faults.is_empty() { ExitCode::Success } else { ExitCode::NothingFound })
}

/// Calls that failed, and what the pack logged: it is the author who looks.
fn failures(reports: &[PackReport]) -> Vec<String> {
    for report in reports {
        for (file, lines) in &report.log {
            for line in lines {
                render::progress(&format!("{file}: {}: {}", line.level, line.message));
            }
        }
    }
    let failed = reports.iter().flat_map(|report| report.failures.failed.values());
    failed.map(ToString::to_string).collect()
}
