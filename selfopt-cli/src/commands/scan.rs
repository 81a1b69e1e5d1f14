//! `selfopt scan`: opportunities and their patches; runs nothing.

use std::sync::Arc;

use selfopt_compose::patterns;
use selfopt_core::config::{CONFIG_FILE, Config};
use selfopt_core::detection::detect;
use selfopt_core::pipeline::Scan;
use selfopt_core::suppression::ScanNote;
use selfopt_core::workspace::{FolderView, focused};
use selfopt_core::{CommitId, ExitCode, PatchTemplate, Scanner, SourceTree};
use selfopt_rules::BuiltinRules;
use selfopt_sandbox::checkout::{self, CheckoutOptions, DirTree, DirtyPolicy};
use serde_json::json;

use crate::args::{Common, Format, Overrides, ScanArgs};
#[cfg(not(feature = "packs"))]
use crate::compose::load_config;
#[cfg(feature = "packs")]
use crate::compose::{check_rules, load_config_unchecked};
use crate::error::CliError;
use crate::place::folder_in_repository;
use crate::render;
use crate::scan_cache::ScanCache;

/// Stands for the commit in the ids of a folder that is not at a clean commit.
const NO_COMMIT: &str = "uncommitted";

pub(crate) fn run(common: &Common, args: &ScanArgs) -> Result<ExitCode, CliError> {
    let tree: Arc<dyn SourceTree> = Arc::new(DirTree::open(&args.path)?);
    let overrides = Overrides {
        package: args.package.clone(),
        rules: args.rules.clone(),
        ..Overrides::default()
    };
    let rules = Rules::load(common, args, &*tree, &overrides)?;
    let config = &rules.config;
    let folder = package_folder(&*tree, config)?;
    let view = FolderView::new(&*tree, folder.as_deref().unwrap_or("."));
    let memories = ScanCache::open(common, args)?;
    let scan = memories.scan(&view, &commit(args), &rules)?;
    let packs = pack_reports(&rules);
    for ScanNote { path, line, message } in &scan.notes {
        render::warning(&format!("{path}:{line}: {message}"));
    }
    match common.format {
        Format::Json => render::json(&json!({
            "schema": selfopt_core::report::REPORT_SCHEMA,
            "opportunities": scan.reports,
            "suppressed": scan.suppressed,
            "notes": scan.notes,
            "functions": functions(&scan),
            "packs": packs,
        }))?,
        Format::Sarif => {
            let folder = folder_in_repository(&args.path).unwrap_or_default();
            let log = render::sarif::log(&scan.reports, &scan.suppressed, &*tree, &folder);
            render::json(&log)?;
        }
        Format::Markdown => {
            render::text(&render::markdown::opportunities(&scan.reports, scan.files));
        }
        Format::Human => {
            render::text(&render::frames::opportunities(&scan.reports, &*tree, scan.files));
        }
    }
    if matches!(common.format, Format::Markdown | Format::Human) && !scan.suppressed.is_empty() {
        let n = scan.suppressed.len();
        let places = if n == 1 { "1 place is" } else { &format!("{n} places are") };
        render::progress(&format!("{places} switched off by comments; `--format json` names them"));
    }
    Ok(ExitCode::Success)
}

/// The most complex functions, each with its file.
fn functions(scan: &Scan) -> Vec<serde_json::Value> {
    let named = scan.functions.iter().map(|(path, shape)| {
        let mut value = json!(shape);
        value["path"] = json!(path);
        value["lines"] = json!(shape.lines());
        value
    });
    named.collect()
}

/// The configuration and the rules that it asks for.
pub(crate) struct Rules {
    pub(crate) config: Config,
    pub(crate) scanners: Vec<Box<dyn Scanner>>,
    pub(crate) templates: Vec<Box<dyn PatchTemplate>>,
    #[cfg(feature = "packs")]
    loaded: Option<crate::packs::Loaded>,
}

impl Rules {
    #[cfg(feature = "packs")]
    fn load(
        common: &Common,
        args: &ScanArgs,
        tree: &dyn SourceTree,
        overrides: &Overrides,
    ) -> Result<Self, CliError> {
        let config = load_config_unchecked(tree, overrides)?;
        let loaded = crate::packs::load(common, tree, &args.packs, &config)?;
        let others = loaded.as_ref().map(crate::packs::Loaded::rule_ids).unwrap_or_default();
        check_rules(&config, &others)?;
        let scanners: Vec<Box<dyn Scanner>> = vec![Box::new(patterns(&config)?)];
        let mut rules = Self { config, scanners, templates: Vec::new(), loaded };
        if !rules.loaded.as_ref().is_some_and(|loaded| loaded.replaces_builtins) {
            rules.add(BuiltinRules::default());
        }
        if let Some(packs) = rules.loaded.as_ref().map(|loaded| loaded.packs.clone()) {
            rules.add(packs);
        }
        Ok(rules)
    }

    #[cfg(not(feature = "packs"))]
    fn load(
        _: &Common,
        _: &ScanArgs,
        tree: &dyn SourceTree,
        overrides: &Overrides,
    ) -> Result<Self, CliError> {
        let config = load_config(tree, overrides)?;
        let scanners: Vec<Box<dyn Scanner>> = vec![Box::new(patterns(&config)?)];
        let mut rules = Self { config, scanners, templates: Vec::new() };
        rules.add(BuiltinRules::default());
        Ok(rules)
    }

    fn add(&mut self, rules: impl Scanner + PatchTemplate + Clone + 'static) {
        self.scanners.push(Box::new(rules.clone()));
        self.templates.push(Box::new(rules));
    }
}

/// What became of the packs; what failed is said at once.
#[cfg(feature = "packs")]
fn pack_reports(rules: &Rules) -> serde_json::Value {
    let reports = rules.loaded.as_ref().map(|loaded| loaded.packs.report()).unwrap_or_default();
    crate::packs::warn_of_failures(&reports);
    json!(reports)
}

#[cfg(not(feature = "packs"))]
fn pack_reports(_: &Rules) -> serde_json::Value {
    json!([])
}

/// The folder of the package that is to be scanned alone.
fn package_folder(tree: &dyn SourceTree, config: &Config) -> Result<Option<String>, CliError> {
    if config.project.package.is_none() {
        return Ok(None);
    }
    let config_text = tree.text(CONFIG_FILE).unwrap_or_default();
    let project = detect(tree, &selfopt_detect::detectors(), config, &config_text);
    Ok(focused(project, config)?.package_folder().map(str::to_owned))
}

/// The commit, when the folder is exactly at one: then ids are those of a run.
fn commit(args: &ScanArgs) -> CommitId {
    checkout::open(&args.path, &CheckoutOptions { dirty: DirtyPolicy::Refuse })
        .map_or_else(|_| CommitId::new(NO_COMMIT), |checkout| checkout.commit)
}
