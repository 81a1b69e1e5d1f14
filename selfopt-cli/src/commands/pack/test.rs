//! `selfopt pack test`: builds a pack and runs the pages of its rules through
//! the build, exactly as a scan would.

use std::path::Path;

use selfopt_core::ExitCode;
use selfopt_core::rulebook::{Page, block_name, check_page};
use selfopt_plugin_host::{Limits, PackReport, RulePacks};
use serde_json::json;

use crate::args::{Common, Format};
use crate::error::CliError;
use crate::packs::{PackStore, build, taken_rules};
use crate::render;

/// Where the pages are, in the pack's folder.
const PAGES: &str = "rules";

pub(super) fn run(common: &Common, dir: &Path) -> Result<ExitCode, CliError> {
    let built = build(dir, None)?;
    let name = built.path.display().to_string();
    // A pack that crashes on one block is asked about all others.
    let limits = Limits { failed_files: usize::MAX, ..Limits::default() };
    let host = PackStore::of(common)?.host_with(limits)?;
    let pack = host.load(&built.wasm).map_err(|error| CliError::pack(name.clone(), error))?;
    let ids: Vec<String> = pack.info().rules.iter().map(|rule| rule.id.clone()).collect();
    // The official packs are the built-in rules.
    let is_official = pack.info().id.starts_with("selfopt/");
    let taken = if is_official { Vec::new() } else { taken_rules() };
    let packs = RulePacks::new(vec![pack], taken).map_err(|error| CliError::pack(name, error))?;
    let faults = pages_of_no_rule(&dir.join(PAGES), &ids);
    let mut result = Tested { faults, ..Tested::default() };
    for id in ids {
        result.run(&id, &dir.join(PAGES).join(format!("{id}.md")), &packs);
    }
    show_log(&packs.report());
    let Tested { n_found, faults, remarks } = result;
    for remark in &remarks {
        render::warning(remark);
    }
    match common.format {
        Format::Json => {
            render::json(&json!({ "found": n_found, "faults": faults, "remarks": remarks }))?;
        }
        _ => render::text(&format!(
            "{}{n_found} claims of the pages hold, {} faults\n",
            faults.iter().flat_map(|fault| [fault.as_str(), "\n"]).collect::<String>(),
            faults.len()
        )),
    }
    Ok(if faults.is_empty() { ExitCode::Success } else { ExitCode::NothingFound })
}

/// What came out of the pages.
#[derive(Default)]
struct Tested {
    n_found: usize,
    faults: Vec<String>,
    /// What is not wrong, and could be better.
    remarks: Vec<String>,
}

impl Tested {
    fn run(&mut self, id: &str, path: &Path, packs: &RulePacks) {
        let place = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.faults.push(format!("{place}: the rule has no page: {error}"));
                return;
            }
        };
        let page = Page::parse(&text);
        if !page.has_near_miss() {
            self.remarks.push(format!(
                "{place}: no block says what `{id}` leaves alone; `ts nothing` is code without a \
                 finding, `ts valid` code without a patch, `ts declined <condition>` a finding \
                 that it declines"
            ));
        }
        let result = check_page(id, &page, packs, packs);
        self.n_found += result.found;
        let report = packs.report();
        let crash = |line: usize| {
            let block = block_name(id, line);
            report.iter().find_map(|report| report.failures.failed.get(&block))
        };
        // A crash is why the block is not as it should be, or as it should be by accident.
        for block in &page.blocks {
            if let Some(failure) = crash(block.line) {
                self.faults.push(format!("{place}, line {}: wrong: {failure}", block.line));
            }
        }
        let others = result.faults.iter().filter(|fault| crash(fault.line).is_none());
        self.faults.extend(others.map(|fault| format!("{place}, {fault}")));
        let n_as_should = page.blocks.iter().filter(|block| {
            let is_fault = result.faults.iter().any(|fault| fault.line == block.line);
            !is_fault && crash(block.line).is_some()
        });
        self.n_found -= n_as_should.count().min(self.n_found);
    }
}

/// A page that no rule has is never run: a name misspelled, most likely.
fn pages_of_no_rule(folder: &Path, ids: &[String]) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut pages: Vec<_> = entries.map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    let has_rule = |path: &std::path::PathBuf| {
        path.file_stem().is_some_and(|stem| ids.iter().any(|id| stem == id.as_str()))
    };
    let orphans = pages.iter().filter(|path| !has_rule(path));
    orphans.map(|path| format!("{}: the pack has no rule of this name", path.display())).collect()
}

/// What the pack logged: it is the author who looks.
fn show_log(reports: &[PackReport]) {
    for report in reports {
        for (block, lines) in &report.log {
            for line in lines {
                render::progress(&format!("{block}: {}: {}", line.level, line.message));
            }
        }
    }
}
